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
import { markNotProcessed } from './retryable.ts'

/**
 * Creates the error for a fetch without a response: `model_unavailable` if no connection was made, so that the server
 * has not processed the request; `gateway_timeout` if the response took too long; otherwise `upstream_error`.
 *
 * @param cause The value that fetch rejected with.
 */
export function createNetworkError(cause: unknown): ApiError {
  const causes = collectCauses(cause)
  if (causes.some(isConnectFailure)) {
    const error = new ModelUnavailable({ message: 'No connection could be made', cause })
    markNotProcessed(error)
    return error
  }
  if (causes.some(isTimeout)) return new GatewayTimeout({ message: 'No response came in time', cause })
  return new UpstreamError({ message: 'The connection failed', cause })
}

/** Returns whether a thrown value is the reason of an aborted signal. */
export function isAbort(thrown: unknown): boolean {
  const name = readString(thrown, 'name')
  return name === 'AbortError' || name === 'TimeoutError'
}

function isTimeout(error: unknown): boolean {
  return classifyNetworkCode(readString(error, 'code') ?? '') === 'timeout'
}
