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
