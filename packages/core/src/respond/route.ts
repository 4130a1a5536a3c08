import type { ResponderOptions } from './options.ts'

/** Options that only an app has. */
export type AppOption =
  | 'dropCookies'
  | 'errorClasses'
  | 'generateRequestId'
  | 'requestIdHeader'
  | 'trustRequestId'

/** Options of a route, a router or a controller. An option that is not given is that of the app. */
export interface RouteOptions<Raw = unknown> extends Partial<Omit<ResponderOptions<Raw>, AppOption>> {}

/** The options that a request has at one place of an app. */
export interface Route<Raw = never> {
  /** Undefined at the beginning of a mounted app, in which the options of outer routes do not apply. */
  readonly options: RouteOptions<Raw> | undefined
  readonly outer: Route<Raw> | undefined
  /** The routes in this one. Requests with the same routes get the same object, so that responders are created once. */
  readonly inner: WeakMap<Route<Raw>, Route<Raw>>
}

/** The route of an exchange. A registered symbol is shared by all installed copies. */
const ROUTE = Symbol.for('faultline.route')

type RoutedExchange<Raw> = object & { [ROUTE]?: Route<Raw> | undefined }

/** Creates a route from options that have been checked. */
export function createUncheckedRoute<Raw>(
  options: RouteOptions<Raw> | undefined,
  outer?: Route<Raw>,
): Route<Raw> {
  return { options, outer, inner: new WeakMap() }
}

const appStart = /* @__PURE__ */ createUncheckedRoute<never>(undefined)

/** Returns the route that an exchange has reached. */
export function getRoute<Raw>(exchange: RoutedExchange<Raw> | undefined): Route<Raw> | undefined {
  return exchange?.[ROUTE]
}

/** Sets the route of an exchange: Node's request, or the fetch Request. */
export function setRoute<Raw>(exchange: RoutedExchange<Raw>, route: Route<Raw> | undefined): void {
  exchange[ROUTE] = route
}

/** Makes an exchange enter a route. The options of the route take precedence over those of the routes around it. */
export function enterRoute<Raw>(exchange: RoutedExchange<Raw>, route: Route<Raw>): void {
  const outer = exchange[ROUTE]
  exchange[ROUTE] = outer === undefined ? route : combineRoutes(outer, route)
}

/** Makes an exchange enter a mounted app that has its own responder. Options of outer routes do not apply in it. */
export function enterApp(exchange: RoutedExchange<never>): void {
  if (exchange[ROUTE] !== undefined) enterRoute(exchange, appStart)
}

/** Makes an unmatched exchange leave a mounted app. The route that it had outside applies again. */
export function leaveApp(exchange: RoutedExchange<never>): void {
  let route = exchange[ROUTE]
  if (route === undefined) return
  while (route !== undefined && route.options !== undefined) route = route.outer
  exchange[ROUTE] = route?.outer
}

/** Returns a route in another one, with the options of both. */
function combineRoutes<Raw>(outer: Route<Raw>, own: Route<Raw>): Route<Raw> {
  let route = outer.inner.get(own)
  if (route === undefined) {
    const options = own.options === undefined ? undefined : { ...outer.options, ...own.options }
    route = createUncheckedRoute(options, outer)
    outer.inner.set(own, route)
  }
  return route
}
