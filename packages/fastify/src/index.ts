import {
  createResponder,
  isRequestId,
  logTo,
  missingError,
  requestIdOf,
  type ApiRequest,
  type Responder,
  type ResponderInput,
} from '@faultline/core'
import { answerClientError, attach, NodeRequest, sendError } from '@faultline/core/node'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify'
import createRouter, { type HTTPMethod } from 'find-my-way'

/** The options of every Faultline adapter; requests are Fastify's. */
export type FaultlineOptions = ResponderInput<FastifyRequest>

/** A request as hooks and an `envelope` function get it. */
export type FaultlineRequest = ApiRequest<FastifyRequest>

type Exit = (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => void

const METHODS: readonly HTTPMethod[] = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']

/** The ids that `serverOptions` gave to requests. */
const ids = new WeakMap<object, string>()

/** Answers that are on their way; what fails in them is written below Fastify. */
const answering = new WeakSet<FastifyReply>()

const installed = new WeakSet<object>()

const faultlinePlugin: FastifyPluginAsync<FaultlineOptions> = async (app, options) => {
  if (installed.has(app)) throw new TypeError('faultline: this instance has it already')
  installed.add(app)
  const exit = exitOf(options)
  const { caseSensitive, ignoreTrailingSlash } = app.initialConfig
  const router = createRouter({
    caseSensitive: caseSensitive ?? true,
    ignoreTrailingSlash: ignoreTrailingSlash ?? false,
  })
  app.setErrorHandler(exit)
  app.addHook('onRoute', (route) => {
    // In the chain of error handlers twice: the second call hears what fails while the first one's answer is sent.
    route.errorHandler ??= exit
    for (const method of [route.method].flat() as HTTPMethod[]) {
      if (!router.hasRoute(method, route.url)) router.on(method, route.url, () => {})
    }
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.raw.url?.split('?', 1)[0] ?? '/'
    const allow = METHODS.filter((method) => router.find(method, path) !== null)
    exit(missingError(request.method, allow), request, reply)
  })
}

/**
 * Answers every failure of a Fastify instance in one envelope: what handlers and hooks throw, failed validation,
 * bodies that can't be parsed, 404, and 405 with the methods that the path takes. Register it first:
 * `app.register(faultline, { envelope })`. It reaches the whole instance.
 */
export const faultline: FastifyPluginAsync<FaultlineOptions> = Object.assign(faultlinePlugin, {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'faultline',
})

/**
 * Options for Fastify's constructor, for what no plugin can reach: URLs that can't be decoded, requests that can't be
 * parsed, and request ids: `Fastify({ ...serverOptions({ envelope }) })`.
 */
export function serverOptions(options: FaultlineOptions): FastifyServerOptions {
  const exit = exitOf(options)
  const responder = createResponder(options, () => {})
  return {
    requestIdHeader: false,
    genReqId(raw) {
      const id = requestIdOf(new NodeRequest(raw), responder.requestIdHeader)
      ids.set(raw, id)
      return id
    },
    frameworkErrors: (error, request, reply) => exit(error, request, reply),
    clientErrorHandler: (error, socket) => answerClientError(responder, error, socket),
  }
}

function exitOf(options: FaultlineOptions): Exit {
  const responder = createResponder(
    options,
    logTo<FastifyRequest>(({ log }) => log),
  )
  return function faultlineExit(thrown, request, reply) {
    const { raw } = reply
    if (raw.headersSent || raw.destroyed || answering.has(reply)) {
      reply.hijack()
      if (!raw.headersSent) keepHeaders(responder, reply)
      sendError(responder, thrown, request.raw, raw, request)
      return
    }
    answering.add(reply)
    const { status, headers, body } = responder.answer(thrown, new ReplyRequest(request, reply))
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (responder.drops(name, value)) reply.removeHeader(name)
    }
    // A text, serialised already: neither response schemas nor preSerialization hooks may rewrite it.
    void reply.code(status).headers(headers).serializer(String).send(body)
  }
}

function keepHeaders(responder: Responder<FastifyRequest>, reply: FastifyReply): void {
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined && !responder.drops(name, value)) reply.raw.setHeader(name, value)
  }
}

/** Fastify's request and reply as the responder sees them. */
class ReplyRequest implements ApiRequest<FastifyRequest> {
  readonly raw: FastifyRequest
  readonly #reply: FastifyReply
  id?: string

  constructor(raw: FastifyRequest, reply: FastifyReply) {
    this.raw = raw
    this.#reply = reply
    const id = ids.get(raw.raw)
    if (isRequestId(id)) this.id = id
  }

  get method(): string {
    return this.raw.method
  }

  get url(): string {
    return this.raw.originalUrl
  }

  header(name: string): string | undefined {
    const value = this.raw.headers[name]
    return typeof value === 'string' ? value : value?.[0]
  }

  sent(name: string): string | undefined {
    const value = this.#reply.getHeader(name)
    return value === undefined ? undefined : String(value)
  }
}

export { attach }
export * from '@faultline/core'
