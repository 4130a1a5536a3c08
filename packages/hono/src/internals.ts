// Every use of undocumented parts of Hono and @hono/node-server. Each has a probe. Hono does not have a logger.
import { METHODS } from '@faultline/core'
import type { CachedResponse } from '@faultline/core/web'
import type { Context, Handler, Hono, MiddlewareHandler } from 'hono'
import { getRuntimeKey } from 'hono/adapter'

/** A Hono app of any type. */
// oxlint-disable-next-line typescript/no-explicit-any -- the parameters are invariant
type AnyHono = Hono<any, any, any>

const reported = new WeakMap<object, Set<string>>()

/** Reports a missing part once per app. */
function reportMissing(app: object, part: string, lost: string): void {
  const parts = reported.get(app) ?? new Set()
  if (parts.has(part)) return
  reported.set(app, parts.add(part))
  console.warn(`Faultline: ${part} does not exist or has changed in the installed version; ${lost}`)
}

const INSTALLED = Symbol.for('faultline.installed')

/** Marks an app for every installed copy of this package. Returns whether it was not marked before. */
export function markInstalled(app: object): boolean {
  if (Object.hasOwn(app, INSTALLED)) return false
  Object.defineProperty(app, INSTALLED, { value: true })
  return true
}

/** Whether the app runs on Node.js. Other runtimes abort a response whose body fails, and pass bodies on natively. */
export const isNode = getRuntimeKey() === 'node'

/**
 * Returns whether the body of a response may fail while it is sent. The response class of @hono/node-server keeps the
 * body that it was created with in an array. Reading its property `body` would convert it to a slower fetch Response.
 * A response without such an array is treated as a stream.
 */
export function mayStream(response: Response): boolean {
  const cache = readCache(response)
  if (cache === undefined) return true
  const [, body] = cache
  return body instanceof Object && 'getReader' in body
}

/** The key of the array, when it has been found. */
let cacheKey: symbol | undefined

/** Returns the body and the headers that a response was created with; undefined if it does not keep them. */
export function readCached(response: Response): CachedResponse | undefined {
  const cache = readCache(response)
  if (cache === undefined) return undefined
  const [, body, headers] = cache
  return { body: body ?? null, headers }
}

function readCache(response: Response): readonly unknown[] | undefined {
  const known: unknown = cacheKey === undefined ? undefined : Reflect.get(response, cacheKey)
  if (Array.isArray(known)) return known
  for (const key of Object.getOwnPropertySymbols(response)) {
    const cache: unknown = Reflect.get(response, key)
    if (Array.isArray(cache)) {
      cacheKey = key
      return cache
    }
  }
  return undefined
}

/** Reports if the response class of @hono/node-server, where it replaces the global one, does not keep its body. */
export function probeResponse(app: object): void {
  const isReplaced = Object.getPrototypeOf(Response) !== Function.prototype
  if (!isReplaced || readCached(new Response('probe'))?.body === 'probe') return
  const lost = 'responses with a text body are sent more slowly, because they are treated as streams'
  reportMissing(app, 'the cached body in the Response of @hono/node-server', lost)
}

/** Returns the methods that have a route at a path. */
export function findMethods(app: AnyHono, path: string): string[] {
  return METHODS.filter((method) => hasRoute(app, path, method))
}

/** Returns whether the path has a route for a method. Middleware matches every method and is not a route. */
function hasRoute(app: AnyHono, path: string, method: string): boolean {
  const [matches] = app.router.match(method, path)
  if (matches.every(isMatch)) return matches.some(([[, route]]) => route.method === method)
  const lost = 'requests with a method that their path does not support get 404 instead of 405'
  reportMissing(app, 'the result of router.match of Hono', lost)
  return false
}

function isMatch(match: readonly unknown[]): boolean {
  const [entry] = match
  return Array.isArray(entry) && entry[1] instanceof Object && 'method' in entry[1]
}

/**
 * Removes the response that reading `context.res` has created. Otherwise Hono copies the next response into it, and its
 * body becomes a stream. A response that a handler has returned stays.
 */
export function removeUnusedResponse(context: Context): void {
  if (context.finalized) return
  context.res = undefined
  context.finalized = false
}

/** The body of the response that Hono sends to an unmatched request. */
const DEFAULT_NOT_FOUND = '404 Not Found'

/** Returns whether a response is the one that Hono sends if the app has no not-found handler. */
export async function isDefaultNotFound(response: Response): Promise<boolean> {
  if (response.status !== 404) return false
  const cached = readCached(response)
  if (cached !== undefined) return cached.body === DEFAULT_NOT_FOUND
  const isText = /^text\/plain\b/i.test(response.headers.get('content-type') ?? '')
  return isText && (await response.clone().text()) === DEFAULT_NOT_FOUND
}

/**
 * Adds middleware to an app if it is mounted in another app, before all its routes. `route` of the other app copies the
 * routes with `app.routes.map`. An app that is not mounted does not pay for the middleware.
 */
export function onMount(app: AnyHono, middleware: MiddlewareHandler): void {
  const { routes } = app
  if (!Array.isArray(routes)) {
    reportMissing(app, 'app.routes of Hono', 'a mounted app does not answer unknown paths and thrown text')
    return
  }
  const own = { basePath: '/', path: '/*', method: 'ALL', handler: middleware }
  Object.defineProperty(routes, 'map', {
    configurable: true,
    value: (...parameters: Parameters<typeof routes.map>) => {
      const copied = [...routes].map((route) => ({ ...route, handler: catchNonError(route.handler) }))
      return [own, ...copied].map(...parameters)
    },
  })
}

/** A value that is not an Error, which Hono would not pass to `onError`. */
class ThrownValue extends Error {
  readonly thrown: unknown

  constructor(thrown: unknown) {
    super('A value that is not an Error was thrown')
    this.thrown = thrown
  }
}

/** Returns the value that a handler has thrown. */
export function unwrapThrown(error: unknown): unknown {
  return error instanceof ThrownValue ? error.thrown : error
}

function throwAsError(thrown: unknown): never {
  throw thrown instanceof Error ? thrown : new ThrownValue(thrown)
}

/**
 * Makes values that are not Errors reach `onError`, with the headers of the context. It wraps the handlers that are
 * added to the app's router from now on.
 */
export function catchNonErrors(app: AnyHono): void {
  const { router } = app
  const add = router.add.bind(router)
  router.add = function addCatching(method, path, [handler, route]) {
    add(method, path, [typeof handler === 'function' ? catchNonError(handler as Handler) : handler, route])
  }
}

function catchNonError(handler: Handler): Handler {
  return function faultlineHandler(context, next) {
    try {
      const result: unknown = handler(context, next)
      return result instanceof Promise ? result.catch(throwAsError) : result
    } catch (thrown) {
      return throwAsError(thrown)
    }
  }
}
