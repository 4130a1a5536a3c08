import { isApiError, type ApiError } from '@faultline/core'

/**
 * Returns whether the same request may succeed later, according to the envelope's document and the server
 * (`x-should-retry`).
 *
 * It does not check whether the request is safe to repeat. `retry` checks both.
 */
export function isRetryable(error: unknown): error is ApiError {
  return isApiError(error) && error.retryable
}

/** Errors whose class does not show that the request was not processed, but whose circumstances do. */
const notProcessed = new WeakSet<ApiError>()

/** Records that the server has not processed the request of an error, or has asked for a retry. */
export function markNotProcessed(error: ApiError): void {
  notProcessed.add(error)
}

/**
 * Returns whether an error shows that the server has not processed the request. Even a request that is not idempotent
 * may then be repeated (RFC 9110, section 9.2.2: a client needs "some means to detect that the original request was
 * never applied"):
 *
 * - 429: the server refuses the request because it came too soon (RFC 6585, section 4).
 * - 503 with a Retry-After, and overload: the server could not handle the request (RFC 9110, section 15.6.4).
 * - 408: the server has not received the complete request (RFC 9110, section 15.5.9).
 * - No connection was made.
 * - `x-should-retry: true`: the server asks for a retry.
 */
export function isNotProcessed(error: ApiError): boolean {
  const { status, retryAfter } = error
  return (
    status === 429 ||
    status === 408 ||
    (status === 503 && retryAfter !== undefined) ||
    isApiError(error, 'overloaded') ||
    isApiError(error, 'model_overloaded') ||
    notProcessed.has(error)
  )
}
