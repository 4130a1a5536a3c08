import { isApiError } from '@faultline/core'

/** How long to wait between attempts. */
export interface BackoffOptions {
  /** Milliseconds that the wait after the first attempt is at most; it doubles with each. @default 500 */
  baseDelay?: number | undefined
  /** Milliseconds that it never grows beyond. @default 8000 */
  maxDelay?: number | undefined
  /** Gives a number from 0 up to 1. @default Math.random */
  random?: (() => number) | undefined
}

/**
 * How long to wait before the next attempt: a random part of a time that doubles with each attempt (full jitter, so
 * that clients which failed together do not come back together), and before it all that Retry-After asks for.
 *
 * @param attempt The number of the attempt that failed; the first is 1.
 * @returns Milliseconds, never less than the error's Retry-After.
 */
export function retryDelay(error: unknown, attempt: number, options: BackoffOptions = {}): number {
  const { baseDelay = 500, maxDelay = 8000, random = Math.random } = options
  const jitter = Math.floor(random() * Math.min(maxDelay, baseDelay * 2 ** (attempt - 1)))
  return floorOf(error) + (jitter > 0 ? jitter : 0)
}

/** The milliseconds that Retry-After asks for. */
export function floorOf(error: unknown): number {
  const after = isApiError(error) ? error.retryAfter : undefined
  const wanted = after instanceof Date ? after.getTime() - Date.now() : Number(after) * 1000
  return wanted > 0 ? Math.ceil(wanted) : 0
}
