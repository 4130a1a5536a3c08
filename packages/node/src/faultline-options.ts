import type { IncomingMessage } from 'node:http'
import { createRoute, enterRoute, type RouteOptions } from '@faultline/core'

const ROUTE_MIDDLEWARE = Symbol.for('faultline.routeMiddleware')

/**
 * Creates middleware that changes options for the requests that reach it: those that are given take precedence over the
 * options of the app, and over those of an outer router. In a listener of `node:http`, call it with the request.
 *
 * @throws TypeError naming the option that is unknown, of the wrong type or only an option of an app.
 */
export function faultlineOptions<Raw = IncomingMessage>(
  options: RouteOptions<Raw>,
): (request: IncomingMessage, response?: unknown, next?: () => void) => void {
  const route = createRoute(options, 'faultlineOptions')
  return Object.assign(
    function faultlineOptionsMiddleware(
      request: IncomingMessage,
      _response?: unknown,
      next?: () => void,
    ): void {
      enterRoute(request, route)
      next?.()
    },
    { [ROUTE_MIDDLEWARE]: true },
  )
}

/** The context of middleware, if it has Node's request. */
interface NodeContext {
  readonly req: IncomingMessage
}

/** Creates middleware like `faultlineOptions`, for frameworks whose middleware receives a context. */
export function faultlineContextOptions<Context extends NodeContext>(
  options: RouteOptions<Context>,
): (context: NodeContext, next: () => Promise<void>) => Promise<void> {
  const route = createRoute(options, 'faultlineOptions')
  return function faultlineOptionsMiddleware({ req }, next) {
    enterRoute(req, route)
    return next()
  }
}

/** Returns whether a handler is middleware of `faultlineOptions`, of any installed copy of this package. */
export function isRouteMiddleware(handler: object): boolean {
  return ROUTE_MIDDLEWARE in handler
}
