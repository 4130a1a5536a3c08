// The parts of Fastify's public interface that the platform uses. This package does not depend on Fastify.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'

/** A Fastify request. */
export interface FastifyRequestLike {
  readonly raw: IncomingMessage
}

/** A Fastify reply. */
export interface FastifyReplyLike {
  readonly raw: ServerResponse
  getHeaders(): Readonly<Record<string, number | string | string[] | undefined>>
  header(name: string, value: string): unknown
  hijack(): unknown
}

/** The callback of a Fastify hook. */
export type Done = (error?: Error) => void

/** A Fastify instance. */
export interface FastifyLike<Raw> {
  readonly server: Server
  readonly initialConfig: {
    readonly caseSensitive?: boolean | undefined
    readonly ignoreTrailingSlash?: boolean | undefined
  }
  addHook(name: 'onRoute', hook: (route: { method: string | string[]; url: string }) => void): unknown
  addHook(name: 'preClose', hook: (done: Done) => void): unknown
  addHook(
    name: 'onRequest',
    hook: (request: Raw & FastifyRequestLike, reply: FastifyReplyLike, done: Done) => void,
  ): unknown
  addHook(
    name: 'onSend',
    hook: (request: Raw & FastifyRequestLike, reply: FastifyReplyLike, payload: unknown, done: Done) => void,
  ): unknown
}
