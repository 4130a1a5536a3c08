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
 * @param allow The methods of the path's routes.
 */
export function createRoutingError(method: string, allow: readonly string[]): ApiError {
  if (allow.length === 0) return new EndpointNotFound()
  const methods = toAllowedMethods(allow)
  // A route for OPTIONS alone handles preflights, often on every path.
  const hasRoutes = methods.some((name) => name !== 'OPTIONS')
  return hasRoutes && !methods.includes(method)
    ? new MethodNotAllowed({ allow: methods })
    : new EndpointNotFound()
}

/** Returns the methods of the Allow header, sorted and without duplicates. A route for GET also serves HEAD. */
export function toAllowedMethods(methods: readonly string[]): string[] {
  const allowed = new Set(methods)
  if (allowed.has('GET')) allowed.add('HEAD')
  return [...allowed].toSorted()
}
