import { ApiError, OPTIONAL, type ApiErrorOptions } from './api-error.ts'

/** 429 `rate_limit_exceeded`. */
export class RateLimitExceeded<Details = undefined> extends ApiError<Details> {
  static override code = 'rate_limit_exceeded'
  static override status = 429
  static override retryable = true
  static override message = 'Rate limit exceeded'

  constructor(options: ApiErrorOptions<Details> | undefined, optional: typeof OPTIONAL)
  constructor(options: ApiErrorOptions<Details> & { retryAfter: number | Date })
  constructor(options?: ApiErrorOptions<Details>) {
    super(options)
  }
}

/** 429 `concurrent_limit_exceeded`. */
export class ConcurrentLimitExceeded<Details = undefined> extends RateLimitExceeded<Details> {
  static override code = 'concurrent_limit_exceeded'
  static override message = 'Too many concurrent requests'

  constructor(options?: ApiErrorOptions<Details>) {
    super(options, OPTIONAL)
  }
}

/** 429 `quota_exceeded`. */
export class QuotaExceeded<Details = undefined> extends RateLimitExceeded<Details> {
  static override code = 'quota_exceeded'
  static override retryable = false
  static override message = 'Quota exceeded'

  constructor(options?: ApiErrorOptions<Details>) {
    super(options, OPTIONAL)
  }
}
