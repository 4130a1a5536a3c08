import { attach, sendError, sendMissing, sendRequestId } from '@faultline/core/node'
import { createResponder, type ApiRequest, type ResponderInput, type ResponderOptions } from '@faultline/core'
import type { Application, ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import { allowedMethods, noteAllowed } from './allowed-methods.ts'
import { catchRejections } from './catch-rejections.ts'

/** The options of every Faultline adapter; requests are Express's. */
export type FaultlineOptions = ResponderInput<Request>

/** A request as hooks and an `envelope` function get it. */
export type FaultlineRequest = ApiRequest<Request>

type Done = (error?: unknown) => void

/** Where Express's own last exit is: the third argument of `app.handle`. */
interface Handling {
  handle(request: Request, response: Response, done?: Done): void
}

const installed = new WeakSet<object>()

/**
 * Answers every failure of an Express app, 4 or 5, in one envelope: errors wherever they are thrown, error handlers'
 * own included, 404, and 405 with the methods that the path takes. It takes the app's last exit, so it may be called
 * before or after the routes, and your own error handlers still come first.
 *
 * @returns The app.
 * @throws TypeError for wrong options, for what is no Express app, and for an app that has it already.
 */
export function faultline<App extends Application>(app: App, options: FaultlineOptions): App {
  const exits = app as App & Partial<Handling>
  if (typeof exits?.handle !== 'function')
    throw new TypeError('faultline: the first argument must be an Express app')
  if (installed.has(app)) throw new TypeError('faultline: this app has it already')
  const responder = createResponder(options)
  const { handle } = exits
  exits.handle = function express(request, response, next) {
    catchRejections(app)
    handle.call(app, request, response, (error) => {
      const isMissing = !error || error === 'router' || error === 'route'
      if (next !== undefined) {
        // Mounted in another app: its exit is the last one.
        if (isMissing) noteAllowed(app, request)
        next(error)
      } else if (isMissing) sendMissing(responder, allowedMethods(app, request), request, response)
      else sendError(responder, error, request, response)
    })
  }
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
    else sendMissing(responder, allowedMethods(request.app, request), request, response)
  }
}

/** Gives every request its id, and every answer the header that carries it, a success's too. */
export function requestId(options: Pick<ResponderOptions, 'requestIdHeader'> = {}): RequestHandler {
  const header = options.requestIdHeader?.toLowerCase()
  return function faultlineRequestId(request, response, next) {
    sendRequestId(request, response, header)
    next()
  }
}

export { attach }
export * from '@faultline/core'
