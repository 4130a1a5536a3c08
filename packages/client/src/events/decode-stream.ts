import { isAbort } from '../retry/network-error.ts'

/**
 * Yields the text of a body as it arrives. Ending the loop early closes the body.
 *
 * @param createTruncatedError Creates the error for a body that ended with a failure.
 * @throws That error; the signal's reason if the signal aborts; the abort error of a signal that was passed to fetch.
 */
export async function* decodeStream(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
  createTruncatedError: (cause: unknown) => Error,
): AsyncGenerator<string, void, undefined> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const close = (): void => void reader.cancel(signal?.reason).catch(() => {})
  signal?.addEventListener('abort', close)
  try {
    for (;;) {
      signal?.throwIfAborted()
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw signal?.aborted === true ? signal.reason : isAbort(cause) ? cause : createTruncatedError(cause)
      })
      // After `close` the read resolves with `done: true`, as at the end of the body.
      signal?.throwIfAborted()
      if (done) return
      yield decoder.decode(value, { stream: true })
    }
  } finally {
    signal?.removeEventListener('abort', close)
    close()
  }
}
