import { Readable } from 'node:stream'
import { endWithError, isOversizeEventError, type Responder, type StreamSplitter } from '@faultline/core'
import { NodeRequest } from '../node-request.ts'
import { sendErrorRaw, type PlatformExchange } from './send-error-raw.ts'

/**
 * Creates a stream of the whole events of another one. If that fails, it ends with the error event. A failure before the
 * first event fails the new stream as well, and the platform handles its error.
 */
export function endEventsWithError<Raw>(
  responder: Responder<Raw>,
  source: AsyncIterable<string | Uint8Array> & { destroy?(): unknown },
  splitter: StreamSplitter,
  exchange: PlatformExchange<Raw>,
): Readable {
  const { message, response, raw, reply } = exchange
  const events = endWithError(source, splitter, function toEnd(thrown, sent) {
    // A response to HEAD ends without the body, whose source is then stopped.
    if (response.writableEnded) return ''
    if (sent?.isEmpty !== false) throw thrown
    // A source also fails because the client has disconnected.
    if (!response.destroyed && !isOversizeEventError(thrown))
      return responder.errorEvents(thrown, new NodeRequest<Raw>(message, reply ?? response, raw), sent)
    sendErrorRaw(responder, thrown, exchange)
    return ''
  })
  // While the generator waits for a chunk, its end does not reach the source.
  response.once('close', () => source.destroy?.())
  return Readable.from(events, { objectMode: false })
}
