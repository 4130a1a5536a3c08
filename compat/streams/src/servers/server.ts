import { once } from 'node:events'
import type { Server } from 'node:http'
import { Readable } from 'node:stream'
import type { ResponderOptions } from '@faultline/core'
import { dialects } from '../dialects.ts'

/** Path of every route. `dialect` and `cut` select the source, `body` the way to send it. */
export const ROUTE = '/:body/:dialect/:cut'

/** Parameters of the route. */
export interface RouteParams {
  readonly dialect: string
  readonly cut: string
}

/** Returns the parameters of a path. */
export function parsePath(path: string): RouteParams & { readonly body: string } {
  const [, body = '', dialect = '', cut = ''] = path.split('?')[0]!.split('/')
  return { body, dialect, cut }
}

/** The same for every framework: the options and the sources. */
export interface Fixture {
  readonly options: ResponderOptions
  /** Creates a source that yields chunks and then fails. */
  readonly createSource: (params: RouteParams) => AsyncGenerator<Uint8Array, void, undefined>
}

/** A running server of a framework. */
export interface StreamServer {
  readonly port: number
  readonly close: () => Promise<void>
}

/** A framework and the ways in which its handlers send a stream. */
export interface Framework {
  readonly title: string
  /** The first segment of the paths, and a description of the handler. */
  readonly bodies: Readonly<Record<string, string>>
  /**
   * Whether the head is sent after a short time although no event has arrived. On a busy machine, an event can take
   * longer.
   */
  readonly hasEarlyHead?: boolean
  start(fixture: Fixture): Promise<StreamServer>
}

/** Returns the options of `stream` for a dialect. */
export function getStreamOptions({ dialect }: RouteParams): { contentType: string } {
  return { contentType: dialects[dialect]!.recording.contentType }
}

/** Creates the headers of a stream that a handler sends without `stream`. */
export function createHeaders(params: RouteParams): Record<string, string> {
  return {
    'content-type': getStreamOptions(params).contentType,
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  }
}

/** Creates a web stream, such as the body of a response of `fetch`. */
export function toWebStream(source: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await source.next()
      if (done === true) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await source.return(undefined)
    },
  })
}

export function toNodeStream(source: AsyncGenerator<Uint8Array>): Readable {
  return Readable.from(source, { objectMode: false })
}

export function toResponse(source: AsyncGenerator<Uint8Array>, params: RouteParams): Response {
  return new Response(toWebStream(source), { headers: createHeaders(params) })
}

/** Waits until a server listens on a free port of 127.0.0.1. */
export async function listen(server: Server): Promise<StreamServer> {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: getPort(server),
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

export function getPort(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port')
  return address.port
}
