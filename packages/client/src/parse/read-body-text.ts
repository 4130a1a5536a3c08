/** Limits of `readBodyText`. */
export interface ReadLimits {
  /** Maximum size in bytes. */
  readonly maxBytes: number
  /** Maximum duration in milliseconds. @default no limit */
  readonly timeout?: number
  /** Ends the reading. */
  readonly signal?: AbortSignal | undefined
}

/** The text of a body up to its end or to the point where the reading ended. */
export interface BodyText {
  readonly text: string
  /** `truncated`: the connection failed, the time was over or the signal aborted. `too-large`: more than `maxBytes`. */
  readonly end: 'complete' | 'truncated' | 'too-large'
  /** The error of a truncated body. */
  readonly cause?: unknown
}

/**
 * Reads the beginning of a body and cancels the rest. Bytes that are not UTF-8 become U+FFFD. Never rejects.
 *
 * @param body A stream. If it is locked or was read before, the text is empty and truncated.
 */
export async function readBodyText(
  body: ReadableStream<Uint8Array>,
  { maxBytes, timeout, signal }: ReadLimits,
): Promise<BodyText> {
  const decoder = new TextDecoder()
  let text = ''
  let reader: ReadableStreamDefaultReader<Uint8Array>
  try {
    reader = body.getReader()
  } catch (cause) {
    return { text, end: 'truncated', cause }
  }
  let isCanceled = false
  const cancel = (): void => {
    isCanceled = true
    void reader.cancel().catch(() => {})
  }
  const timer = timeout === undefined ? undefined : setTimeout(cancel, timeout)
  signal?.addEventListener('abort', cancel)
  if (signal?.aborted === true) cancel()
  try {
    for (let remaining = maxBytes; ;) {
      // After `cancel` the read resolves with `done: true`, as at the end of the body.
      const { done, value } = await reader.read()
      if (done) return { text: text + decoder.decode(), end: isCanceled ? 'truncated' : 'complete' }
      text += decoder.decode(value.subarray(0, remaining), { stream: true })
      if (value.byteLength > remaining) return { text, end: 'too-large' }
      remaining -= value.byteLength
    }
  } catch (cause) {
    return { text, end: 'truncated', cause }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', cancel)
    void reader.cancel().catch(() => {})
  }
}
