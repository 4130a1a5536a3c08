import { isApiError, type ApiError } from '@faultline/core'

/** Errors whose kind does not say that nothing was done, but whose circumstances do. */
const unapplied = new WeakSet<ApiError>()

/** Notes that the request of an error was never applied, or that its server asks for it again. */
export function markUnapplied(error: ApiError): void {
  unapplied.add(error)
}

/**
 * Whether an error says that nothing was done, so that even a request that is not idempotent may be sent again
 * (RFC 9110, 9.2.2: a client needs "some means to detect that the original request was never applied"):
 *
 * - 429, which refuses a request for coming too soon (RFC 6585, 4)
 * - 503 with a Retry-After, and overload, which say that the server could not handle it (RFC 9110, 15.6.4)
 * - 408, which is sent for a request that did not arrive in full (RFC 9110, 15.5.9)
 * - a connection that was never made
 * - whatever carries `x-should-retry: true`: its server knows
 */
export function wasUnapplied(error: ApiError): boolean {
  const { status, retryAfter } = error
  return (
    status === 429 ||
    status === 408 ||
    (status === 503 && retryAfter !== undefined) ||
    isApiError(error, 'overloaded') ||
    isApiError(error, 'model_overloaded') ||
    unapplied.has(error)
  )
}
