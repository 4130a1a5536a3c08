import type { Responder } from '../responder.ts'
import { routedMethods, takeExit } from './express.ts'
import { takeFastify, type AnyRequest, type FastifyApp, type RouterMaker } from './fastify.ts'

/**
 * Takes hold of the app that a framework stands on, Express or Fastify: of Express's last exit, of Fastify's routes.
 *
 * @returns Tells the methods that have a route at a request's path.
 */
export function takeAnyExit<Raw>(
  app: object,
  responder: Responder<Raw>,
  createRouter: RouterMaker,
): (request: AnyRequest) => string[] {
  if ('addHook' in app) {
    const methodsOn = takeFastify(app as unknown as FastifyApp<Raw>, responder, createRouter)
    return (request) => methodsOn(targetOf(request))
  }
  const methodsAt = (request: AnyRequest): string[] => routedMethods(app, targetOf(request))
  takeExit(app, responder, { methodsAt })
  return methodsAt
}

function targetOf({ url = '/', originalUrl = url }: AnyRequest): string {
  return originalUrl
}
