/**
 * Retry-After as a header says it (RFC 9110, 10.2.3), in whole seconds.
 *
 * @param after Seconds, or a date.
 * @param now Milliseconds since the epoch.
 * @returns At least 1, rounded up: a client that comes back too early only fails again. Undefined for what is no time.
 */
export function retryAfterSeconds(after: number | Date | undefined, now = Date.now()): number | undefined {
  if (after === undefined) return undefined
  const seconds =
    typeof after === 'number' ? after : after instanceof Date ? (after.getTime() - now) / 1000 : Number.NaN
  return Number.isFinite(seconds) && seconds <= Number.MAX_SAFE_INTEGER
    ? Math.max(1, Math.ceil(seconds))
    : undefined
}

/**
 * Reads a Retry-After header.
 *
 * @returns Seconds, or the date of the date form; undefined where it is neither.
 */
export function parseRetryAfter(value: unknown): number | Date | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  if (/^\d{1,15}$/.test(text)) return Number(text)
  if (!/^[A-Za-z]{3,9},? /.test(text)) return undefined
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : new Date(time)
}
