import { resolveEnvelope } from '../envelopes/index.ts'
import { checkRouteOptions } from './check-options.ts'
import { createUncheckedRoute, type Route, type RouteOptions } from './route.ts'

/** The routes of options objects. Several routes of an app may have the same object. */
const routes = new WeakMap<object, unknown>()

/**
 * Returns the route of options. They are checked once, and must not be changed later.
 *
 * @param place The place of the options, which error messages begin with.
 * @throws TypeError naming the place, and the option that is unknown, of the wrong type or only an option of an app.
 */
export function createRoute<Raw>(options: RouteOptions<Raw>, place: string): Route<Raw> {
  const existing = routes.get(options)
  if (existing !== undefined) return existing as Route<Raw>
  checkRouteOptions(options, place)
  const ownEntries = Object.entries(options).filter(([, value]) => value !== undefined)
  const own: RouteOptions<Raw> = Object.fromEntries(ownEntries)
  // The responder of the app may be a slim one, which does not know the ids of envelopes.
  if (typeof own.envelope === 'string') own.envelope = resolveEnvelope(own.envelope)
  const route = createUncheckedRoute(own)
  routes.set(options, route)
  return route
}
