import { once } from 'node:events'
import type { Server, ServerOptions } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ResponderOptions } from '@faultline/core'

/** The most bytes that the fixture's parsers may take. */
export const BODY_LIMITS = {
  /** Of a JSON body and of a form, in bytes. */
  body: 10_000,
  /** Of a form's fields. */
  parameters: 10,
  /** Of an uploaded file, in bytes. One may be uploaded. */
  file: 1000,
  /** Of an upload's fields. */
  fields: 3,
  /** Of an upload's field, in bytes. */
  field: 100,
  /** Of a field's name, in bytes. */
  fieldName: 50,
} as const

/** The same for uploads, in the words of busboy and all that stands on it: multer, @fastify/multipart. */
export const UPLOAD_LIMITS = {
  fileSize: BODY_LIMITS.file,
  files: 1,
  fields: BODY_LIMITS.fields,
  fieldSize: BODY_LIMITS.field,
  fieldNameSize: BODY_LIMITS.fieldName,
} as const

/** What a server under test serves, and how it is set up. */
export interface Fixture {
  /** The routes; the order is of no account. */
  readonly routes: readonly FixtureRoute[]
  /** The options of the adapter. */
  readonly options: ResponderOptions
  /** The options of the server of `node:http`. */
  readonly server: ServerOptions
}

/** One route, as data and a handler that knows no framework. */
export interface FixtureRoute {
  readonly method: 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT'
  /** Whole segments; one that begins with a colon is a parameter. */
  readonly path: string
  /** Middleware (a hook, a guard) that runs `handle` before any handler of the path. */
  readonly isMiddleware?: true
  /** What of the body is parsed before the handler runs, within `LIMITS`: an upload's file is in `file`. */
  readonly body?: 'json' | 'form' | 'upload'
  /** Throws, rejects, or says what to answer. Nothing means: go on, or an empty answer. */
  readonly handle: (
    exchange: HandlerContext,
  ) => HandlerResult | undefined | Promise<HandlerResult | undefined>
  /** A user's own error handler, for this route alone. Nothing means: not mine, hand it on. */
  readonly onError?: (error: unknown) => HandlerResult | undefined
}

/** One request, as a fixture's handler sees it. */
export interface HandlerContext {
  /** The target as it was sent, query included. */
  readonly url: string
  readonly params: Readonly<Record<string, string>>
  /** What the route's `body` says, parsed. */
  readonly body: unknown
  /** Sets a header of the answer, by the framework's own means. */
  header(name: string, value: string): void
  /** Sets the status of the answer, by the framework's own means. */
  status(status: number): void
  /** Settles when the answer has ended or the client has left. */
  readonly closed: Promise<unknown>
  /** Sends the head of a 200 and the first part of its body, on the response itself. */
  write(contentType: string, part: string): void
  /** Sends a whole JSON answer before the handler is done, on the response itself. */
  send(json: unknown): void
}

/** What a handler answers with, by the framework's own means. */
export type HandlerResult =
  | {
      /** Serialised by the framework. */
      readonly json: unknown
      /** @default 200 */
      readonly status?: number
    }
  | { readonly text: string; readonly status: number }
  | { readonly redirect: string }
  | {
      /** Sent by the adapter's `stream` helper, with what is beside it as its options. */
      readonly source: (signal: AbortSignal) => AsyncIterable<string | object>
      readonly contentType?: string
      readonly firstChunkTimeout?: number
    }
  | {
      /** Sent as it comes, as frameworks send streams. */
      readonly stream: AsyncIterable<string>
      readonly contentType: string
    }

/**
 * Makes a server that serves a fixture through the adapter under test. It listens on a free port of 127.0.0.1.
 */
export type CreateServer = (fixture: Fixture) => Promise<RunningServer>

export interface RunningServer {
  readonly port: number
  readonly close: () => Promise<unknown>
}

/** Has a server of `node:http` listen on a free port of 127.0.0.1. Closing it ends its connections. */
export async function listen(server: Server): Promise<RunningServer> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Hands on what a fixture's handler gave: at once where it gave it at once. For targets whose frameworks tell. */
export function mapResult<Value, Result>(
  given: Value | Promise<Value>,
  then: (value: Value) => Result,
): Result | Promise<Result> {
  return given instanceof Promise ? given.then(then) : then(given)
}
