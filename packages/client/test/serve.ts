import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** Serves until the test is over. @returns its URL */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createHttpServer(listener)
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return listen(server)
}

/** Serves bare bytes. @returns its URL */
export async function serveBytes(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    // No answer before the request.
    socket.once('data', () => onConnection(socket))
  })
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return listen(server)
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
