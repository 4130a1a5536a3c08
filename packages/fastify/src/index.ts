import {
  createResponder,
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

/** Answers that are on their way; what fails in them is written below Fastify. */
const answering = new WeakSet<FastifyReply>()

const installed = new WeakSet<object>()

const faultlinePlugin: FastifyPluginAsync<FaultlineOptions> = async (app, options) => {
  if (installed.has(app)) throw new TypeError('faultline: this instance has it already')
  installed.add(app)
  const responder = responderOf(options)
  const exit = exitOf(responder)
  const { caseSensitive, ignoreTrailingSlash } = app.initialConfig
  const router = createRouter({
    caseSensitive: caseSensitive ?? true,
    ignoreTrailingSlash: ignoreTrailingSlash ?? false,
  })
  attach(app.server, responder)
  app.setErrorHandler(exit)
  app.addHook('onRoute', (route) => {
    // In the chain of error handlers twice: the second call hears what fails while the first one's answer is sent.
    route.errorHandler ??= exit
    for (const method of [route.method].flat() as HTTPMethod[]) {
      if (!router.hasRoute(method, route.url)) router.on(method, route.url, () => {})
    }
  })
  app.addHook('onSend', async (request, reply, payload) => {
    // A stream that fails before its head was sent comes to the handler above, and later to none.
    if (typeof (payload as NodeJS.ReadableStream | null)?.pipe !== 'function') return
    ;(payload as NodeJS.ReadableStream).once('error', (error) => {
      if (reply.raw.headersSent) sendError(responder, error, request.raw, reply.raw, request)
    })
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.raw.url?.split('?', 1)[0] ?? '/'
    const takes = (method: string): boolean => router.find(method as HTTPMethod, path) !== null
    exit(missingError(request.method, takes), request, reply)
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
  const responder = responderOf(options)
  const { requestIdHeader } = responder
  return {
    requestIdHeader: false,
    genReqId(raw) {
      // What follows finds it where it would look for the client's own.
      return (raw.headers[requestIdHeader] = requestIdOf(new NodeRequest(raw), requestIdHeader))
    },
    frameworkErrors: exitOf(responder),
    clientErrorHandler: (error, socket) => answerClientError(responder, error, socket),
  }
}

function responderOf(options: FaultlineOptions): Responder<FastifyRequest> {
  return createResponder(
    options,
    logTo<FastifyRequest>(({ log }) => log),
  )
}

function exitOf(responder: Responder<FastifyRequest>): Exit {
  return function faultlineExit(thrown, request, reply) {
    const { raw } = reply
    // A failed attempt to send may have left one.
    if (!raw.headersSent) raw.statusMessage = ''
    if (raw.headersSent || raw.destroyed || answering.has(reply)) {
      reply.hijack()
      if (!raw.headersSent) keepHeaders(responder, reply)
      sendError(responder, thrown, request.raw, raw, request)
      return
    }
    answering.add(reply)
    const { status, headers, body } = responder.answer(thrown, new NodeRequest(request.raw, reply, request))
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

export { attach }
export * from '@faultline/core'
