import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Responder } from '@faultline/core'
import { sendError, sendNotFound } from '../send-error.ts'
import { allowedMethods } from './allowed-methods.ts'
import { catchRejections } from './express4-async.ts'

type Done = (error?: unknown) => void

/** An Express app. The third argument of `handle` replaces Express's own final handler. */
interface ExpressApp {
  handle: (request: IncomingMessage, response: ServerResponse, done?: Done) => void
}

/** The methods that mounted apps have for the path of a request. The app above cannot see their routes. */
const MOUNTED_METHODS = Symbol.for('faultline.mountedMethods')

type ExpressRequest = IncomingMessage & { [MOUNTED_METHODS]?: string[] }

/**
 * Replaces the final handler of an Express app, which receives the errors and requests that nothing else answered.
 *
 * @throws TypeError if the object is not an Express app.
 */
export function installExpressFinalHandler<Raw>(app: object, responder: Responder<Raw>): void {
  if (!isExpressApp(app)) throw new TypeError('faultline: the first argument must be an Express app')
  const { handle } = app
  app.handle = function faultlineHandle(request, response, next) {
    catchRejections(app)
    handle.call(app, request, response, function faultlineFinalHandler(error) {
      if (next === undefined) answer(app, responder, error, request, response)
      else passOn(app, error, request, next)
    })
  }
}

function isExpressApp(app: object): app is ExpressApp {
  return 'handle' in app && typeof app.handle === 'function'
}

/** Returns the methods, in upper case, that have a route at the path of a request in an app or the apps in it. */
export function findAllowedMethods(app: object, request: ExpressRequest): string[] {
  return [...(request[MOUNTED_METHODS] ?? []), ...allowedMethods(app, request.url ?? '/')]
}

/** Returns whether `next` received a value that means that the request matched no route or left its route or router. */
function isUnrouted(error: unknown): boolean {
  return !error || error === 'router' || error === 'route'
}

function answer<Raw>(
  app: object,
  responder: Responder<Raw>,
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (isUnrouted(error)) sendNotFound(responder, findAllowedMethods(app, request), request, response)
  else sendError(responder, error, request, response)
}

/** A mounted app leaves the response to the app that it is mounted in. */
function passOn(app: object, error: unknown, request: ExpressRequest, next: Done): void {
  if (isUnrouted(error)) request[MOUNTED_METHODS] = findAllowedMethods(app, request)
  next(error)
}
