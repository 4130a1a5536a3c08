/**
 * Converts a wait to the value of a Retry-After header (RFC 9110, section 10.2.3).
 *
 * @param retryAfter Seconds, or a date.
 * @param now Milliseconds since the epoch. @default the current time
 * @returns Whole seconds, at least 1. Rounded up, because a retry that is too early fails again. Undefined for a value
 * that is not a time.
 */
export function retryAfterSeconds(retryAfter: number | Date | undefined, now?: number): number | undefined {
  if (retryAfter === undefined) return undefined
  const seconds =
    typeof retryAfter === 'number'
      ? retryAfter
      : retryAfter instanceof Date
        ? (retryAfter.getTime() - (now ?? Date.now())) / 1000
        : Number.NaN
  return Number.isFinite(seconds) && seconds <= Number.MAX_SAFE_INTEGER
    ? Math.max(1, Math.ceil(seconds))
    : undefined
}

/**
 * Parses a Retry-After header.
 *
 * @returns Seconds, or a date if the header contains a date; undefined for an invalid value.
 */
export function parseRetryAfter(value: unknown): number | Date | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  if (/^\d{1,15}$/.test(text)) return Number(text)
  if (!/^[A-Za-z]{3,9},? /.test(text)) return undefined
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : new Date(time)
}
