import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Responder } from '@faultline/core'
import { handleClientError } from '../attach.ts'
import { NodeRequest } from '../node-request.ts'
import { rerouteBadUrl } from './bad-url.ts'
import type { FastifyLike, FastifyReplyLike, FastifyRequestLike } from './fastify.ts'
import { sendErrorRaw } from './send-error-raw.ts'

/** The options of Fastify's constructor that this package sets. They apply to HTTP, HTTPS and HTTP/2. */
export interface FastifyServerDefaults {
  readonly requestIdHeader: false
  readonly return503OnClosing: false
  genReqId(message: object): string
  frameworkErrors(error: Error, request: object, reply: object): void
  clientErrorHandler(error: Error, socket: Socket): void
}

/** A request that no route has received. Its instance is the root. */
type RootRequest = FastifyRequestLike & { readonly server: FastifyLike<unknown> }

/**
 * Returns options for Fastify's constructor that cover errors no plugin can handle: URLs that cannot be routed, requests
 * that cannot be parsed, and request ids. They turn off Fastify's own 503 while the server closes, because
 * `installFastifyHooks` answers these requests.
 */
export function fastifyServerOptions<Raw>(responder: Responder<Raw>): FastifyServerDefaults {
  return {
    requestIdHeader: false,
    return503OnClosing: false,
    genReqId(message: IncomingMessage) {
      return responder.requestId(new NodeRequest(message))
    },
    frameworkErrors(error, request: Raw & RootRequest, reply: FastifyReplyLike) {
      const exchange = { message: request.raw, response: reply.raw, raw: request, reply }
      if (!rerouteBadUrl(error, request, reply.raw)) sendErrorRaw(responder, error, exchange)
    },
    clientErrorHandler(error, socket) {
      handleClientError(responder, error, socket)
    },
  }
}
