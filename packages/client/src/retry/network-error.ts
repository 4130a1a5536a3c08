import { GatewayTimeout, ModelUnavailable, UpstreamError, type ApiError } from '@faultline/core'
import { markNotProcessed } from './retryable.ts'

/** Codes of Node.js, Deno and Bun for a connection that was not made. */
const CONNECT_FAILURE =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket)$/
const TIMEOUT = /^(?:ETIMEDOUT|UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT)$/

const MAX_DEPTH = 8

/**
 * Creates the error for a fetch without a response: `model_unavailable` if no connection was made, so that the server
 * has not processed the request; `gateway_timeout` if the response took too long; otherwise `upstream_error`.
 *
 * @param cause The value that fetch rejected with.
 */
export function createNetworkError(cause: unknown): ApiError {
  const causes = [...walkCauses(cause)]
  if (causes.some(isConnectFailure)) {
    const error = new ModelUnavailable({ message: 'No connection could be made', cause })
    markNotProcessed(error)
    return error
  }
  if (causes.some(({ code }) => TIMEOUT.test(String(code))))
    return new GatewayTimeout({ message: 'No response came in time', cause })
  return new UpstreamError({ message: 'The connection failed', cause })
}

/** Returns whether a thrown value is the reason of an aborted signal. */
export function isAbort(thrown: unknown): boolean {
  const { name } = Object(thrown) as { name?: unknown }
  return name === 'AbortError' || name === 'TimeoutError'
}

interface SystemError {
  readonly code?: unknown
  readonly syscall?: unknown
  readonly cause?: unknown
  readonly errors?: unknown
}

function isConnectFailure({ code, syscall }: SystemError): boolean {
  return syscall === 'connect' || syscall === 'getaddrinfo' || CONNECT_FAILURE.test(String(code))
}

/** Yields an error and its causes. An AggregateError has one error for each address; the first is enough. */
function* walkCauses(thrown: unknown, maxDepth = MAX_DEPTH): Generator<SystemError> {
  if (typeof thrown !== 'object' || thrown === null || maxDepth === 0) return
  const error = thrown as SystemError
  yield error
  yield* walkCauses(error.cause, maxDepth - 1)
  if (Array.isArray(error.errors)) yield* walkCauses(error.errors[0], maxDepth - 1)
}
