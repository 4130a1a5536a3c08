import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { afterAll } from 'vitest'

const closers: (() => Promise<void>)[] = []

/** Closes all servers and their connections. Called after each test file. */
export async function closeServers(): Promise<void> {
  await Promise.all(closers.splice(0).map((close) => close()))
}

afterAll(closeServers)

/**
 * Starts an HTTP server on a free port of 127.0.0.1.
 *
 * @returns Its URL, without a slash at the end.
 */
export function serve(listener: RequestListener): Promise<string> {
  return listen(createHttpServer(listener))
}

/**
 * Starts a TCP server on a free port of 127.0.0.1.
 *
 * @param onConnection Called with each connection.
 * @returns The URL for HTTP requests.
 */
export function serveSocket(onConnection: (socket: Socket) => void): Promise<string> {
  return listen(createTcpServer(onConnection))
}

/**
 * Starts a server on a free port of 127.0.0.1. It and its connections are closed after the test file.
 *
 * @returns The URL for HTTP requests.
 */
export async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // Tests reset connections; an unhandled `error` event would end the process.
    socket.on('error', () => {})
  })
  closers.push(async () => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return getUrl(server)
}

/** Returns a URL at which no server listens: of a server that was started and closed. */
export async function reserveClosedPort(): Promise<string> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = getUrl(server)
  server.close()
  await once(server, 'close')
  return url
}

function getUrl(server: Server): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port')
  return `http://127.0.0.1:${address.port}`
}
