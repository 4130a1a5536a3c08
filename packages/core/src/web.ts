import { markPrebuffered } from './web/guard-response.ts'
import {
  createStreamHead,
  OpenStream,
  resolveStreamOptions,
  type StreamOptions,
  type StreamSource,
} from './stream.ts'

/**
 * Creates a Response from a stream source. The source is read as fast as the client reads, and stopped when the client
 * disconnects.
 *
 * The returned promise resolves when the first chunk has arrived, so that a source that fails before gets an error
 * response with its status. A later failure makes the body fail; `guardResponse` turns that into an error event.
 *
 * @throws The error with which the source failed before its first chunk.
 */
export async function stream(source: StreamSource, callOptions: StreamOptions = {}): Promise<Response> {
  const options = resolveStreamOptions(source, callOptions)
  const openStream = new OpenStream(source, options)
  try {
    await openStream.waitForFirstChunk(options.firstChunkTimeout)
  } catch (failure) {
    openStream.stop()
    throw failure
  }
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        openStream.stopped.catch((reason: unknown) => controller.error(reason))
      },
      async pull(controller) {
        try {
          const chunk = await openStream.next()
          if (chunk === undefined) controller.close()
          else controller.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk)
        } catch (failure) {
          openStream.stop()
          controller.error(failure)
        }
      },
      cancel() {
        openStream.stop()
      },
    },
    { highWaterMark: 0 },
  )
  markPrebuffered(body, openStream)
  return new Response(body, createStreamHead(options))
}

export { createErrorResponse, reportIfClientClosed, toResponse, WebRequest } from './web/error-response.ts'
export { replaceForeignBody, type CachedResponse } from './web/replace-response.ts'
export { guardResponse, mayEndWithError } from './web/guard-response.ts'
export type { StreamChunk, StreamOptions, StreamSource } from './stream.ts'
