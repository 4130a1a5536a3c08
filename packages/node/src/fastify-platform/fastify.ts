// The parts of Fastify's public interface that the platform uses. This package does not depend on Fastify.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { RouteOptions } from '@faultline/core'

/** The options of a route. They are the member `faultline` of its `config`. */
interface RouteConfig<Raw> {
  readonly faultline?: RouteOptions<Raw> | undefined
}

/** A Fastify request. */
export interface FastifyRequestLike {
  readonly raw: IncomingMessage
  /** The instance of the route. */
  readonly server: object
  /** Aborts at the time limit of the handler. The first versions of Fastify 5 do not have it. */
  readonly signal?: AbortSignal
  readonly routeOptions?: { readonly config?: RouteConfig<never> }
}

/** A Fastify reply. */
export interface FastifyReplyLike {
  readonly request: FastifyRequestLike
  readonly raw: ServerResponse
  getHeaders(): Readonly<Record<string, number | string | string[] | undefined>>
  readonly statusCode: number
  getHeader(name: string): number | string | string[] | undefined
  code(status: number): unknown
  header(name: string, value: string): unknown
  removeHeader(name: string): unknown
  hijack(): unknown
}

/** The callback of a Fastify hook. */
export type Done = (error?: Error) => void

/** The callback of the hook `onSend`, which receives the body. A hook that returns a promise does not call it. */
type DoneWithBody = (error: Error | null, body?: unknown) => void

/** The hook `onSend`. */
export type BodyHook<Raw> = (
  request: Raw & FastifyRequestLike,
  reply: FastifyReplyLike,
  payload: unknown,
  done: DoneWithBody,
) => Promise<unknown> | undefined

/** The options of Fastify's router that decide which route a path has. */
interface RouterOptions {
  readonly caseSensitive?: boolean | undefined
  readonly ignoreTrailingSlash?: boolean | undefined
  readonly ignoreDuplicateSlashes?: boolean | undefined
}

/** A route as the hook `onRoute` receives it. */
interface RouteLike {
  readonly method: string | string[]
  readonly url: string
  readonly handlerTimeout?: number | undefined
  readonly config?: RouteConfig<never>
  onRequest?: unknown
}

/** A Fastify instance. */
export interface FastifyLike<Raw> {
  readonly server: Server
  readonly prefix: string
  /** Fastify 5.5 and later have the options in `routerOptions`. */
  readonly initialConfig: RouterOptions & {
    readonly routerOptions?: RouterOptions | undefined
    readonly handlerTimeout?: number | undefined
  }
  /** Routes a request as the server does. */
  routing(message: IncomingMessage, response: ServerResponse): void
  addHook(name: 'onRoute', hook: (route: RouteLike) => void): unknown
  addHook(name: 'preClose', hook: (done: Done) => void): unknown
  addHook(
    name: 'preValidation',
    hook: (request: Raw & FastifyRequestLike, reply: FastifyReplyLike, done: Done) => void,
  ): unknown
  addHook(name: 'onSend', hook: BodyHook<Raw>): unknown
}
