import { Readable } from 'node:stream'
import { endEventsWith, isOversizeEventError, type Responder } from '@faultline/core'
import { NodeRequest } from '../node-request.ts'
import type { FastifyReplyLike, FastifyRequestLike } from './fastify.ts'
import { sendErrorRaw } from './send-error-raw.ts'

/**
 * Creates a stream of the whole events of another one. If that fails, it ends with the error event. A failure before the
 * first event fails the new stream as well, and Fastify calls the error handler.
 */
export function endEventsWithError<Raw>(
  responder: Responder<Raw>,
  source: AsyncIterable<string | Uint8Array> & { destroy?(): unknown },
  request: Raw & FastifyRequestLike,
  reply: FastifyReplyLike,
): Readable {
  const events = endEventsWith(source, function toLastEvent(thrown, hasEvents) {
    if (!hasEvents) throw thrown
    const { raw: response } = reply
    // A source also fails because the client has disconnected.
    if (!response.destroyed && !isOversizeEventError(thrown))
      return responder.errorEvent(thrown, new NodeRequest<Raw>(request.raw, reply, request))
    sendErrorRaw(responder, thrown, { message: request.raw, response, raw: request, reply })
    return ''
  })
  // While the generator waits for a chunk, its end does not reach the source.
  reply.raw.once('close', () => source.destroy?.())
  return Readable.from(events, { objectMode: false })
}
