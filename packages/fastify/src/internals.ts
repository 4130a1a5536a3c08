// Every use of parts of Fastify that its documentation does not promise. Each has a probe.
import { readProperty } from '@faultline/core'
import { isBodyHook, normalizePrefix, reportMissing } from '@faultline/node/platforms'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'

/** The properties of a plugin that fastify-plugin sets: its hooks apply to the instance that registers it. */
export const PLUGIN_PROPERTIES = {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'faultline',
}

/** Returns whether an instance is the root, which does not inherit from another instance. */
export function isRoot(app: FastifyInstance): boolean {
  return !('addHook' in (Object.getPrototypeOf(app) as object))
}

/**
 * Returns whether a Fastify instance has routes. Fastify does not list its routes. But `printRoutes` prints the same
 * for all routes as for the routes of a method without any if there are no routes, regardless of its wording.
 */
export function hasRoutes(app: FastifyInstance): boolean {
  const unused = printRoutes(app, 'UNUSED')
  if (unused !== undefined && unused === printRoutes(app, 'UNUSED-2')) return unused !== printRoutes(app)
  const lost =
    'routes that are added before the plugin are not detected and are missing from the Allow header'
  reportMissing(app, 'printRoutes of Fastify', lost, (message) => app.log.warn(message))
  return false
}

function printRoutes(app: FastifyInstance, method?: string): string | undefined {
  try {
    return app.printRoutes(method === undefined ? {} : { method })
  } catch {
    // Fastify no longer has the function or the option. The caller reports it.
    return undefined
  }
}

type RouteErrorHandler = FastifyInstance['errorHandler']

/**
 * Defines the error handler of a route. Fastify reads it when it has loaded all plugins. Then `errorHandler` of the
 * instance is the handler that its plugin has set.
 *
 * @param handleError The handler as Fastify keeps it: `errorHandler` of the instance that has set it.
 */
export function defineErrorHandler(
  route: RouteOptions,
  app: FastifyInstance,
  handleError: RouteErrorHandler,
): void {
  Object.defineProperty(route, 'errorHandler', {
    configurable: true,
    enumerable: true,
    get: () => (app.errorHandler === handleError ? handleError : undefined),
  })
}

type NotFoundHandler = (request: FastifyRequest, reply: FastifyReply) => void

interface NotFoundHolder {
  handler: NotFoundHandler
  depth: number
}

const NOT_FOUND_HANDLER = Symbol.for('faultline.notFoundHandler')
const NOT_FOUND_HOLDERS = Symbol.for('faultline.notFoundHolders')

/**
 * Sets the not-found handler of an instance's prefix. Fastify has one per prefix, not per instance, and a second call
 * fails or ends the process. Of several instances with the same prefix, the outermost one answers. A handler that the
 * app has set stays.
 */
export function setNotFoundHandler(app: FastifyInstance, handler: NotFoundHandler): void {
  const server: object & { [NOT_FOUND_HOLDERS]?: Map<string, NotFoundHolder> } = app.server
  const holders = (server[NOT_FOUND_HOLDERS] ??= new Map())
  const prefix = normalizePrefix(app.prefix)
  const depth = countPrototypes(app)
  const existing = holders.get(prefix)
  if (existing !== undefined) {
    if (depth < existing.depth) Object.assign(existing, { handler, depth })
    return
  }
  const holder = { handler, depth }
  holders.set(prefix, holder)
  const callHandler: NotFoundHandler = (request, reply) => holder.handler(request, reply)
  try {
    app.setNotFoundHandler(callHandler)
    Object.defineProperty(app, NOT_FOUND_HANDLER, { value: callHandler })
  } catch {
    // The app has set its own handler for this prefix.
    app.log.debug(`faultline: the app's own not-found handler answers unknown paths below ${prefix || '/'}`)
  }
}

/** Returns the not-found handler that `setNotFoundHandler` has set on an instance. */
export function readNotFoundHandler(app: FastifyInstance): NotFoundHandler | undefined {
  return Object.hasOwn(app, NOT_FOUND_HANDLER) ? Reflect.get(app, NOT_FOUND_HANDLER) : undefined
}

/**
 * Returns whether Fastify has thrown a value because of the body of a request. Fastify reads the body before it calls a
 * not-found handler.
 */
export function isBodyError(thrown: unknown): boolean {
  const code = readProperty(thrown, 'code')
  if (typeof code === 'string') return /^FST_ERR_(?:CTP_|ROUTE_MISSING_CONTENT_TYPE$)/.test(code)
  // Early versions of Fastify 5 throw the SyntaxError of malformed JSON.
  return thrown instanceof SyntaxError && readProperty(thrown, 'statusCode') === 400
}

function countPrototypes(value: object): number {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype instanceof Object ? 1 + countPrototypes(prototype) : 0
}

/** The part of a route that Fastify keeps: its hooks, in the order of their calls. */
interface RouteContext {
  readonly onSend: readonly unknown[] | null
}

/** Whether routes have no `onSend` hook of the app, by their context. */
const routesWithoutHooks = new WeakMap<object, boolean>()

let contextKey: symbol | undefined

/** Returns whether no `onSend` hook of the app or of a plugin must see the response of a request. */
export function hasNoSendHooks(request: FastifyRequest): boolean {
  const context = readRouteContext(request)
  if (context === undefined) return false
  let isWithout = routesWithoutHooks.get(context)
  if (isWithout === undefined) {
    isWithout = context.onSend?.every(isBodyHook) ?? true
    routesWithoutHooks.set(context, isWithout)
  }
  return isWithout
}

function readRouteContext(request: FastifyRequest): RouteContext | undefined {
  contextKey ??= Object.getOwnPropertySymbols(request).find(
    ({ description }) => description === 'fastify.context',
  )
  const context: unknown = contextKey === undefined ? undefined : Reflect.get(request, contextKey)
  if (isRouteContext(context)) return context
  const lost = 'error responses are sent more slowly'
  reportMissing(request.server, 'the context of a request of Fastify', lost, (message) =>
    request.log.warn(message),
  )
  return undefined
}

function isRouteContext(context: unknown): context is RouteContext {
  const hooks = readProperty(context, 'onSend')
  return hooks === null || Array.isArray(hooks)
}
