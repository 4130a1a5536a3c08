import type { Server } from 'node:net'
import { connect } from 'node:net'

/**
 * Sends bytes to a server that listens on 127.0.0.1.
 *
 * @param shouldEnd Whether the connection is closed for writing after the bytes.
 * @returns Everything that is received until the connection closes.
 */
export async function exchange(server: Server, request: string, shouldEnd = false): Promise<string> {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port')
  const socket = connect(address.port, '127.0.0.1')
  let received = ''
  socket.setEncoding('utf8').on('data', (text: string) => (received += text))
  socket.on('error', () => {})
  if (shouldEnd) socket.end(request)
  else socket.write(request)
  await new Promise((resolve) => socket.once('close', resolve))
  return received
}
