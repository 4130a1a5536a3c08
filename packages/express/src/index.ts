import { createResponder, type ApiRequest, type ResponderOrOptions } from '@faultline/core'
import { sendError, sendNotFound } from '@faultline/node'
import { allowedMethods, installExpressFinalHandler } from '@faultline/node/platforms'
import type { Application, ErrorRequestHandler, Request, RequestHandler } from 'express'

/** The options of every Faultline adapter; requests are Express's. */
export type FaultlineOptions = ResponderOrOptions<Request>

/** A request as hooks and an `envelope` function get it. */
export type FaultlineRequest = ApiRequest<Request>

const installed = new WeakSet<object>()

/** What mounted apps said of a request. Their routes can't be seen from the app above. */
const noted = new WeakMap<Request, string[]>()

/** The methods that have a route at a request's path, in upper case. */
function allMethods(app: Application, request: Request): string[] {
  return [...(noted.get(request) ?? []), ...allowedMethods(app, request.url)]
}

/** Keeps a mounted app's methods for the app above. */
function noteAllowed(app: Application, request: Request): void {
  const methods = allMethods(app, request)
  if (methods.length > 0) noted.set(request, methods)
}

/**
 * Answers every failure of an Express app, 4 or 5, in one envelope: errors wherever they are thrown, error handlers'
 * own included, 404, and 405 with the methods that the path takes. It takes the app's last exit, so it may be called
 * before or after the routes, and your own error handlers still come first.
 *
 * @returns The app.
 * @throws TypeError for wrong options, for what is no Express app, and for an app that has it already.
 */
export function faultline<App extends Application>(app: App, options: FaultlineOptions): App {
  if (typeof (app as { handle?: unknown } | null)?.handle !== 'function')
    throw new TypeError('faultline: the first argument must be an Express app')
  if (installed.has(app)) throw new TypeError('faultline: this app has it already')
  const responder = createResponder(options)
  installExpressFinalHandler(app, responder, {
    allowedMethods: (request) => allMethods(app, request as Request),
    onUnrouted: (request) => noteAllowed(app, request as Request),
  })
  installed.add(app)
  return app
}

/** The error handler alone, for `app.use` after the routes. What never reaches one, `faultline` answers. */
export function errorHandler(options: FaultlineOptions): ErrorRequestHandler {
  const responder = createResponder(options)
  // Express tells error handlers by their four parameters.
  return function faultlineErrorHandler(error, request, response, _next) {
    sendError(responder, error, request, response)
  }
}

/** The 404 and 405 alone, for `app.use` after the routes. Express's own answer to OPTIONS stays. */
export function notFound(options: FaultlineOptions): RequestHandler {
  const responder = createResponder(options)
  return function faultlineNotFound(request, response, next) {
    if (request.method === 'OPTIONS') next()
    else sendNotFound(responder, allMethods(request.app, request), request, response)
  }
}

export { attach, requestId, stream } from '@faultline/node'
export type { StreamChunk, StreamSource, StreamOptions } from '@faultline/node'
export * from '@faultline/core'
