import {
  createResponder,
  createRoutingError,
  logTo,
  serializeError,
  type ApiRequest,
  type Responder,
  type ResponderOrOptions,
  type RouteOptions as FaultlineRouteOptions,
} from '@faultline/core'
import { NodeRequest, type ExchangeFacts } from '@faultline/node'
import {
  enterConfiguredRoute,
  fastifyServerOptions,
  installFastifyHooks,
  markOnce,
  readErrorResponse,
  sendErrorRaw,
  sendErrorResponse,
  setErrorResponse,
  takeBadUrlError,
  type FastifyServerDefaults,
} from '@faultline/node/platforms'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import createRouter from 'find-my-way'
import {
  defineErrorHandler,
  hasNoSendHooks,
  hasRoutes,
  isBodyError,
  isRoot,
  PLUGIN_PROPERTIES,
  readNotFoundHandler,
  setNotFoundHandler,
} from './internals.ts'

/** The options of all adapters. `request.raw` is Fastify's request. */
export type FaultlineOptions = ResponderOrOptions<FastifyRequest>

/** The request that hooks and an `envelope` function receive. */
export type FaultlineRequest = ApiRequest<FastifyRequest>

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Options of the route. They take precedence over those that the plugin is registered with. */
    faultline?: FaultlineRouteOptions<FastifyRequest>
  }
}

type ErrorHandler = (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => void

/**
 * A plugin that sends the errors of a Fastify instance in one envelope: errors thrown in handlers and hooks, failed
 * validation, bodies that cannot be parsed, 404, and 405 with the methods that the path supports. Register it before
 * the routes: `app.register(faultline, { envelope })`. It covers the instance that registers it and the plugins in it.
 * A plugin with its own registration, or its own error handler, answers its own errors.
 */
export const faultline: FastifyPluginAsync<FaultlineOptions> = /* @__PURE__ */ createPlugin(toResponder)

/** Creates the plugin. @param getResponder Returns the responder of the options that the plugin is registered with. */
export function createPlugin<Options extends object>(
  getResponder: (options: Options) => Responder<FastifyRequest>,
): FastifyPluginAsync<Options> {
  return Object.assign(async function installPlugin(app: FastifyInstance, options: Options): Promise<void> {
    install(app, getResponder(options))
  }, PLUGIN_PROPERTIES)
}

function install(app: FastifyInstance, responder: Responder<FastifyRequest>): void {
  if (!markOnce(app, 'installed'))
    throw new TypeError('faultline: already registered on this Fastify instance; register it once')
  if (isRoot(app) && hasRoutes(app))
    throw new TypeError(
      'faultline: register the plugin before any route; routes added earlier are missing from the Allow header of a 405',
    )
  const allowedMethods = installFastifyHooks(app, responder, createRouter)
  const handleError = createErrorHandler(responder, allowedMethods)
  app.setErrorHandler(handleError)
  const ownHandler = app.errorHandler
  app.addHook('onRoute', function addErrorHandler(this: FastifyInstance, route) {
    // The handler is also the route's own, unless the plugin sets its own error handler: Fastify calls it a second time
    // if sending the first response fails.
    if (route.errorHandler === undefined) defineErrorHandler(route, this, ownHandler)
  })
  setNotFoundHandler(app, function faultlineNotFound(request, reply) {
    handleError(createRoutingError(request.method, allowedMethods(request.raw.url ?? '/')), request, reply)
  })
}

/**
 * Returns options for Fastify's constructor that cover errors no plugin can handle: URLs that cannot be decoded,
 * requests that cannot be parsed, request ids, and requests that arrive while the server closes:
 * `Fastify({ ...serverOptions({ envelope }) })`.
 */
export function serverOptions(options: FaultlineOptions): FastifyServerDefaults {
  return fastifyServerOptions(toResponder(options))
}

function toResponder(options: FaultlineOptions): Responder<FastifyRequest> {
  return createResponder(options, logTo<FastifyRequest>(getLogger))
}

function getLogger({ log }: FastifyRequest): FastifyRequest['log'] {
  return log
}

function createErrorHandler(
  responder: Responder<FastifyRequest>,
  allowedMethods: (url: string) => string[],
): ErrorHandler {
  return function faultlineErrorHandler(thrown, request, reply) {
    enterConfiguredRoute(request)
    const answerNotFound =
      request.is404 && isBodyError(thrown) ? readNotFoundHandler(request.server) : undefined
    const hasResponse = readErrorResponse(reply) !== undefined
    // A hook fails for the error response, too. The hooks of the options are called once per request.
    if (hasResponse)
      request.log.warn(serializeError(thrown), 'failed again while the error response was sent')
    if (answerNotFound !== undefined) answerNotFound(request, reply)
    else if (hasResponse || reply.raw.headersSent || reply.raw.destroyed)
      sendErrorRaw(responder, thrown, { message: request.raw, response: reply.raw, raw: request, reply })
    else sendReply(responder, takeBadUrlError(request.raw) ?? thrown, request, reply, allowedMethods)
  }
}

function sendReply(
  responder: Responder<FastifyRequest>,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  allowedMethods: (url: string) => string[],
): void {
  // A failed attempt to send may have set it. HTTP/2 has no reason phrase.
  if (request.raw.httpVersionMajor < 2) reply.raw.statusMessage = ''
  const facts = new ReplyFacts(allowedMethods, request, reply)
  const response = responder.respond(thrown, new NodeRequest(request.raw, reply, request, facts))
  if (hasNoSendHooks(request)) sendErrorResponse(responder, reply, response)
  else {
    setErrorResponse(responder, reply, response)
    // The body is serialized already: response schemas and preSerialization hooks must not change it.
    void reply.serializer(String).send(response.body)
  }
}

/** The status that a handler has set, and the methods of the path. */
class ReplyFacts implements ExchangeFacts {
  readonly presetStatus: number
  readonly #allowedMethods: (url: string) => string[]
  readonly #request: FastifyRequest

  constructor(allowedMethods: (url: string) => string[], request: FastifyRequest, reply: FastifyReply) {
    this.presetStatus = reply.statusCode
    this.#allowedMethods = allowedMethods
    this.#request = request
  }

  allowedMethods(): string[] {
    return this.#allowedMethods(this.#request.raw.url ?? '/')
  }
}
