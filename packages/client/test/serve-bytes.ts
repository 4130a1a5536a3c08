import type { Socket } from 'node:net'
import { serveSocket } from '@faultline/test-kit'

/** Starts a server that calls `onRequest` with the socket when the first bytes of a request have arrived. */
export function serveBytes(onRequest: (socket: Socket) => void): Promise<string> {
  return serveSocket((socket) => void socket.once('data', () => onRequest(socket)))
}
