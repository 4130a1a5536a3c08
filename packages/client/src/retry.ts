import { GatewayTimeout, type ApiError } from '@faultline/core'
import { isRetryable } from './is-retryable.ts'
import { Limit } from './deadline.ts'
import { floorOf, retryDelay, type BackoffOptions } from './retry-delay.ts'
import { wasUnapplied } from './not-processed.ts'

/** One attempt, as the task sees it. */
export interface AttemptContext {
  /** The first is 1. */
  readonly attempt: number
  /** Aborted with the caller's signal, and when the attempt's or the whole time is over. */
  readonly signal: AbortSignal
}

/** An attempt that failed and that another follows. */
export interface RetryInfo {
  readonly error: ApiError
  /** The number of the attempt that failed; the first is 1. */
  readonly attempt: number
  /** Milliseconds until the next. */
  readonly delay: number
}

export interface RetryOptions extends BackoffOptions {
  /** The most attempts, the first among them. @default 3 */
  maxAttempts?: number | undefined
  /**
   * Whether doing it twice is as good as doing it once (RFC 9110, 9.2.2). What is not is tried again only where the
   * error says that nothing was done: 429, 408, 503 with a Retry-After, overload, a connection that was never made,
   * `x-should-retry: true`.
   * @default false
   */
  idempotent?: boolean | undefined
  /** Ends it, also during an attempt or a wait. @default none */
  signal?: AbortSignal | null | undefined
  /** Milliseconds for one attempt. @default no limit */
  attemptTimeout?: number | undefined
  /** Milliseconds for all attempts and waits together. @default no limit */
  totalTimeout?: number | undefined
  /** The longest Retry-After, in milliseconds, that is waited for; a longer one ends it. @default 60000 */
  maxRetryAfter?: number | undefined
  /** Hears of each attempt that another follows, before the wait. What it throws ends it. */
  onRetry?: ((retry: RetryInfo) => void | Promise<void>) | undefined
}

/**
 * Tries until it succeeds, or until no attempt and no time is left, or trying again is of no use or not safe.
 *
 * @param task Is given the number of the attempt, and a signal that it should obey.
 * @returns What the task gives.
 * @throws what the last attempt failed with; the signal's reason once that is aborted; `gateway_timeout` where an
 * attempt was still under way when the time was over, its cause the failure before it
 */
export async function retry<T>(
  task: (attempt: AttemptContext) => Promise<T> | T,
  options: RetryOptions = {},
): Promise<T> {
  const { maxAttempts = 3, signal, attemptTimeout = Infinity, totalTimeout = Infinity, onRetry } = options
  const end = performance.now() + totalTimeout
  let last: unknown
  const whole = new Limit(signal ?? undefined, totalTimeout, () => late(totalTimeout, last))
  try {
    for (let attempt = 1; ; attempt++) {
      const one = new Limit(whole.signal, attemptTimeout, () => late(attemptTimeout, last))
      try {
        return await one.race(() => task({ attempt, signal: one.signal }))
      } catch (error) {
        // The other way round NaN would be no limit.
        if (!(attempt < maxAttempts) || !mayRetry(error, options)) throw error
        const delay = retryDelay(error, attempt, options)
        if (!(performance.now() + delay < end)) throw error
        last = error
        await whole.race(() => onRetry?.({ error, attempt, delay }))
        await whole.wait(delay)
      } finally {
        one.release()
      }
    }
  } finally {
    whole.release()
  }
}

function late(milliseconds: number, cause: unknown): GatewayTimeout {
  return new GatewayTimeout({ message: `No answer within ${milliseconds} ms`, cause })
}

/** Both of use and safe. */
function mayRetry(
  error: unknown,
  { idempotent = false, maxRetryAfter = 60_000 }: RetryOptions,
): error is ApiError {
  return isRetryable(error) && (idempotent || wasUnapplied(error)) && floorOf(error) <= maxRetryAfter
}
