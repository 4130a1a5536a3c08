import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTcpServer, type Socket } from 'node:net'
import {
  createResponder,
  errorClasses,
  EndpointNotFound,
  MalformedBody,
  MethodNotAllowed,
  type ErrorCode,
  type ResponderOptions,
} from '@faultline/core'
import { attach, sendError, stream } from '@faultline/node'
import { listen, type RunningServer } from '../src/suite/fixture.ts'
import { sampleOf } from '../src/suite/sample.ts'

const servers: RunningServer[] = []

/** Ends all that were started. */
export async function closeAll(): Promise<void> {
  for (const server of servers.splice(0)) await server.close()
}

/** A server of what a listener answers, by its address. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = await listen(createServer(listener))
  servers.push(server)
  return `http://127.0.0.1:${server.port}`
}

/** A server that does what it likes with a socket, by its address. */
export async function serveSocket(handle: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    handle(socket)
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  servers.push({
    port,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(resolve))
    },
  })
  return `http://127.0.0.1:${port}`
}

/** A sound server in an envelope: a path for GET, one for POST, one for each error and one for each in a stream. */
export async function soundServer(envelope: ResponderOptions['envelope'], root = ''): Promise<string> {
  const responder = createResponder({ envelope, onError: () => {} })
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url!.split('?', 1)[0]!.slice(root.length)
    const fail = (error: unknown): void => sendError(responder, error, request, response)
    const [, kind, code] = path.split('/')
    const type = errorClasses[code as ErrorCode]
    if (kind === 'errors' && type !== undefined) fail(sampleOf(type))
    else if (kind === 'streams' && type !== undefined) {
      stream(response, failing(sampleOf(type))).catch(fail)
    } else if (path === '/items' && !['GET', 'HEAD'].includes(request.method!))
      fail(new MethodNotAllowed({ allow: ['GET', 'HEAD'] }))
    else if (path === '/items') response.end('{}')
    else if (path === '/make' && request.method !== 'POST') fail(new MethodNotAllowed({ allow: ['POST'] }))
    else fail(path === '/make' ? new MalformedBody() : new EndpointNotFound())
  }
  const server = await listen(attach(createServer(listener), responder))
  servers.push(server)
  return `http://127.0.0.1:${server.port}${root}`
}

async function* failing(error: unknown): AsyncGenerator<string> {
  yield 'data: {}\n\n'
  throw error
}
