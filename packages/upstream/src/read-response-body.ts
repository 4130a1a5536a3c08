const MAX_BODY_BYTES = 262_144
const BODY_TIMEOUT_MS = 5000

/**
 * Reads the beginning of a response's body.
 *
 * @param signal Ends the reading.
 * @returns The bytes that arrived before the end, the size limit, the timeout, the signal or a failure. Never rejects.
 */
export async function readResponseBody(
  { body, bodyUsed }: Response,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  // Objects that only look like a Response may have no body.
  if (!body || bodyUsed || body.locked) return new Uint8Array(0)
  const bytes = new Uint8Array(MAX_BODY_BYTES)
  let length = 0
  const reader = body.getReader()
  const deadline = createDeadline(BODY_TIMEOUT_MS, signal)
  try {
    while (length < MAX_BODY_BYTES) {
      const result = await Promise.race([deadline.expired, reader.read()])
      if (result === undefined || result.done) break
      bytes.set(result.value.subarray(0, MAX_BODY_BYTES - length), length)
      length = Math.min(MAX_BODY_BYTES, length + result.value.byteLength)
    }
  } catch {
    // The connection was closed within the body. The bytes so far can contain the error.
  } finally {
    deadline.clear()
    // Not awaited: an endless body may not confirm the cancellation.
    reader.cancel().catch(() => {})
  }
  return bytes.subarray(0, length)
}

function createDeadline(
  timeoutMs: number,
  signal: AbortSignal | undefined,
): { expired: Promise<undefined>; clear: () => void } {
  const deadline = new AbortController()
  const expire = (): void => deadline.abort()
  const expired = new Promise<undefined>((resolve) => {
    deadline.signal.addEventListener('abort', () => resolve(undefined))
  })
  const timer = setTimeout(expire, timeoutMs)
  if (signal?.aborted === true) expire()
  else signal?.addEventListener('abort', expire)
  const clear = (): void => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', expire)
  }
  return { expired, clear }
}
