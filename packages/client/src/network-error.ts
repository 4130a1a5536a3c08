import { GatewayTimeout, ModelUnavailable, UpstreamError, type ApiError } from '@faultline/core'
import { markUnapplied } from './not-processed.ts'

/** What Node, Deno and Bun call a connection that was never made. */
const UNCONNECTED =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket)$/
const SLOW = /^(?:ETIMEDOUT|UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT)$/

/** How deep causes are followed. */
const DEPTH = 8

/**
 * The error of a fetch that got no answer: `model_unavailable` where no connection was made, so that nothing can have
 * been done, `gateway_timeout` where the answer took too long, else `upstream_error`.
 *
 * @param cause What fetch threw.
 */
export function networkError(cause: unknown): ApiError {
  const causes = [...causesOf(cause)]
  if (causes.some(isUnconnected)) {
    const error = new ModelUnavailable({ message: 'No connection could be made', cause })
    markUnapplied(error)
    return error
  }
  if (causes.some(({ code }) => SLOW.test(String(code))))
    return new GatewayTimeout({ message: 'No answer came in time', cause })
  return new UpstreamError({ message: 'The connection failed', cause })
}

/** Whether what was thrown is the end that a caller's signal set, and no failure. */
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

function isUnconnected({ code, syscall }: SystemError): boolean {
  return syscall === 'connect' || syscall === 'getaddrinfo' || UNCONNECTED.test(String(code))
}

/** An error and its causes; of an AggregateError, one for each address that was tried. */
function* causesOf(thrown: unknown, depth = DEPTH): Generator<SystemError> {
  if (typeof thrown !== 'object' || thrown === null || depth === 0) return
  const error = thrown as SystemError
  yield error
  yield* causesOf(error.cause, depth - 1)
  if (Array.isArray(error.errors)) yield* causesOf(error.errors[0], depth - 1)
}
