// Ready handlers for middleware that answers failures itself. The types only describe what is read, so that this package
// does not depend on the middleware.
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  createRateLimitError,
  createResponder,
  InvalidApiKey,
  MissingApiKey,
  toApiError,
  UpstreamError,
  type ResponderOrOptions,
} from '@faultline/core'
import { sendError } from '@faultline/node'

type Next = (error?: unknown) => void

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
  next(createRateLimitError(header === undefined ? undefined : String(header)))
}

/** The part of a result of express-validator that is read. */
interface ValidationResult {
  isEmpty(): boolean
}

/**
 * Creates middleware that follows the chains of express-validator: `app.post('/', body('a').isInt(),
 * passInvalid(validationResult), handler)`. It passes on a `ValidationFailed` with the fields if a chain has failed.
 *
 * @param validationResult The function of express-validator.
 */
export function passInvalid<Request>(
  validationResult: (request: Request) => ValidationResult,
): (request: Request, response: unknown, next: Next) => void {
  return function passInvalidFields(request, _response, next) {
    const result = validationResult(request)
    if (result.isEmpty()) next()
    else next(toApiError(result))
  }
}

/** The part of passport that is used. */
interface Authenticator<Options> {
  authenticate(
    strategy: string | string[],
    options: Options,
  ): (request: IncomingMessage, response: ServerResponse, next: Next) => unknown
}

/**
 * Creates middleware like `passport.authenticate(strategy, options)` that passes failures on: `MissingApiKey` if the
 * request has no Authorization header, otherwise `InvalidApiKey`. The challenge of the strategy is kept, and so is a
 * status other than 401.
 *
 * @param passport The instance of passport.
 */
export function authenticate<Options extends object>(
  passport: Authenticator<Options>,
  strategy: string | string[],
  options?: Options,
): (request: IncomingMessage, response: ServerResponse, next: Next) => void {
  const authenticateRequest = passport.authenticate(strategy, {
    ...options,
    failWithError: true,
  } as unknown as Options)
  return function authenticateOrPass(request, response, next) {
    authenticateRequest(request, response, (failure?: unknown) => {
      if (!isAuthenticationError(failure)) next(failure)
      else if (request.headers.authorization === undefined) next(new MissingApiKey({ cause: failure }))
      else next(new InvalidApiKey({ cause: failure }))
    })
  }
}

/** Returns whether an error is that of `failWithError` with the status 401. */
function isAuthenticationError(failure: unknown): boolean {
  return (
    failure instanceof Error &&
    failure.name === 'AuthenticationError' &&
    'status' in failure &&
    failure.status === 401
  )
}

/**
 * The option `proxyErrorHandler` of express-http-proxy: `proxy(host, { proxyErrorHandler: passProxyError })`. It passes on
 * an `UpstreamError` without the host.
 */
export function passProxyError(error: unknown, _response: unknown, next: Next): void {
  next(new UpstreamError({ cause: error }))
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

export { recognizeConflict } from '@faultline/core'
