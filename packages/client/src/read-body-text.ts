/** How much of a body is read. */
export interface Bounds {
  /** Bytes. */
  readonly limit: number
  /** Milliseconds. @default no limit */
  readonly timeout?: number
  /** Gives it up. */
  readonly signal?: AbortSignal | undefined
}

/** What was read of a body before it ended, failed, reached a bound or was given up. */
export interface Text {
  readonly text: string
  readonly end: 'whole' | 'broken' | 'limit'
  /** What it failed with, where it broke off. */
  readonly cause?: unknown
}

/** Reads the beginning of a body, and lets go of the rest. Bytes that are not UTF-8 become U+FFFD. Never rejects. */
export async function readText(
  body: ReadableStream<Uint8Array>,
  { limit, timeout, signal }: Bounds,
): Promise<Text> {
  const decoder = new TextDecoder()
  let text = ''
  let reader: ReadableStreamDefaultReader<Uint8Array>
  try {
    reader = body.getReader()
  } catch (cause) {
    // It has been read already.
    return { text, end: 'broken', cause }
  }
  let isGivenUp = false
  const giveUp = (): void => {
    isGivenUp = true
    void reader.cancel().catch(() => {})
  }
  const timer = timeout === undefined ? undefined : setTimeout(giveUp, timeout)
  signal?.addEventListener('abort', giveUp)
  if (signal?.aborted === true) giveUp()
  try {
    for (let left = limit; ;) {
      // A canceled one says that it is done.
      const { done, value } = await reader.read()
      if (done) return { text: text + decoder.decode(), end: isGivenUp ? 'broken' : 'whole' }
      text += decoder.decode(value.subarray(0, left), { stream: true })
      if (value.byteLength > left) return { text, end: 'limit' }
      left -= value.byteLength
    }
  } catch (cause) {
    return { text, end: 'broken', cause }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', giveUp)
    void reader.cancel().catch(() => {})
  }
}
