const MAX_BODY_BYTES = 262_144
const BODY_TIMEOUT_MS = 5000

/** The beginning of a response's body. */
export interface ResponseBody {
  /** The bytes that arrived before the end, the size limit, the timeout, the signal or a failure. */
  readonly bytes: Uint8Array
  /** Whether the reading stopped before the end, and the upstream may have sent more. */
  readonly isPartial: boolean
}

/**
 * Reads the beginning of a response's body. Never rejects.
 *
 * @param signal Ends the reading.
 */
export async function readResponseBody(
  { body, bodyUsed }: Response,
  signal: AbortSignal | undefined,
): Promise<ResponseBody> {
  // Objects that only look like a Response may have no body.
  if (!body || bodyUsed || body.locked) return { bytes: new Uint8Array(0), isPartial: false }
  const bytes = new Uint8Array(MAX_BODY_BYTES)
  let length = 0
  let isPartial = true
  const reader = body.getReader()
  const deadline = createDeadline(BODY_TIMEOUT_MS, signal)
  try {
    while (length < MAX_BODY_BYTES) {
      const result = await Promise.race([deadline.expired, reader.read()])
      if (result?.done === true) isPartial = false
      if (result === undefined || result.done) break
      bytes.set(result.value.subarray(0, MAX_BODY_BYTES - length), length)
      length = Math.min(MAX_BODY_BYTES, length + result.value.byteLength)
    }
  } catch {
    // The connection was closed within the body. The bytes so far can contain the error.
    isPartial = false
  } finally {
    deadline.clear()
    // Not awaited: an endless body may not confirm the cancellation.
    reader.cancel().catch(() => {})
  }
  return { bytes: bytes.subarray(0, length), isPartial }
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
