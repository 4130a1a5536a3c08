// Ready handlers for middleware that answers failures itself. The types only describe what is read, so that this package
// does not depend on the middleware.
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  createErrorForStatus,
  createResponder,
  parseRetryAfter,
  RateLimitExceeded,
  retryAfterSeconds,
  UpstreamError,
  type ApiError,
  type ResponderOrOptions,
} from '@faultline/core'
import { sendError } from '@faultline/node'

type Next = (error: ApiError) => void

/**
 * The option `handler` of express-rate-limit: `rateLimit({ …, handler: passRateLimited })`. It passes on a
 * `RateLimitExceeded` with the wait that the limiter has set as Retry-After.
 */
export function passRateLimited(
  _request: unknown,
  response: { getHeader(name: string): number | string | string[] | undefined },
  next: Next,
): void {
  const header = response.getHeader('retry-after')
  const retryAfter = retryAfterSeconds(parseRetryAfter(header === undefined ? undefined : String(header)))
  next(retryAfter === undefined ? createErrorForStatus(429) : new RateLimitExceeded({ retryAfter }))
}

/**
 * Creates the listener `on.error` of http-proxy-middleware: `on: { error: sendProxyError(options) }`. It answers 502 without
 * the host, and leaves sockets of WebSockets alone.
 *
 * @param options The options of the app, or its responder.
 */
export function sendProxyError(
  options: ResponderOrOptions,
): (error: Error, request: IncomingMessage, response: object) => void {
  const responder = createResponder(options)
  return function proxyErrorListener(error, request, response) {
    if (isResponse(response)) sendError(responder, new UpstreamError({ cause: error }), request, response)
  }
}

function isResponse(response: object): response is ServerResponse {
  return 'writeHead' in response
}
