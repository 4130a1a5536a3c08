import type { Server } from 'node:http'
import type { Responder } from '@faultline/core'
import { attach } from './attach.ts'

/** An app of Express or Koa, whose `listen` creates a server. */
interface ListeningApp {
  listen(...parameters: unknown[]): Server
}

/**
 * Makes the method `listen` of one app attach the server that it starts, so that the responses that Node.js sends by
 * itself are in the envelope. A function that other code has put there is called.
 */
export function attachOnListen<Raw>(app: object, responder: Responder<Raw>): void {
  if (!isListeningApp(app)) return
  const listen = app.listen.bind(app)
  app.listen = function listenAndAttach(...parameters) {
    return attach(listen(...parameters), responder)
  }
}

function isListeningApp(app: object): app is ListeningApp {
  return 'listen' in app && typeof app.listen === 'function'
}
