// Every use of parts of Fastify that its documentation does not promise. Each has a probe.
import { reportMissing } from '@faultline/node/platforms'
import type { FastifyInstance } from 'fastify'

/** The properties of a plugin that fastify-plugin sets: its hooks apply to the instance that registers it. */
export const PLUGIN_PROPERTIES = {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'faultline',
}

/**
 * Returns whether a Fastify instance has routes. Fastify does not list its routes. But `printRoutes` prints the same
 * for all routes as for the routes of a method without any if there are no routes, regardless of its wording.
 */
export function hasRoutes(app: FastifyInstance): boolean {
  const unused = printRoutes(app, 'UNUSED')
  if (unused !== undefined && unused === printRoutes(app, 'UNUSED-2')) return unused !== printRoutes(app)
  const lost =
    'routes that are added before the plugin are not detected and are missing from the Allow header'
  reportMissing(app, 'printRoutes of Fastify', lost, (message) => app.log.warn(message))
  return false
}

function printRoutes(app: FastifyInstance, method?: string): string | undefined {
  try {
    return app.printRoutes(method === undefined ? {} : { method })
  } catch {
    // Fastify no longer has the function or the option. The caller reports it.
    return undefined
  }
}
