import { isAbort } from './network-error.ts'

/**
 * The text of a body as it comes. Leaving the loop closes the body.
 *
 * @param broken Makes the error of a body that broke off.
 * @throws that error; the signal's reason once that is aborted, and what a signal that was given to fetch says
 */
export async function* readTexts(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
  broken: (cause: unknown) => Error,
): AsyncGenerator<string, void, undefined> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const close = (): void => void reader.cancel(signal?.reason).catch(() => {})
  signal?.addEventListener('abort', close)
  try {
    for (;;) {
      signal?.throwIfAborted()
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw signal?.aborted === true ? signal.reason : isAbort(cause) ? cause : broken(cause)
      })
      // A body that was closed on the signal says that it is done.
      signal?.throwIfAborted()
      if (done) return
      yield decoder.decode(value, { stream: true })
    }
  } finally {
    signal?.removeEventListener('abort', close)
    close()
  }
}
