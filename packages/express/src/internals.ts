// The undocumented parts of Express that Faultline uses. Those that NestJS needs, too, are in @faultline/node/platforms:
// the router's layers, for the methods of a 405 and for async handlers of Express 4. Each has a probe there.
import { readProperty } from '@faultline/core'
import {
  ExpressFacts,
  findAllowedMethods,
  installExpressFinalHandler,
  isRouteMiddleware,
} from '@faultline/node/platforms'
import type { Request, Response } from 'express'

/** Returns whether a value is an Express app: a function with the method `handle`, which is replaced. */
export function isExpressApp(value: unknown): boolean {
  return isRouterLike(value) && 'listen' in value
}

/** Returns whether a value is an Express router. It has the method `handle`, too, but Express answers its errors. */
export function isRouter(value: unknown): boolean {
  return isRouterLike(value) && 'stack' in value
}

/** A router of Express. Its property `handle` is called for each request that reaches it. */
export interface RouterLike {
  handle: (request: Request, response: Response, next: (error?: unknown) => void) => void
}

/**
 * Returns the routers of an Express app, 4 or 5, that use middleware of `faultlineOptions`, including routers in routers.
 * Empty if Express has changed its router.
 */
export function listRouters(app: object): RouterLike[] {
  return findRouters(Reflect.get(app, 'lazyrouter' in app ? '_router' : 'router'))
}

function findRouters(router: unknown): RouterLike[] {
  return listHandlers(router)
    .filter(isRouterLike)
    .flatMap((handler): RouterLike[] => {
      const inner = findRouters(handler)
      return listHandlers(handler).some(isRouteMiddleware) ? [handler, ...inner] : inner
    })
}

function listHandlers(router: unknown): object[] {
  const stack = readProperty(router, 'stack')
  if (!Array.isArray(stack)) return []
  return stack
    .map((layer) => readProperty(layer, 'handle'))
    .filter((handler) => typeof handler === 'function')
}

/** Returns whether a value has the method `handle`, as routers and apps do. */
export function isRouterLike(value: unknown): value is RouterLike {
  return typeof value === 'function' && 'handle' in value && typeof value.handle === 'function'
}

export { ExpressFacts, findAllowedMethods, installExpressFinalHandler }
