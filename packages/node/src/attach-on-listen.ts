import type { Responder } from '@faultline/core'
import { attachOnce } from './attach.ts'
import { isServer } from './is-server.ts'

/** An app that starts its own server. */
interface ListeningApp {
  // A property, because it is replaced.
  listen: (...args: never[]) => unknown
}

/**
 * Gives one app its own `listen`, which calls the previous one and attaches the server that it returns. A server that
 * is attached already stays as it is.
 */
export function attachOnListen<Raw>(app: ListeningApp, responder: Responder<Raw>): void {
  const previous = app.listen
  app.listen = function listenAndAttach(this: unknown, ...args: unknown[]): unknown {
    const server: unknown = Reflect.apply(previous, this, args)
    if (isServer(server)) attachOnce(server, responder)
    return server
  }
}
