import { METHODS } from '@faultline/core'
import type { FastifyLike } from './fastify.ts'

/** A method of core's `METHODS`. find-my-way declares its methods as a union of names. */
type RoutedMethod = 'DELETE' | 'GET' | 'HEAD' | 'OPTIONS' | 'PATCH' | 'POST' | 'PUT'

const ROUTED_METHODS = METHODS.filter(isRoutedMethod)

/** A router of find-my-way, the router of Fastify. */
interface Router {
  hasRoute(method: RoutedMethod, path: string): boolean
  on(method: RoutedMethod, path: string, handler: () => void): void
  find(method: RoutedMethod, path: string): unknown
}

/** The default export of find-my-way. Fastify and NestJS pass it in, so that Express users do not install it. */
export type CreateRouter = (options: {
  caseSensitive: boolean
  ignoreTrailingSlash: boolean
  ignoreDuplicateSlashes: boolean
}) => Router

type RecordingInstance = Pick<FastifyLike<unknown>, 'addHook' | 'initialConfig' | 'prefix' | 'server'>

/**
 * Records the routes that are added to a Fastify instance from now on. Instances with the same prefix share the record,
 * because Fastify has one not-found handler for all of them.
 *
 * @returns A function that returns the methods that have a route at a request target.
 */
export function recordRoutes(app: RecordingInstance, createRouter: CreateRouter): (url: string) => string[] {
  const router = getRouter(app, createRouter)
  app.addHook('onRoute', function recordRoute({ method, url }) {
    for (const name of [method].flat()) {
      // A route for preflight requests often matches every path.
      const isPreflight = name === 'OPTIONS' && url.endsWith('*')
      if (isRoutedMethod(name) && !isPreflight && !router.hasRoute(name, url)) router.on(name, url, ignore)
    }
  })
  return function allowedMethods(url) {
    const [path = ''] = url.split('?', 1)
    return ROUTED_METHODS.filter((method) => router.find(method, path) !== null)
  }
}

/** The routers of a server, by prefix. Shared by all installed copies of this package. */
const ROUTERS = Symbol.for('faultline.routers')

function getRouter(
  { initialConfig, prefix, server }: RecordingInstance & { server: { [ROUTERS]?: Map<string, Router> } },
  createRouter: CreateRouter,
): Router {
  const routers = (server[ROUTERS] ??= new Map<string, Router>())
  const key = normalizePrefix(prefix)
  const existing = routers.get(key)
  if (existing !== undefined) return existing
  const options = { ...initialConfig, ...initialConfig.routerOptions }
  const { caseSensitive = true, ignoreTrailingSlash = false, ignoreDuplicateSlashes = false } = options
  const router = createRouter({ caseSensitive, ignoreTrailingSlash, ignoreDuplicateSlashes })
  routers.set(key, router)
  return router
}

/** Returns a prefix without its final slash: `/v1/` and `/v1` have the same not-found handler. */
export function normalizePrefix(prefix: string): string {
  return prefix.replace(/\/$/, '')
}

function ignore(): void {}

function isRoutedMethod(method: string): method is RoutedMethod {
  return METHODS.includes(method)
}
