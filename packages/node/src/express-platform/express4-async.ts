// Express 4 ignores the promise that a handler returns, and an unhandled rejection ends the process. Express has no
// public way to change that, so this file wraps the handlers in the router's layers. Only layers of this app and of
// the apps and routers in it are changed, and wrappers that other packages have installed stay in use.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { reportMissing } from '../report-missing.ts'

type Next = (error?: unknown) => void

type Handler = (...parameters: unknown[]) => unknown

/** A layer of Express 4: middleware, a router, a mounted app or a route. */
interface Layer {
  readonly name?: string
  handle: Handler & Partial<Router & App>
  handle_request(request: IncomingMessage, response: MountedResponse, next: Next): void
  readonly route?: { readonly stack: readonly Layer[] } | undefined
}

interface Router {
  readonly stack: readonly Layer[]
  /** The callbacks of `param`, by parameter name. */
  readonly params: Readonly<Record<string, Handler[]>>
}

interface App {
  readonly handle: unknown
  readonly _router?: Router
  readonly lazyrouter: unknown
}

/** The response inside an app that may be mounted. */
interface MountedResponse extends ServerResponse {
  readonly app?: object
  [LOCALS]?: { value: unknown; app?: object }
}

const WRAPPED = Symbol.for('faultline.wrapped')
const LOCALS = Symbol.for('faultline.locals')

/**
 * Makes an Express 4 app pass the rejections of async handlers to `next`, as Express 5 does. Does nothing for Express
 * 5. Handlers may be added at any time, so this is called for each request; it only changes new layers.
 */
export function catchRejections(app: object): void {
  if (!isExpress4(app) || app._router === undefined) return
  try {
    wrapRouter(app._router)
  } catch (error) {
    const part = `the router of Express 4 (${error instanceof Error ? error.message : String(error)})`
    reportMissing(app, part, 'the process ends if an async handler rejects')
  }
}

function isExpress4(app: object): app is App {
  return 'lazyrouter' in app && typeof app.lazyrouter === 'function'
}

function wrapRouter({ stack, params }: Router): void {
  if (!Array.isArray(stack)) throw new TypeError('router.stack is not an array')
  if (typeof params !== 'object') throw new TypeError('router.params is not an object')
  wrapLayers(stack)
  for (const name in params) {
    const callbacks = params[name]
    callbacks?.forEach(wrapParamCallback)
  }
}

function wrapLayers(layers: readonly Layer[]): void {
  for (const layer of layers) if (!(WRAPPED in layer)) wrapLayer(layer)
}

function wrapLayer(layer: Layer): void {
  const { handle, route } = layer
  if (typeof handle !== 'function') throw new TypeError('layer.handle is not a function')
  const isContainer = route !== undefined || handle.stack !== undefined || isExpress4(handle)
  if (isContainer || layer.name === 'mounted_app') layer.handle_request = handleRequest
  // Express does not call a handler with more than four parameters.
  else if (handle.length <= 4) layer.handle = wrapHandler(handle)
  Object.defineProperty(layer, WRAPPED, { value: true })
}

/** Replaces `handle_request` of one layer that contains other layers, which are wrapped first. */
function handleRequest(this: Layer, request: IncomingMessage, response: MountedResponse, next: Next): void {
  const { handle, route } = this
  if (route !== undefined) wrapLayers(route.stack)
  else if (isRouter(handle)) wrapRouter(handle)
  else if (isExpress4(handle)) catchRejections(handle)
  else watchMountedApp(response)
  const prototype: Layer = Object.getPrototypeOf(this)
  prototype.handle_request.call(this, request, response, next)
}

function isRouter(handle: Layer['handle']): handle is Handler & Router {
  return handle.stack !== undefined && handle.params !== undefined
}

/**
 * A layer does not publish the app that is mounted in it. The first middleware of every app reads `response.locals`
 * after it has set `response.app`, so a getter of `locals` on this response finds the app before its handlers run.
 */
function watchMountedApp(response: MountedResponse): void {
  if (LOCALS in response) return
  response[LOCALS] = { value: Reflect.get(response, 'locals') }
  Object.defineProperty(response, 'locals', {
    configurable: true,
    enumerable: true,
    get: getLocals,
    set: setLocals,
  })
}

/** The handlers of an app are wrapped at the first read after the request has entered it. */
function getLocals(this: MountedResponse): unknown {
  const { app, [LOCALS]: state } = this
  if (state !== undefined && app !== undefined && state.app !== app) {
    state.app = app
    catchRejections(app)
  }
  return state?.value
}

function setLocals(this: MountedResponse, value: unknown): void {
  const state = this[LOCALS]
  if (state !== undefined) state.value = value
}

/** Express identifies error handlers by their four parameters. */
function wrapHandler(handler: Handler): Handler {
  const wrapped: Handler =
    handler.length === 4
      ? function faultlineErrorHandler(error, request, response, next) {
          return catchRejection(handler(error, request, response, next), next)
        }
      : function faultlineHandler(request, response, next) {
          return catchRejection(handler(request, response, next), next)
        }
  return Object.assign(wrapped, handler)
}

function wrapParamCallback(callback: Handler, i: number, callbacks: Handler[]): void {
  if (WRAPPED in callback) return
  const wrapped: Handler = function faultlineParam(request, response, next, ...rest) {
    return catchRejection(callback(request, response, next, ...rest), next)
  }
  callbacks[i] = Object.assign(wrapped, { [WRAPPED]: true })
}

function catchRejection(returned: unknown, next: unknown): unknown {
  if (returned instanceof Object && 'then' in returned && typeof returned.then === 'function') {
    returned.then(undefined, function passOn(error: unknown) {
      if (typeof next === 'function') next(error || new Error('A handler rejected with an empty value'))
    })
  }
  return returned
}
