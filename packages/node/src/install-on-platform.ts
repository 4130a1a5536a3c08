import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Responder } from '@faultline/core'
import { allowedMethods } from './express-platform/allowed-methods.ts'
import { installExpressFinalHandler } from './express-platform/final-handler.ts'
import type { CreateRouter } from './fastify-platform/allowed-methods.ts'
import type { FastifyLike, FastifyReplyLike, FastifyRequestLike } from './fastify-platform/fastify.ts'
import { installFastifyHooks } from './fastify-platform/hooks.ts'
import type { ExchangeFacts } from './node-request.ts'
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
    facts: new PlatformFacts(request),
  }
}

/** The function of an app that returns the methods of a path. */
const ALLOWED_METHODS = Symbol.for('faultline.allowedMethods')

type FindMethods = (request: PlatformRequest) => string[]

/** The methods of a path, as only the platform knows them. */
class PlatformFacts implements ExchangeFacts {
  readonly #request: PlatformRequest

  constructor(request: PlatformRequest) {
    this.#request = request
  }

  allowedMethods(): string[] {
    const request = this.#request
    const app: unknown = 'server' in request ? request.server : Reflect.get(request, 'app')
    const findMethods: FindMethods | undefined =
      app instanceof Object ? Reflect.get(app, ALLOWED_METHODS) : undefined
    return findMethods?.(request) ?? []
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
): FindMethods {
  const findMethods = install(app, responder, createRouter)
  Object.defineProperty(app, ALLOWED_METHODS, { value: findMethods })
  return findMethods
}

function install<Raw>(app: object, responder: Responder<Raw>, createRouter: CreateRouter): FindMethods {
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
