import type { Responder } from '@faultline/core'
import { allowedMethods, installExpressFinalHandler } from './express-platform/final-handler.ts'
import {
  installFastifyHooks,
  type PlatformRequest,
  type FastifyApp,
  type CreateRouter,
} from './fastify-platform/hooks.ts'

/**
 * Takes hold of the app that a framework stands on, Express or Fastify: of Express's last exit, of Fastify's routes.
 *
 * @returns Tells the methods that have a route at a request's path.
 */
export function installOnHttpPlatform<Raw>(
  app: object,
  responder: Responder<Raw>,
  createRouter: CreateRouter,
): (request: PlatformRequest) => string[] {
  if ('addHook' in app) {
    const methodsOn = installFastifyHooks(app as unknown as FastifyApp<Raw>, responder, createRouter)
    return (request) => methodsOn(targetOf(request))
  }
  const methodsAt = (request: PlatformRequest): string[] => allowedMethods(app, targetOf(request))
  installExpressFinalHandler(app, responder, { allowedMethods: methodsAt })
  return methodsAt
}

function targetOf({ url = '/', originalUrl = url }: PlatformRequest): string {
  return originalUrl
}
