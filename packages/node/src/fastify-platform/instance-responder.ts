import { createRoute, getRoute, setRoute, type Responder } from '@faultline/core'
import type { FastifyLike, FastifyRequestLike } from './fastify.ts'

/** The responder of an instance. The instances in it inherit the property, unless they have their own responder. */
export const RESPONDER = Symbol.for('faultline.responder')

/**
 * Returns the responder of the instance that a request belongs to. From then on, the request has the options of its
 * route.
 */
export function findResponder<Raw>(request: FastifyRequestLike): Responder<Raw> | undefined {
  enterConfiguredRoute(request)
  return Reflect.get(request.server, RESPONDER)
}

/** Gives a request that fails the options of its route. Requests that do not fail do not need them. */
export function enterConfiguredRoute({ raw, routeOptions }: FastifyRequestLike): void {
  const options = routeOptions?.config?.faultline
  if (options !== undefined && getRoute(raw) === undefined) setRoute(raw, createRoute(options, ''))
}

/** Checks the options of each route that is added from now on. An invalid option is thrown where the route is added. */
export function checkRoutes(app: Pick<FastifyLike<unknown>, 'addHook'>): void {
  app.addHook('onRoute', function checkRoute({ config, method, url }) {
    if (config?.faultline !== undefined)
      createRoute(config.faultline, `config.faultline of ${[method].flat().join()} ${url}`)
  })
}
