import type { ApiError } from '../errors/api-error.ts'
import { EndpointNotFound, MethodNotAllowed } from '../errors/index.ts'

/**
 * The methods that a router is queried for (RFC 9110, section 9.3, and PATCH of RFC 5789). CONNECT and TRACE are left
 * out: they have no routes.
 */
export const METHODS: readonly string[] = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']

/**
 * Creates the error of a request that no route matched: a 405 if the path has routes for other methods, otherwise
 * a 404.
 *
 * @param allow The methods of the path's routes, or a function that returns whether the path has a route for a method.
 */
export function createRoutingError(
  method: string,
  allow: readonly string[] | ((method: string) => boolean),
): ApiError {
  const methods = new Set(toAllowedMethods(typeof allow === 'function' ? METHODS.filter(allow) : allow))
  // A route for OPTIONS alone handles preflights, often on every path.
  const hasRoutes = methods.size > 0 && !(methods.size === 1 && methods.has('OPTIONS'))
  return hasRoutes && !methods.has(method)
    ? new MethodNotAllowed({ allow: [...methods] })
    : new EndpointNotFound()
}

/** Returns the methods of the Allow header, sorted and without duplicates. A route for GET also serves HEAD. */
export function toAllowedMethods(methods: readonly string[]): string[] {
  const allowed = new Set(methods)
  if (allowed.has('GET')) allowed.add('HEAD')
  return [...allowed].toSorted()
}
