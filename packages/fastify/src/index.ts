import {
  createResponder,
  logTo,
  createRoutingError,
  type ApiRequest,
  type Responder,
  type ResponderOrOptions,
} from '@faultline/core'
import { NodeRequest } from '@faultline/node'
import {
  fastifyServerOptions,
  sendErrorRaw,
  installFastifyHooks,
  type PlatformRequest,
  type PlatformResponse,
} from '@faultline/node/platforms'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify'
import createRouter from 'find-my-way'

/** The options of every Faultline adapter; requests are Fastify's. */
export type FaultlineOptions = ResponderOrOptions<FastifyRequest>

/** A request as hooks and an `envelope` function get it. */
export type FaultlineRequest = ApiRequest<FastifyRequest>

type Exit = (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => void

/** Answers that are on their way; what fails in them is written below Fastify. */
const answering = new WeakSet<FastifyReply>()

const installed = new WeakSet<object>()

const faultlinePlugin: FastifyPluginAsync<FaultlineOptions> = async (app, options) => {
  if (installed.has(app)) throw new TypeError('faultline: this instance has it already')
  if (!app.printRoutes().startsWith('(empty'))
    throw new TypeError(
      'faultline: register it before the routes; what is there already would not be told of',
    )
  installed.add(app)
  const responder = responderOf(options)
  const exit = exitOf(responder)
  const methodsAt = installFastifyHooks(app, responder, createRouter)
  app.setErrorHandler(exit)
  app.addHook('onRoute', (route) => {
    // In the chain of error handlers twice: the second call hears what fails while the first one's answer is sent.
    route.errorHandler ??= exit
  })
  app.setNotFoundHandler((request, reply) => {
    exit(createRoutingError(request.method, methodsAt(request.raw.url ?? '/')), request, reply)
  })
}

/**
 * Answers every failure of a Fastify instance in one envelope: what handlers and hooks throw, failed validation,
 * bodies that can't be parsed, 404, and 405 with the methods that the path takes. Register it before the routes:
 * `app.register(faultline, { envelope })`. It reaches the whole instance.
 */
export const faultline: FastifyPluginAsync<FaultlineOptions> = Object.assign(faultlinePlugin, {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'faultline',
})

/**
 * Options for Fastify's constructor, for what no plugin can reach: URLs that can't be decoded, requests that can't be
 * parsed, request ids, and what comes while it closes: `Fastify({ ...serverOptions({ envelope }) })`.
 */
export function serverOptions(options: FaultlineOptions): FastifyServerOptions {
  return fastifyServerOptions(responderOf(options))
}

function responderOf(options: FaultlineOptions): Responder<FastifyRequest> {
  const log = logTo<FastifyRequest>((request) => request.log)
  return createResponder(options, log)
}

/** Fastify's request and reply, as core takes them. */
function below(
  request: FastifyRequest,
  reply: FastifyReply,
): [FastifyRequest & PlatformRequest, PlatformResponse] {
  return [request as FastifyRequest & PlatformRequest, reply as unknown as PlatformResponse]
}

function exitOf(responder: Responder<FastifyRequest>): Exit {
  return function faultlineExit(thrown, request, reply) {
    const { raw } = reply
    if (raw.headersSent || raw.destroyed || answering.has(reply)) {
      sendErrorRaw(responder, thrown, ...below(request, reply))
      return
    }
    answering.add(reply)
    // A failed attempt to send may have left one.
    raw.statusMessage = ''
    const { status, headers, body } = responder.respond(thrown, new NodeRequest(request.raw, reply, request))
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (responder.shouldDropHeader(name, value)) reply.removeHeader(name)
    }
    // A text, serialised already: neither response schemas nor preSerialization hooks may rewrite it.
    void reply.code(status).headers(headers).serializer(String).send(body)
  }
}

export { attach, requestId, stream } from '@faultline/node'
export type { StreamChunk, StreamSource, StreamOptions } from '@faultline/node'
export * from '@faultline/core'
