import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Responder } from '@faultline/core'
import type { ExchangeFacts } from '../node-request.ts'
import { answerError, writeResponse } from '../send-error.ts'
import { takeBadUrlError } from './bad-url.ts'
import { readErrorResponse } from './error-response.ts'
import type { FastifyReplyLike } from './fastify.ts'

/** One request and its response on a platform. */
export interface PlatformExchange<Raw> {
  readonly message: IncomingMessage
  readonly response: ServerResponse
  /** The platform's own request, which hooks receive. */
  readonly raw: Raw
  /** Fastify's reply, which has headers that are not yet on Node's response. */
  readonly reply?: Pick<FastifyReplyLike, 'getHeader' | 'getHeaders' | 'hijack' | 'statusCode'> | undefined
  readonly facts?: ExchangeFacts | undefined
}

/**
 * Sends an error on Node’s response, with the reply's headers that belong to the exchange. Fastify's own sending
 * could fail again. If the reply has an error response already, sends that one: hooks are called once per request.
 */
export function sendErrorRaw<Raw>(
  responder: Responder<Raw>,
  thrown: unknown,
  { message, response, raw, reply, facts }: PlatformExchange<Raw>,
): void {
  const errorResponse = reply === undefined ? undefined : readErrorResponse(reply)
  const hasStarted = response.headersSent || response.destroyed
  if (reply !== undefined && !hasStarted) {
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined && !responder.shouldDropHeader(name, value)) response.setHeader(name, value)
  }
  reply?.hijack()
  const error = takeBadUrlError(message) ?? thrown
  const isFastify = reply !== undefined
  if (errorResponse === undefined) answerError(responder, error, message, response, raw, facts, isFastify)
  else if (!hasStarted) writeResponse(responder, errorResponse, message, response, isFastify)
}
