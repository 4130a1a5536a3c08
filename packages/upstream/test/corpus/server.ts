import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttp2Server, type Http2Session } from 'node:http2'
import type { AddressInfo } from 'node:net'

/** Handles the next requests. */
export type Behavior = (response: ServerResponse, request: IncomingMessage) => void

/** A server whose behavior a test sets. */
export interface FailingServer {
  readonly url: string
  /** The same over HTTP/2, which Bedrock's client requires. */
  readonly http2Url: string
  /** A URL on which no server listens. */
  readonly closedUrl: string
  setBehavior(behavior: Behavior): void
  close(): void
}

/** Starts a server on free ports of 127.0.0.1. */
export async function startFailingServer(): Promise<FailingServer> {
  let current: Behavior = (response) => response.end()
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume()
    request.on('end', () => current(response, request))
  }
  const sessions = new Set<Http2Session>()
  const server = createServer(listener)
  const http2 = createHttp2Server(listener as never).on('session', (session) => sessions.add(session))
  const closed = createServer()
  const [url, http2Url, closedUrl] = await Promise.all(
    [server, http2, closed].map(async (each) => {
      each.listen(0, '127.0.0.1')
      await once(each, 'listening')
      return `http://127.0.0.1:${(each.address() as AddressInfo).port}`
    }),
  )
  closed.close()
  return {
    url: url!,
    http2Url: http2Url!,
    closedUrl: closedUrl!,
    setBehavior(behavior) {
      current = behavior
    },
    close() {
      server.close()
      server.closeAllConnections()
      http2.close()
      for (const session of sessions) session.destroy()
    },
  }
}

/** Responds with a body as JSON, or with a string unchanged. */
export function respondWith(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Behavior {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
}

/** Closes the connection before the response. */
export const destroyConnection: Behavior = (response) => response.destroy()

/** Never responds. */
export const neverRespond: Behavior = () => {}

/** Sends the head and a part of the body, then closes the connection. */
export const truncateBody: Behavior = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
  response.write('{"id":"x","choices":[')
  setTimeout(() => response.destroy(), 20)
}

/** Sends malformed JSON. */
export const sendMalformedJson: Behavior = respondWith(200, '{"id": oops')

/** Sends an event stream, then ends it or closes the connection. */
export function sendEvents(events: readonly string[], end: 'end' | 'destroy' = 'end'): Behavior {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': 'req_stream' })
    for (const event of events) response.write(event)
    setTimeout(() => (end === 'end' ? response.end() : response.destroy()), 20)
  }
}
