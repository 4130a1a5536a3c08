import { once } from 'node:events'
import type { Server, ServerOptions } from 'node:http'
import type { ResponderOptions } from '@faultline/core'

/** Limits that the server's body parsers must have. */
export const BODY_LIMITS = {
  /** Maximum size of a JSON body and of a form, in bytes. */
  body: 10_000,
  /** Maximum number of fields of a form. */
  parameters: 10,
  /** Maximum size of an uploaded file, in bytes. An upload has at most one file. */
  file: 1000,
  /** Maximum number of fields of an upload. */
  fields: 3,
  /** Maximum size of a field of an upload, in bytes. */
  field: 100,
  /** Maximum size of a field's name, in bytes. */
  fieldName: 50,
} as const

/** The limits of uploads as options of busboy and of packages that use it: multer, @fastify/multipart. */
export const UPLOAD_LIMITS = {
  fileSize: BODY_LIMITS.file,
  files: 1,
  fields: BODY_LIMITS.fields,
  fieldSize: BODY_LIMITS.field,
  fieldNameSize: BODY_LIMITS.fieldName,
} as const

/** An app that is mounted in the app of the fixture, or in another mounted app. */
export interface MountedApp {
  /** The path that it is mounted at. */
  readonly path: string
  /** Options for the adapter, which is installed on this app, too. */
  readonly options: ResponderOptions
  /** Routes, relative to `path`. */
  readonly routes: readonly FixtureRoute[]
  readonly mounted?: readonly MountedApp[]
}

/** Routes and options of a server under test. */
export interface Fixture {
  /** Routes, in any order. */
  readonly routes: readonly FixtureRoute[]
  /** Options of the adapter. */
  readonly options: ResponderOptions
  /** Apps to mount before the routes are added. Only in scenarios of the topic `nested`. */
  readonly mounted?: readonly MountedApp[]
  /**
   * An app without Faultline. If present, serve it, with the app of the fixture mounted at `path` before its own routes
   * are added. Only in scenarios of the topic `nested`.
   */
  readonly outer?: { readonly path: string; readonly routes: readonly FixtureRoute[] }
  /** Options of `createServer` of `node:http`: time limits. */
  readonly server: ServerOptions
}

/** A route, independent of a framework. */
export interface FixtureRoute {
  readonly method: 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT'
  /** Path of whole segments. A segment that begins with a colon is a parameter. */
  readonly path: string
  /** Whether `handle` runs as middleware (a hook, a guard) before any handler of the path. */
  readonly isMiddleware?: true
  /** How the body is parsed before the handler runs, within `BODY_LIMITS`. An upload's file is in the field `file`. */
  readonly body?: 'json' | 'form' | 'upload'
  /** Throws, rejects or returns the response. undefined: middleware continues, a handler sends an empty response. */
  readonly handle: (context: HandlerContext) => HandlerResult | undefined | Promise<HandlerResult | undefined>
  /** The user's error handler of this route. If it returns undefined, the error is passed on. */
  readonly onError?: (error: unknown) => HandlerResult | undefined
}

/** Argument of a route's handler: the request, and functions that change the response. */
export interface HandlerContext {
  /** Request target as it was sent, including the query. */
  readonly url: string
  readonly params: Readonly<Record<string, string>>
  /** The parsed body, if the route has `body`. */
  readonly body: unknown
  /** Sets a response header through the framework. */
  header(name: string, value: string): void
  /** Sets the response status through the framework. */
  status(status: number): void
  /**
   * Passes an error to the framework without throwing it: `next(error)` on Express, `reply.send(error)` on Fastify.
   * Left out by frameworks in which errors are only thrown.
   */
  fail?(error: unknown): void
  /** Settles when the response has ended or the client disconnected. */
  readonly closed: Promise<unknown>
  /** Sends the head of a 200 and the first part of its body, on Node's response. */
  write(contentType: string, part: string): void
  /** Sends a complete JSON response before the handler returns, on Node's response. */
  send(json: unknown): void
}

/** Result of a handler, which the framework sends. */
export type HandlerResult =
  | {
      /** Serialized by the framework. */
      readonly json: unknown
      /** @default 200 */
      readonly status?: number
    }
  | {
      /** Sent by the framework as a complete body. */
      readonly text: string
      readonly status: number
      /** @default the framework's type of a string */
      readonly contentType?: string
    }
  | { readonly redirect: string }
  | {
      /** Sent by the adapter's `stream`, with the other members as its options. */
      readonly source: (signal: AbortSignal) => AsyncIterable<string | object>
      readonly contentType?: string
      readonly firstChunkTimeout?: number
    }
  | {
      /** Sent by the framework as a stream. */
      readonly stream: AsyncIterable<string>
      readonly contentType: string
    }

/** Starts a server that serves a fixture through the adapter under test, on a free port of 127.0.0.1. */
export type CreateServer = (fixture: Fixture) => Promise<RunningServer>

export interface RunningServer {
  readonly port: number
  readonly close: () => Promise<unknown>
  /**
   * Ends the server with the adapter's `drain`: requests in progress have the time limit, in milliseconds. Only for the
   * topic `drain`. Without it: a gap `drain/*`.
   */
  readonly drain?: (options: { readonly timeout: number }) => Promise<unknown>
}

/**
 * Starts a server of `node:http` on a free port of 127.0.0.1. `close` also ends its connections.
 *
 * @param drain The adapter's function that ends a server without losing a response.
 */
export async function listen(
  server: Server,
  drain?: (server: Server, options: { readonly timeout: number }) => Promise<unknown>,
): Promise<RunningServer> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port')
  return {
    port: address.port,
    async close() {
      server.close()
      server.closeAllConnections()
    },
    ...(drain === undefined ? {} : { drain: (options) => drain(server, options) }),
  }
}

/**
 * Applies a function to the result of a handler: at once to a value, later to the value of a promise. For frameworks
 * that treat the two differently.
 */
export function mapResult<Value, Result>(
  result: Value | Promise<Value>,
  map: (value: Value) => Result,
): Result | Promise<Result> {
  return result instanceof Promise ? result.then(map) : map(result)
}
