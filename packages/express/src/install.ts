import {
  createResponder,
  describeValue,
  type ApiRequest,
  type Responder,
  type ResponderOrOptions,
  type RouteOptions,
} from '@faultline/core'
import { faultlineOptions as createRouteMiddleware, sendError, sendNotFound } from '@faultline/node'
import { attachOnListen, markOnce } from '@faultline/node/platforms'
import type { Application, ErrorRequestHandler, Request, RequestHandler } from 'express'
import {
  ExpressFacts,
  findAllowedMethods,
  installExpressFinalHandler,
  isExpressApp,
  isRouter,
} from './internals.ts'
import { limitRouteOptions } from './route-scope.ts'

/** The options of all adapters. `request.raw` is Express's request. */
export type FaultlineOptions = ResponderOrOptions<Request>

/** The request that hooks and an `envelope` function receive. */
export type FaultlineRequest = ApiRequest<Request>

/**
 * Sends the errors of an Express app, 4 or 5, in one envelope: errors thrown anywhere in the app, its error handlers
 * included, 404, and 405 with the methods that the path supports. It replaces Express's final handler, so it may be
 * called before or after the routes are added, and the app's own error handlers come first.
 *
 * @returns The app.
 * @throws TypeError if options are wrong, the first argument is not an Express app, or `faultline` was already called
 * on the app.
 */
export function faultline<App extends Application>(app: App, options: FaultlineOptions): App {
  return install(app, options, createResponder)
}

/** Installs a responder on an app. @param toResponder Returns the responder of the second argument. */
export function install<App extends Application, Input>(
  app: App,
  input: Input,
  toResponder: (input: Input) => Responder<Request>,
): App {
  if (!isExpressApp(app)) {
    const description = isRouter(app)
      ? 'a Router; pass express(), or add errorHandler(options) to the Router'
      : describeValue(app)
    throw new TypeError(`faultline: the first argument must be an Express app, not ${description}`)
  }
  const responder = toResponder(input)
  if (!markOnce(app, 'installed'))
    throw new TypeError('faultline: already called on this app; call it once per app')
  limitRouteOptions(app)
  installExpressFinalHandler(app, responder)
  attachOnListen(app, responder)
  return app
}

/**
 * Creates middleware that changes options for a router or a route: those that are given take precedence over the options of
 * the app, and over those of an outer router.
 *
 * @throws TypeError naming the option that is unknown, of the wrong type or only an option of an app.
 */
export const faultlineOptions: (options: RouteOptions<Request>) => RequestHandler = createRouteMiddleware

/** Creates the error handler alone, for `app.use` after the routes. It answers only what reaches an error handler. */
export function errorHandler(options: FaultlineOptions): ErrorRequestHandler {
  return createErrorHandler(createResponder(options))
}

export function createErrorHandler(responder: Responder<Request>): ErrorRequestHandler {
  // Express identifies error handlers by their four parameters.
  return function faultlineErrorHandler(error, request, response, _next) {
    sendError(
      responder,
      error,
      request,
      response,
      undefined,
      new ExpressFacts(request.app, request, response),
    )
  }
}

/** Creates a handler for 404 and 405 alone, for `app.use` after the routes. Express keeps answering OPTIONS. */
export function notFound(options: FaultlineOptions): RequestHandler {
  return createNotFoundHandler(createResponder(options))
}

export function createNotFoundHandler(responder: Responder<Request>): RequestHandler {
  return function faultlineNotFound(request, response, next) {
    if (request.method === 'OPTIONS') next()
    else sendNotFound(responder, findAllowedMethods(request.app, request), request, response)
  }
}
