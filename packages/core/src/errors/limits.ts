import { ApiError, OPTIONAL, type OptionalOptions, type RequiredOptions } from './api-error.ts'
import type { ApiErrorOptions } from './error-options.ts'
import type { RetryOptions } from './class-options.ts'
import type { OpenCode } from './codes.ts'

/**
 * Error for a caller that has sent too many requests in a period. Sends 429 `rate_limit_exceeded`.
 *
 * @example throw new RateLimitExceeded({ retryAfter: 30 })
 */
export class RateLimitExceeded<Details = undefined> extends ApiError<Details> {
  static override code: OpenCode<'rate_limit_exceeded'> = 'rate_limit_exceeded'
  static override status = 429
  static override retryable = true
  static override message = 'Rate limit exceeded'

  constructor(options: ApiErrorOptions<Details> | undefined, optional: typeof OPTIONAL)
  constructor(options: RequiredOptions<Details, RetryOptions>)
  constructor(options?: ApiErrorOptions<Details>) {
    super(options, OPTIONAL)
  }
}

/**
 * Error for a caller with too many requests in progress at the same time. Sends 429 `concurrent_limit_exceeded`.
 *
 * @example throw new ConcurrentLimitExceeded({ retryAfter: 1 })
 */
export class ConcurrentLimitExceeded<Details = undefined> extends RateLimitExceeded<Details> {
  static override code: OpenCode<'concurrent_limit_exceeded'> = 'concurrent_limit_exceeded'
  static override message = 'Too many concurrent requests'

  constructor(options: ApiErrorOptions<Details> | undefined, optional: typeof OPTIONAL)
  constructor(...args: OptionalOptions<Details>)
  constructor(options?: ApiErrorOptions<Details>) {
    super(options, OPTIONAL)
  }
}

/**
 * Error for a caller whose quota or budget is used up, so that a retry does not help. Sends 429 `quota_exceeded`.
 *
 * @example throw new QuotaExceeded()
 */
export class QuotaExceeded<Details = undefined> extends RateLimitExceeded<Details> {
  static override code: OpenCode<'quota_exceeded'> = 'quota_exceeded'
  static override retryable = false
  static override message = 'Quota exceeded'

  constructor(options: ApiErrorOptions<Details> | undefined, optional: typeof OPTIONAL)
  constructor(...args: OptionalOptions<Details>)
  constructor(options?: ApiErrorOptions<Details>) {
    super(options, OPTIONAL)
  }
}
