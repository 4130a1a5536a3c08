import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { createErrorForStatus } from '@faultline/core'
import { handleClientError, attach, NodeRequest, sendError } from '../send-error.ts'
import { getRequestId } from '@faultline/core'
import { METHODS, type Responder } from '@faultline/core'

/** A Fastify instance, as far as its routes are told. */
interface RoutedApp {
  readonly initialConfig: {
    readonly caseSensitive?: boolean | undefined
    readonly ignoreTrailingSlash?: boolean | undefined
  }
  addHook(name: 'onRoute', hook: (route: { method: string | string[]; url: string }) => void): unknown
}

/** A router of find-my-way, which Fastify routes by. Its methods are a type of its own. */
interface Router {
  hasRoute(method: never, path: string): boolean
  on(method: never, path: string, handler: () => void): void
  find(method: never, path: string): unknown
}

/** The default export of find-my-way. */
export type CreateRouter = (options: { caseSensitive: boolean; ignoreTrailingSlash: boolean }) => Router

/**
 * Notes the routes of a Fastify instance from now on.
 *
 * @returns Tells the methods that have a route at a target.
 */
function recordRoutes(app: RoutedApp, createRouter: CreateRouter): (url: string) => string[] {
  const { caseSensitive = true, ignoreTrailingSlash = false } = app.initialConfig
  const router = createRouter({ caseSensitive, ignoreTrailingSlash })
  app.addHook('onRoute', ({ method: methods, url }) => {
    for (const method of [methods].flat() as never[]) {
      // A preflight's route stands at any path.
      const isNoted = METHODS.includes(method) && !(method === 'OPTIONS' && url.endsWith('*'))
      if (isNoted && !router.hasRoute(method, url)) router.on(method, url, () => {})
    }
  })
  return (url) => {
    const path = url.split('?', 1)[0]!
    return METHODS.filter((method) => router.find(method as never, path) !== null)
  }
}

/** What Fastify's constructor is to be given, for what no plugin can reach. */
export interface FastifyServerDefaults {
  readonly requestIdHeader: false
  readonly return503OnClosing: false
  genReqId(raw: object): string
  frameworkErrors(error: unknown, request: object, reply: object): void
  clientErrorHandler(error: Error, socket: Socket): void
}

/**
 * Options for Fastify's constructor: request ids, URLs that can't be routed, requests that can't be parsed, and no
 * 503 of Fastify's own while it closes: `installFastifyHooks` is for that.
 */
export function fastifyServerOptions<Raw>(responder: Responder<Raw>): FastifyServerDefaults {
  const { requestIdHeader } = responder
  return {
    requestIdHeader: false,
    return503OnClosing: false,
    genReqId(raw) {
      const { headers } = raw as IncomingMessage
      // What follows finds it where it would look for the client's own.
      return (headers[requestIdHeader] = getRequestId(
        new NodeRequest(raw as IncomingMessage),
        requestIdHeader,
      ))
    },
    frameworkErrors: (error, request, reply) =>
      sendErrorRaw(responder, error, request as Raw & PlatformRequest, reply as PlatformResponse),
    clientErrorHandler: (error, socket) => handleClientError(responder, error, socket),
  }
}

/** A Fastify instance, as far as it tells of its end. */
interface ClosingApp {
  addHook(name: 'preClose', hook: (done: Done) => void): unknown
  addHook(name: 'onRequest', hook: (request: unknown, reply: HeadedReply, done: Done) => void): unknown
}

type Done = (error?: Error) => void

interface HeadedReply {
  header(name: string, value: string): unknown
}

/** Refuses what still comes on open connections while a Fastify instance closes. */
function refuseWhileClosing(app: ClosingApp): void {
  let isClosing = false
  app.addHook('preClose', (done: Done) => {
    isClosing = true
    done()
  })
  app.addHook('onRequest', (_request: unknown, reply: HeadedReply, done: Done) => {
    if (isClosing) reply.header('connection', 'close')
    done(isClosing ? createErrorForStatus(503, { captureStack: false }) : undefined)
  })
}

/** A Fastify instance, as far as it tells of what it sends. */
interface SendingApp<Raw> {
  addHook(
    name: 'onSend',
    hook: (
      request: Raw & object,
      reply: { readonly raw: ServerResponse },
      payload: unknown,
      done: Done,
    ) => void,
  ): unknown
}

/** Hears of streams that fail after their head was sent; one that fails before comes to Fastify's error handlers. */
function watchStreams<Raw>(app: SendingApp<Raw>, responder: Responder<Raw>): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (typeof (payload as Partial<NodeJS.ReadableStream> | null)?.pipe === 'function') {
      ;(payload as NodeJS.ReadableStream).once('error', (error) => {
        if (reply.raw.headersSent)
          sendErrorRaw(
            responder,
            error,
            request as Raw & PlatformRequest,
            reply as unknown as PlatformResponse,
          )
      })
    }
    done()
  })
}

/** A Fastify instance, as far as it is taken hold of. */
export type FastifyApp<Raw> = RoutedApp & ClosingApp & SendingApp<Raw> & { readonly server: Server }

/**
 * Takes hold of what is around a Fastify instance's error handlers: its server, its end, streams that fail after their
 * head, and the routes that it is given from now on.
 *
 * @returns Tells the methods that have a route at a target.
 */
export function installFastifyHooks<Raw>(
  app: FastifyApp<Raw>,
  responder: Responder<Raw>,
  createRouter: CreateRouter,
): (url: string) => string[] {
  attach(app.server, responder)
  refuseWhileClosing(app)
  watchStreams(app, responder)
  return recordRoutes(app, createRouter)
}

/** A request as frameworks on Node hand it on: Node's own, or Fastify's around it. */
export type PlatformRequest = IncomingMessage & {
  readonly raw?: IncomingMessage
  readonly originalUrl?: string
}

/** A response as frameworks on Node hand it on: Node's own, or Fastify's reply around it. */
export type PlatformResponse = ServerResponse & { readonly raw?: ServerResponse; hijack?(): unknown }

/**
 * Answers a failure on Node's own response, with the headers of the exchange that are on what is around it: what
 * Fastify would still do to an answer could fail again.
 */
export function sendErrorRaw<Raw>(
  responder: Responder<Raw>,
  thrown: unknown,
  request: Raw & PlatformRequest,
  reply: PlatformResponse,
): void {
  const { raw: message = request } = request
  const { raw: response = reply } = reply
  if (!response.headersSent && response !== reply) {
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined && !responder.shouldDropHeader(name, value)) response.setHeader(name, value)
    }
  }
  reply.hijack?.()
  sendError(responder, thrown, message, response, request)
}
