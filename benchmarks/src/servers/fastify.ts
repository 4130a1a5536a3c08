import * as errorIq from '@common-sense/error-iq'
import { faultline, serverOptions } from '@faultline/fastify'
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RouteHandlerMethod,
} from 'fastify'
import enhanced from 'fastify-http-errors-enhanced'
import { createError } from 'http-errors-enhanced'
import {
  createBareResponse,
  createConstantResponse,
  createNotFoundResponse,
  sendSerialized,
  type ErrorResponse,
  type ToErrorResponse,
} from '../error-response.ts'
import { createErrorIqError } from '../error-iq.ts'
import { createFaultlineError, createOptions } from '../faultline.ts'
import { createHandlerVariants } from '../hand-written.ts'
import {
  createHandler,
  createOtherRoutes,
  isUnknownRoute,
  MEASURED_PATH,
  RETRY_AFTER,
  SUCCESS_BODY,
  throwConstant,
  type Kind,
} from '../workload.ts'
import { getPort, type RunningServer, type Variants } from './running-server.ts'

/** The variants on Fastify 5. */
export const variants: Variants = {
  constant: createConstant,
  bare: createBare,
  ...createHandlerVariants(createWithErrorHandler),
  'error-iq': createErrorIq,
  'fastify-http-errors-enhanced': createEnhanced,
  faultline: createFaultline,
}

/** The error handler receives a constant and sends constant bytes. */
async function createConstant(kind: Kind): Promise<RunningServer> {
  const constant = createConstantResponse()
  const app = Fastify()
  app.setErrorHandler((_error, _request, reply) => sendSerialized(reply.raw, constant))
  return listenWith(addRoutes(app, kind, async () => throwConstant()))
}

async function createBare(kind: Kind): Promise<RunningServer> {
  const isSuccess = kind === 'success' || isUnknownRoute(kind)
  const app = Fastify()
  if (isUnknownRoute(kind)) app.setNotFoundHandler((_request, reply) => send(reply, createNotFoundResponse()))
  addRoutes(app, kind, async (_request, reply) =>
    isSuccess ? SUCCESS_BODY : send(reply, createBareResponse(kind)),
  )
  return listenWith(app)
}

async function createErrorIq(kind: Kind): Promise<RunningServer> {
  const app = Fastify()
  errorIq.fastify.registerFastifyHandler(app)
  return listenWith(addRoutes(app, kind, toRouteHandler(kind, createErrorIqError)))
}

async function createEnhanced(kind: Kind): Promise<RunningServer> {
  const app = Fastify()
  await app.register(enhanced)
  return listenWith(addRoutes(app, kind, toRouteHandler(kind, createEnhancedError)))
}

async function createFaultline(kind: Kind): Promise<RunningServer> {
  const options = createOptions<FastifyRequest>(kind, true)
  const app = Fastify(serverOptions(options))
  await app.register(faultline, options)
  return listenWith(addRoutes(app, kind, toRouteHandler(kind, createFaultlineError)))
}

async function createWithErrorHandler(
  kind: Kind,
  createTypedError: () => unknown,
  toResponse: ToErrorResponse,
): Promise<RunningServer> {
  const app = Fastify()
  app.setErrorHandler((error, _request, reply) => send(reply, toResponse(error)))
  return listenWith(addRoutes(app, kind, toRouteHandler(kind, createTypedError)))
}

function toRouteHandler(kind: Kind, createTypedError: () => unknown): RouteHandlerMethod {
  const handle = createHandler(kind, createTypedError)
  return async () => handle()
}

function addRoutes(app: FastifyInstance, kind: Kind, handler: RouteHandlerMethod): FastifyInstance {
  app.get(MEASURED_PATH, handler)
  for (const { method, path } of createOtherRoutes(kind))
    app.route({ method, url: path, handler: async () => SUCCESS_BODY })
  return app
}

function send(reply: FastifyReply, { status, headers, body }: ErrorResponse): FastifyReply {
  return reply.code(status).headers(headers).send(body)
}

async function listenWith(app: FastifyInstance): Promise<RunningServer> {
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { port: getPort(app.server), close: () => app.close() }
}

function createEnhancedError(): unknown {
  return createError(429, 'Rate limit exceeded', { headers: { 'retry-after': String(RETRY_AFTER) } })
}
