import { Readable } from 'node:stream'
import { endWithError, isOversizeEventError, type Responder, type StreamSplitter } from '@faultline/core'
import { NodeRequest } from '../node-request.ts'
import type { FastifyReplyLike, FastifyRequestLike } from './fastify.ts'
import { sendErrorRaw } from './send-error-raw.ts'

/**
 * Creates a stream of the whole events of another one. If that fails, it ends with the error event. A failure before the
 * first event fails the new stream as well, and Fastify calls the error handler.
 */
export function endEventsWithError<Raw>(
  responder: Responder<Raw>,
  source: AsyncIterable<string | Uint8Array>,
  splitter: StreamSplitter,
  request: Raw & FastifyRequestLike,
  reply: FastifyReplyLike,
): Readable {
  const events = endWithError(source, splitter, function toEnd(thrown, sent) {
    if (sent?.isEmpty !== false) throw thrown
    const { raw: response } = reply
    // A source also fails because the client has disconnected.
    if (!response.destroyed && !isOversizeEventError(thrown))
      return responder.errorEvents(thrown, new NodeRequest<Raw>(request.raw, reply, request), sent)
    sendErrorRaw(responder, thrown, { message: request.raw, response, raw: request, reply })
    return ''
  })
  return Readable.from(events, { objectMode: false })
}
