import {
  classifyNetworkCode,
  collectCauses,
  GatewayTimeout,
  isConnectFailure,
  ModelUnavailable,
  readString,
  UpstreamError,
  type ApiError,
} from '@faultline/core'
import { markUnapplied } from './not-processed.ts'

/**
 * Creates the error of a fetch without a response: `model_unavailable` if no connection was made, so that the server has
 * not processed the request, `gateway_timeout` if the response did not arrive in time, otherwise `upstream_error`.
 *
 * @param cause The error of fetch.
 */
export function networkError(cause: unknown): ApiError {
  const causes = collectCauses(cause)
  if (causes.some(isConnectFailure)) {
    const error = new ModelUnavailable({ message: 'No connection could be made', cause })
    markUnapplied(error)
    return error
  }
  if (causes.some((error) => classifyNetworkCode(readString(error, 'code') ?? '') === 'timeout'))
    return new GatewayTimeout({ message: 'No answer came in time', cause })
  return new UpstreamError({ message: 'The connection failed', cause })
}

/** Returns whether an error is the reason of an aborted signal, and not a failure. */
export function isAbort(thrown: unknown): boolean {
  const name = readString(thrown, 'name')
  return name === 'AbortError' || name === 'TimeoutError'
}
