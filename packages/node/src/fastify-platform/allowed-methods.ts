import { METHODS } from '@faultline/core'
import type { FastifyLike } from './fastify.ts'

/** A method of core's `METHODS`. find-my-way declares its methods as a union of names. */
type RoutedMethod = 'DELETE' | 'GET' | 'HEAD' | 'OPTIONS' | 'PATCH' | 'POST' | 'PUT'

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

/**
 * Records the routes that are added to a Fastify instance from now on.
 *
 * @returns A function that returns the methods that have a route at a request target.
 */
export function recordRoutes(
  app: Pick<FastifyLike<unknown>, 'addHook' | 'initialConfig'>,
  createRouter: CreateRouter,
): (url: string) => string[] {
  const { initialConfig } = app
  const options = { ...initialConfig, ...initialConfig.routerOptions }
  const { caseSensitive = true, ignoreTrailingSlash = false, ignoreDuplicateSlashes = false } = options
  const router = createRouter({ caseSensitive, ignoreTrailingSlash, ignoreDuplicateSlashes })
  app.addHook('onRoute', function recordRoute({ method, url }) {
    for (const name of [method].flat()) {
      // A route for preflight requests often matches every path.
      const isPreflight = name === 'OPTIONS' && url.endsWith('*')
      if (isRoutedMethod(name) && !isPreflight && !router.hasRoute(name, url)) router.on(name, url, ignore)
    }
  })
  return function allowedMethods(url) {
    const [path = ''] = url.split('?', 1)
    return METHODS.filter(isRoutedMethod).filter((method) => router.find(method, path) !== null)
  }
}

function ignore(): void {}

function isRoutedMethod(method: string): method is RoutedMethod {
  return METHODS.includes(method)
}
