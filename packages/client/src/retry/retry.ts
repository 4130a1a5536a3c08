import { GatewayTimeout, type ApiError } from '@faultline/core'
import { Deadline } from './deadline.ts'
import { retryAfterMs, retryDelay, type BackoffOptions } from './retry-delay.ts'
import { documentedAttempts } from './retry-policy.ts'
import { isNotProcessed, isRetryable } from './retryable.ts'

/** Argument of the task that `retry` runs. */
export interface AttemptContext {
  /** Number of the attempt; the first is 1. */
  readonly attempt: number
  /** Aborted with the caller's signal, and when `attemptTimeout` or `totalTimeout` is over. */
  readonly signal: AbortSignal
}

/** Argument of `onRetry`: an attempt that failed and is followed by another. */
export interface RetryInfo {
  readonly error: ApiError
  /** Number of the attempt that failed; the first is 1. */
  readonly attempt: number
  /** Time until the next attempt, in milliseconds. */
  readonly delay: number
}

/** Options of `retry`. All times are milliseconds, except `maxRetryAfter`, which has the unit of the header. */
export interface RetryOptions extends BackoffOptions {
  /**
   * Maximum number of attempts, including the first.
   * @default the number that the document of the error's envelope specifies, otherwise 3
   */
  maxAttempts?: number | undefined
  /**
   * Whether the task may be repeated without further effect (RFC 9110, section 9.2.2). A task that is not idempotent is
   * repeated only if the error shows that the server has not processed the request: 429, 408, 503 with a Retry-After,
   * overload, no connection, `x-should-retry: true`.
   * @default false
   */
  idempotent?: boolean | undefined
  /** Aborts attempts and delays. @default none */
  signal?: AbortSignal | null | undefined
  /** Maximum duration of one attempt, in milliseconds. @default no limit */
  attemptTimeout?: number | undefined
  /** Maximum duration of all attempts and delays together, in milliseconds. @default no limit */
  totalTimeout?: number | undefined
  /**
   * Maximum Retry-After, in seconds, as in the header. An error with a longer one is not retried.
   * @default 60
   */
  maxRetryAfter?: number | undefined
  /** Called before the delay that precedes each further attempt. If it throws, `retry` rejects with that error. */
  onRetry?: ((retry: RetryInfo) => void | Promise<void>) | undefined
}

/**
 * Runs a task until it succeeds, its error is not retryable or not safe to retry, or attempts or time are used up.
 *
 * @param task Receives the number of the attempt and a signal that it should pass on.
 * @returns The result of the task.
 * @throws The error of the last attempt. The signal's reason if the signal aborts. `gateway_timeout` if the time is
 * over during an attempt; its cause is the error of the previous attempt.
 */
export async function retry<T>(
  task: (attempt: AttemptContext) => Promise<T> | T,
  options: RetryOptions = {},
): Promise<T> {
  const { signal, attemptTimeout = Infinity, totalTimeout = Infinity, onRetry } = options
  const endTime = performance.now() + totalTimeout
  let previousError: unknown
  const total = new Deadline(signal ?? undefined, totalTimeout, () =>
    createTimeoutError(totalTimeout, previousError),
  )
  try {
    for (let attempt = 1; ; attempt++) {
      const current = new Deadline(total.signal, attemptTimeout, () =>
        createTimeoutError(attemptTimeout, previousError),
      )
      try {
        return await current.race(() => task({ attempt, signal: current.signal }))
      } catch (error) {
        // Both comparisons are negated so that NaN ends the attempts instead of meaning "no limit".
        if (!mayRetry(error, options) || !(attempt < getMaxAttempts(error, options))) throw error
        const delay = retryDelay(error, attempt, options)
        if (!(performance.now() + delay < endTime)) throw error
        previousError = error
        await total.race(() => onRetry?.({ error, attempt, delay }))
        await total.wait(delay)
      } finally {
        current.release()
      }
    }
  } finally {
    total.release()
  }
}

function createTimeoutError(milliseconds: number, cause: unknown): GatewayTimeout {
  return new GatewayTimeout({ message: `No response within ${milliseconds} ms`, cause })
}

function getMaxAttempts(error: ApiError, { maxAttempts }: RetryOptions): number {
  return maxAttempts ?? documentedAttempts(error) ?? 3
}

/** Returns whether a retry may succeed and is safe. */
function mayRetry(
  error: unknown,
  { idempotent = false, maxRetryAfter = 60 }: RetryOptions,
): error is ApiError {
  return (
    isRetryable(error) && (idempotent || isNotProcessed(error)) && retryAfterMs(error) <= maxRetryAfter * 1000
  )
}
