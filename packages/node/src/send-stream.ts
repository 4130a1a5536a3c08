import type { ServerResponse } from 'node:http'
import { createStreamHead, OpenStream, type StreamOptions, type StreamSource } from '@faultline/core'

/** A reply that wraps Node's response, as Fastify's does. */
interface WrappedResponse {
  readonly raw: ServerResponse
  getHeaders(): Readonly<Record<string, number | string | string[] | undefined>>
  hijack(): unknown
}

/**
 * Sends a source chunk by chunk with backpressure: the source is only read as fast as the client reads. The head is
 * sent with the first chunk, so an error before it is sent with its own status. The source is stopped when the
 * client disconnects.
 *
 * Await the call or return its promise, so that the adapter answers a rejection. After the head was sent, an event
 * stream ends with the envelope's error event, and any other response is aborted.
 *
 * @param target Node's response, or Fastify's reply.
 * @throws The error of the source or of a chunk that cannot be serialized; `client_closed_request` if the client
 * disconnected.
 */
export async function stream(
  target: ServerResponse | WrappedResponse,
  source: StreamSource,
  options: StreamOptions = {},
): Promise<void> {
  const reply = 'raw' in target ? target : undefined
  const response = 'raw' in target ? target.raw : target
  const opened = new OpenStream(source, options)
  const stop = (): void => opened.stop()
  response.once('close', stop)
  if (response.destroyed) stop()
  try {
    const hasChunk = await opened.waitForFirstChunk(options.firstChunkTimeout)
    if (reply !== undefined) setHeaders(response, reply.getHeaders())
    const { status, headers } = createStreamHead(options)
    response.statusCode = status
    setHeaders(response, headers)
    if (!hasChunk) response.flushHeaders()
    if (response.req.method !== 'HEAD') await writeChunks(response, opened)
    reply?.hijack()
    response.end()
  } finally {
    response.off('close', stop)
    opened.stop()
  }
}

async function writeChunks(response: ServerResponse, opened: OpenStream): Promise<void> {
  for (let chunk = await opened.next(); chunk !== undefined; chunk = await opened.next()) {
    if (!response.write(chunk)) await waitForDrain(response)
  }
}

/** Waits until the client has read the written chunks or has disconnected. */
function waitForDrain(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      response.off('drain', settle).off('close', settle)
      resolve()
    }
    response.on('drain', settle).on('close', settle)
  })
}

function setHeaders(
  response: ServerResponse,
  headers: Readonly<Record<string, number | string | readonly string[] | undefined>>,
): void {
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) response.setHeader(name, value)
}
