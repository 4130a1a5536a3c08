import type { IncomingMessage, ServerResponse } from 'node:http'
import { enterApp, getRoute, leaveApp, setRoute, type Responder, type Route } from '@faultline/core'
import type { ExchangeFacts } from '../node-request.ts'
import {
  installOnPrototype,
  replaceForeignBodies,
  setDefaultPageReplacement,
  setReplacingResponder,
} from '../replace-response.ts'
import { sendError, sendNotFound } from '../send-error.ts'
import { allowedMethods } from './allowed-methods.ts'
import { catchRejections } from './express4-async.ts'

type Done = (error?: unknown) => void

/** An Express app. The third argument of `handle` replaces Express's own final handler. */
interface ExpressApp {
  /** The prototype that Express gives to the responses of the app. */
  readonly response?: unknown
  handle: (request: IncomingMessage, response: ServerResponse, done?: Done) => void
}

/** An app with Faultline, or a router with options of a route, that a request passed through without a match. */
interface PassedScope {
  /** The path that it is mounted at; an empty string for the root. */
  readonly mountPath: string
  readonly route: Route | undefined
  /** Undefined for a router. The next item with an app is the app that contains the router. */
  readonly passedApp?: PassedApp
}

interface PassedApp {
  readonly app: object
  readonly responder: Responder<never>
  /** The request target relative to the app. */
  readonly url: string
}

const PASSED_SCOPES = Symbol.for('faultline.passedApps')

type ExpressRequest = IncomingMessage & { readonly baseUrl?: string; [PASSED_SCOPES]?: PassedScope[] }

/**
 * Replaces the final handler of an Express app. The app answers what fails in it, also if it is mounted in another app.
 * An unmatched request goes on to the app above. If nothing matches there, the innermost app with Faultline answers.
 *
 * @throws TypeError if the object is not an Express app.
 */
export function installExpressFinalHandler<Raw>(app: object, responder: Responder<Raw>): void {
  if (!isExpressApp(app)) throw new TypeError('faultline: the first argument must be an Express app')
  const { handle, response: prototype } = app
  const responsePrototype = prototype instanceof Object ? prototype : undefined
  if (responsePrototype !== undefined) installOnPrototype(responsePrototype)
  app.handle = function faultlineHandle(request: ExpressRequest, response, next) {
    catchRejections(app)
    const { baseUrl: mountPath = '' } = request
    enterApp(request)
    const outerResponder = replaceForeignBodies<Raw>(
      responder,
      request,
      response,
      undefined,
      responsePrototype,
    )
    // An app in a Router does not restore the prototypes that Express replaces.
    const requestPrototype: unknown = next === undefined ? undefined : Object.getPrototypeOf(request)
    const outerPrototype: unknown = next === undefined ? undefined : Object.getPrototypeOf(response)
    handle.call(app, request, response, function faultlineFinalHandler(error) {
      if (!isUnrouted(error))
        sendError<Raw>(
          responder,
          error,
          request,
          response,
          undefined,
          new ExpressFacts(app, request, response),
        )
      else {
        const passedApp = { app, responder, url: request.url ?? '/' }
        addPassedScope(request, { mountPath, route: getRoute(request), passedApp })
        if (next === undefined) answerUnmatched(request, response)
        else {
          leaveApp(request)
          setPrototype(request, requestPrototype)
          setPrototype(response, outerPrototype)
          setReplacingResponder(response, outerResponder)
          if (outerResponder === undefined) setDefaultPageReplacement(request, response, replaceDefaultPage)
          next(error)
        }
      }
    })
  }
}

function isExpressApp(app: object): app is ExpressApp {
  return 'handle' in app && typeof app.handle === 'function'
}

/** The facts of an exchange that Express has: the status that was set, and the methods of the path. */
export class ExpressFacts implements ExchangeFacts {
  readonly presetStatus: number
  readonly #app: object
  readonly #request: IncomingMessage

  constructor(app: object, request: IncomingMessage, response: ServerResponse) {
    this.presetStatus = response.statusCode
    this.#app = app
    this.#request = request
  }

  allowedMethods(): string[] {
    return findAllowedMethods(this.#app, this.#request)
  }
}

/** Returns the methods, in upper case, that have a route at the path of a request in an app or the apps in it. */
export function findAllowedMethods(app: object, request: ExpressRequest): string[] {
  return [...findPassedMethods(request), ...allowedMethods(app, request.url ?? '/')]
}

/** Returns whether `next` received a value that means that the request matched no route or left its route or router. */
function isUnrouted(error: unknown): boolean {
  return !error || error === 'router' || error === 'route'
}

function setPrototype(target: object, prototype: unknown): void {
  if (Object.getPrototypeOf(target) !== prototype) Object.setPrototypeOf(target, prototype as object)
}

function addPassedScope(request: ExpressRequest, passed: PassedScope): void {
  request[PASSED_SCOPES] = [...(request[PASSED_SCOPES] ?? []), passed]
}

/** Makes an unmatched request leave a router with options of a route. @param outer The route that it had outside. */
export function leaveRouter(request: ExpressRequest, outer: Route | undefined): void {
  const route = getRoute<never>(request)
  if (route === outer) return
  addPassedScope(request, { mountPath: request.baseUrl ?? '', route })
  setRoute(request, outer)
}

function findPassedMethods(request: ExpressRequest): string[] {
  return (request[PASSED_SCOPES] ?? []).flatMap(({ passedApp }) =>
    passedApp === undefined ? [] : allowedMethods(passedApp.app, passedApp.url),
  )
}

/**
 * Answers with 404 or 405 in the app or router with the longest mount path that the request passed through. Of several with
 * the same path, an app comes before the routers in it, and then the first one.
 */
function answerUnmatched(request: ExpressRequest, response: ServerResponse): void {
  const passed = request[PASSED_SCOPES] ?? []
  const [innermost] = passed.toSorted(
    (a, b) =>
      b.mountPath.length - a.mountPath.length ||
      Number(a.passedApp === undefined) - Number(b.passedApp === undefined),
  )
  if (innermost === undefined) return
  const inApp = passed.slice(passed.indexOf(innermost)).find(({ passedApp }) => passedApp !== undefined)
  if (inApp?.passedApp === undefined) return
  setRoute(request, innermost.route)
  sendNotFound(inApp.passedApp.responder, findPassedMethods(request), request, response)
}

function replaceDefaultPage(response: ServerResponse): boolean {
  answerUnmatched(response.req, response)
  return true
}
