import { isApiError, type ApiError } from '@faultline/core'

/**
 * Whether the same request may succeed later, by what its envelope's document and its server (`x-should-retry`) say.
 * Whether it is safe to send it again is another question: `retry` asks both.
 */
export function isRetryable(error: unknown): error is ApiError {
  return isApiError(error) && error.retryable
}
