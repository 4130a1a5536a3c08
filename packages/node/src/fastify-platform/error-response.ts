import type { Responder, SerializedResponse } from '@faultline/core'
import type { FastifyReplyLike } from './fastify.ts'

/** The error response of a reply. */
const ERROR_RESPONSE = Symbol.for('faultline.errorResponse')

interface AnsweredReply {
  [ERROR_RESPONSE]?: SerializedResponse
}

/** Returns the error response that was set on a reply. */
export function readErrorResponse(reply: object & AnsweredReply): SerializedResponse | undefined {
  return reply[ERROR_RESPONSE]
}

/** Sets the status and the headers of an error response on a reply, and keeps the response for `sendErrorRaw`. */
export function setErrorResponse(
  responder: Responder<never>,
  reply: AnsweredReply & FastifyReplyLike,
  response: SerializedResponse,
): void {
  reply[ERROR_RESPONSE] = response
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (responder.shouldDropHeader(name, value)) reply.removeHeader(name)
  reply.code(response.status)
  for (const [name, value] of Object.entries(response.headers)) reply.header(name, value)
}

/**
 * Sends an error response on Node's response in one call, with the reply's headers that belong to the exchange. Fastify
 * would copy each header and write head and body separately. Only for routes without hooks that must see the body.
 */
export function sendErrorResponse(
  responder: Responder<never>,
  reply: AnsweredReply & FastifyReplyLike,
  response: SerializedResponse,
): void {
  reply[ERROR_RESPONSE] = response
  const { raw } = reply
  const headers: Record<string, number | string | string[]> = {}
  const replyHeaders = reply.getHeaders()
  for (const name in replyHeaders) {
    const value = replyHeaders[name]
    if (value !== undefined && !responder.shouldDropHeader(name, value)) headers[name] = value
  }
  for (const name in response.headers) headers[name] = response.headers[name]!
  raw.writeHead(response.status, headers)
  raw.end(raw.req.method === 'HEAD' ? undefined : response.body)
}
