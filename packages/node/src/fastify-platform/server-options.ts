import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Responder } from '@faultline/core'
import { handleClientError } from '../attach.ts'
import { NodeRequest } from '../node-request.ts'
import type { FastifyReplyLike, FastifyRequestLike } from './fastify.ts'
import { sendErrorRaw } from './send-error-raw.ts'

/** Options for Fastify's constructor. */
export interface FastifyServerDefaults<Raw = unknown> {
  readonly requestIdHeader: false
  readonly return503OnClosing: false
  genReqId(message: IncomingMessage): string
  frameworkErrors(error: unknown, request: Raw & FastifyRequestLike, reply: FastifyReplyLike): void
  clientErrorHandler(error: Error, socket: Socket): void
}

/**
 * Returns options for Fastify's constructor that cover errors no plugin can handle: URLs that cannot be routed, requests
 * that cannot be parsed, and request ids. They turn off Fastify's own 503 while the server closes, because
 * `installFastifyHooks` answers these requests.
 */
export function fastifyServerOptions<Raw>(responder: Responder<Raw>): FastifyServerDefaults<Raw> {
  return {
    requestIdHeader: false,
    return503OnClosing: false,
    genReqId(message) {
      return responder.requestId(new NodeRequest(message))
    },
    frameworkErrors(error, request, reply) {
      sendErrorRaw(responder, error, { message: request.raw, response: reply.raw, raw: request, reply })
    },
    clientErrorHandler(error, socket) {
      handleClientError(responder, error, socket)
    },
  }
}
