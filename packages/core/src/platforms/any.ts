import type { Server } from 'node:http'
import { attach } from '../node.ts'
import type { Responder } from '../responder.ts'
import { routedMethods, takeExit } from './express.ts'
import {
  noteRoutes,
  refuseWhileClosing,
  watchStreams,
  type AnyRequest,
  type ClosingApp,
  type RoutedApp,
  type RouterMaker,
  type SendingApp,
} from './fastify.ts'

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
    attach((app as unknown as { server: Server }).server, responder)
    refuseWhileClosing(app as ClosingApp)
    watchStreams(app as SendingApp<Raw>, responder)
    const methodsOn = noteRoutes(app as RoutedApp, createRouter)
    return (request) => methodsOn(targetOf(request))
  }
  const methodsAt = (request: AnyRequest): string[] => routedMethods(app, targetOf(request))
  takeExit(app, responder, { methodsAt })
  return methodsAt
}

function targetOf({ url = '/', originalUrl = url }: AnyRequest): string {
  return originalUrl
}
