import { createRoute, enterRoute, type Route, type RouteOptions } from '@faultline/core'
import type { CanActivate, ExecutionContext } from '@nestjs/common'
import { readHttpExchange, type FaultlineOptions as Options } from './filter.ts'
import { readMetadata } from './internals.ts'

/** The options of all adapters. The decorator with the same name accepts the options of a controller or a handler. */
export type FaultlineOptions = Options

const ROUTE_KEY = 'faultline:route'

/**
 * Changes options for the HTTP handlers of a controller, or for one handler: those that are given take precedence over the
 * options of the module, and those of a handler over those of its controller.
 *
 * @throws TypeError naming the option that is unknown, of the wrong type or only an option of an app.
 */
export function FaultlineOptions(options: RouteOptions): ClassDecorator & MethodDecorator {
  return function decorate(target: object, name?: PropertyKey, descriptor?: PropertyDescriptor): void {
    const place = typeof target === 'function' ? target.name : `${target.constructor.name}.${String(name)}`
    const route = createRoute(options, `@FaultlineOptions of ${place}`)
    Reflect.defineMetadata(ROUTE_KEY, route, descriptor?.value ?? target)
  }
}

/** Returns the routes of a controller and of its handler, from the outside to the inside. */
function readRoutes(controller: Function, handler: Function): Route<unknown>[] {
  const routes = [controller, handler].map((target) => readMetadata(ROUTE_KEY, target))
  return routes.filter(isRoute)
}

function isRoute(value: unknown): value is Route<unknown> {
  return value !== undefined
}

/** Returns whether a handler or its controller has options. */
export function hasRouteOptions(controller: Function, handler: Function): boolean {
  return readRoutes(controller, handler).length > 0
}

/** Gives a request the options of its handler, before guards, pipes and interceptors of the app can fail. */
export const routeGuard: CanActivate = {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() === 'http') {
      const { message } = readHttpExchange(context)
      for (const route of readRoutes(context.getClass(), context.getHandler())) enterRoute(message, route)
    }
    return true
  },
}
