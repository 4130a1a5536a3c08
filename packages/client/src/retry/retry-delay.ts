import { isApiError } from '@faultline/core'
import { documentedDelay } from './retry-policy.ts'

/** Exponential backoff. All times are milliseconds. */
export interface BackoffOptions {
  /**
   * Maximum delay after the first attempt, in milliseconds. It doubles with each attempt. It replaces the delays that
   * the document of the error's envelope specifies.
   * @default the documented delays, otherwise 500
   */
  baseDelay?: number | undefined
  /** Maximum delay after any attempt, in milliseconds. It does not limit documented delays. @default 8000 */
  maxDelay?: number | undefined
  /** Returns a number from 0 to 1. @default Math.random */
  random?: (() => number) | undefined
}

/**
 * Returns the delay before the next attempt: the error's Retry-After, plus a random part of a time that doubles with
 * each attempt (full jitter). Retry-After is a minimum. The jitter spreads clients that failed at the same time. If the
 * document of the error's envelope specifies a delay, it is a minimum too, and the maximum of the random part.
 *
 * @param attempt Number of the attempt that failed; the first is 1.
 * @returns Milliseconds.
 */
export function retryDelay(error: unknown, attempt: number, options: BackoffOptions = {}): number {
  const { baseDelay, maxDelay = 8000, random = Math.random } = options
  const documented =
    baseDelay === undefined && isApiError(error) ? documentedDelay(error, attempt) : undefined
  const maxJitter = documented ?? Math.min(maxDelay, (baseDelay ?? 500) * 2 ** (attempt - 1))
  const jitter = Math.floor(random() * maxJitter)
  // The comparison excludes NaN.
  return Math.max(documented ?? 0, retryAfterMs(error) + (jitter > 0 ? jitter : 0))
}

/** Returns the error's Retry-After in milliseconds; 0 without one. */
export function retryAfterMs(error: unknown): number {
  const retryAfter = isApiError(error) ? error.retryAfter : undefined
  const delay = retryAfter instanceof Date ? retryAfter.getTime() - Date.now() : Number(retryAfter) * 1000
  return delay > 0 ? Math.ceil(delay) : 0
}
