import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Responder } from '@faultline/core'
import { allowedMethods } from './express-platform/allowed-methods.ts'
import { installExpressFinalHandler } from './express-platform/final-handler.ts'
import type { CreateRouter } from './fastify-platform/allowed-methods.ts'
import type { FastifyLike, FastifyReplyLike, FastifyRequestLike } from './fastify-platform/fastify.ts'
import { installFastifyHooks } from './fastify-platform/hooks.ts'
import type { PlatformExchange } from './fastify-platform/send-error-raw.ts'

/** The request of a platform: Node's own on Express, a wrapper on Fastify. */
export type PlatformRequest = IncomingMessage | FastifyRequestLike

/** The response of a platform: Node's own on Express, a wrapper on Fastify. */
export type PlatformResponse = ServerResponse | FastifyReplyLike

/** Reads the request and the response of a platform. */
export function toPlatformExchange(
  request: PlatformRequest,
  response: PlatformResponse,
): PlatformExchange<PlatformRequest> {
  return {
    message: toMessage(request),
    response: 'raw' in response ? response.raw : response,
    raw: request,
    reply: 'raw' in response ? response : undefined,
  }
}

/** Returns Node's request. */
function toMessage(request: PlatformRequest): IncomingMessage {
  return 'raw' in request ? request.raw : request
}

/**
 * Installs the responder on the app that a framework runs on: Express's final handler, or Fastify's hooks.
 *
 * @returns A function that returns the methods that have a route at the path of a request.
 */
export function installOnHttpPlatform<Raw>(
  app: object,
  responder: Responder<Raw>,
  createRouter: CreateRouter,
): (request: PlatformRequest) => string[] {
  if (isFastify<Raw>(app)) {
    const findMethods = installFastifyHooks(app, responder, createRouter)
    return (request) => findMethods(readTarget(request))
  }
  installExpressFinalHandler(app, responder)
  return (request) => allowedMethods(app, readTarget(request))
}

function isFastify<Raw>(app: object): app is FastifyLike<Raw> {
  return 'addHook' in app
}

/** Returns the complete request target. Express changes `url` inside a mounted app. */
function readTarget(request: PlatformRequest): string {
  const isMountable = 'originalUrl' in request && typeof request.originalUrl === 'string'
  return isMountable ? String(request.originalUrl) : (toMessage(request).url ?? '/')
}
