import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttp2Server, type Http2Session } from 'node:http2'
import type { AddressInfo } from 'node:net'

/** What the server does with the next requests. */
export type Behaviour = (response: ServerResponse, request: IncomingMessage) => void

/** A server that misbehaves as it is told to. */
export interface Misbehaving {
  readonly url: string
  /** The same over HTTP/2, which is all that Bedrock's client speaks. */
  readonly http2Url: string
  /** Where nobody listens. */
  readonly nobodyUrl: string
  behave(behaviour: Behaviour): void
  close(): void
}

/** Starts one on ports of 127.0.0.1. */
export async function startMisbehaving(): Promise<Misbehaving> {
  let current: Behaviour = (response) => response.end()
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume()
    request.on('end', () => current(response, request))
  }
  const sessions = new Set<Http2Session>()
  const server = createServer(listener)
  const http2 = createHttp2Server(listener as never).on('session', (session) => sessions.add(session))
  const nobody = createServer()
  const [url, http2Url, nobodyUrl] = await Promise.all(
    [server, http2, nobody].map(async (each) => {
      each.listen(0, '127.0.0.1')
      await once(each, 'listening')
      return `http://127.0.0.1:${(each.address() as AddressInfo).port}`
    }),
  )
  nobody.close()
  return {
    url: url!,
    http2Url: http2Url!,
    nobodyUrl: nobodyUrl!,
    behave(behaviour) {
      current = behaviour
    },
    close() {
      server.close()
      server.closeAllConnections()
      http2.close()
      for (const session of sessions) session.destroy()
    },
  }
}

/** An answer with a body as JSON, or as the text that it is. */
export function answers(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Behaviour {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
}

/** The connection is broken before anything is answered. */
export const breaks: Behaviour = (response) => response.destroy()

/** Nothing is answered. */
export const hangs: Behaviour = () => {}

/** A head and half a body, and the connection is broken. */
export const breaksWithin: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
  response.write('{"id":"x","choices":[')
  setTimeout(() => response.destroy(), 20)
}

/** What is no JSON, as JSON. */
export const garbles: Behaviour = answers(200, '{"id": oops')

/** An event stream: the events as they are, and then its end, or a broken connection. */
export function streams(events: readonly string[], end: 'ends' | 'breaks' = 'ends'): Behaviour {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': 'req_stream' })
    for (const event of events) response.write(event)
    setTimeout(() => (end === 'ends' ? response.end() : response.destroy()), 20)
  }
}
