// Every use of undocumented parts of Hono and @hono/node-server. Each has a probe. Hono does not have a logger.
import type { Env, Hono, Schema } from 'hono'
import { getRuntimeKey } from 'hono/adapter'

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
  const body = readCachedBody(response)
  return body === undefined || (body instanceof Object && 'getReader' in body)
}

/** Returns the body that a response was created with; undefined if it does not keep one, null if it is empty. */
function readCachedBody(response: Response): unknown {
  for (const key of Object.getOwnPropertySymbols(response)) {
    const cache: unknown = Reflect.get(response, key)
    if (Array.isArray(cache)) return cache[1] ?? null
  }
  return undefined
}

/** Reports if the response class of @hono/node-server, where it replaces the global one, does not keep its body. */
export function probeResponse(app: object): void {
  const isReplaced = Object.getPrototypeOf(Response) !== Function.prototype
  if (!isReplaced || readCachedBody(new Response('probe')) === 'probe') return
  const lost = 'responses with a text body are sent more slowly, because they are treated as streams'
  reportMissing(app, 'the cached body in the Response of @hono/node-server', lost)
}

/** Returns whether the path has a route for a method. Middleware matches every method and is not a route. */
export function hasRoute<E extends Env, S extends Schema, P extends string>(
  app: Hono<E, S, P>,
  path: string,
  method: string,
): boolean {
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
