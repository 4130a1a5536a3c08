import type { ServerResponse } from 'node:http'
import {
  createStreamHead,
  describeValue,
  isObject,
  OpenStream,
  resolveStreamOptions,
  type StreamOptions,
  type StreamSource,
} from '@faultline/core'
import { recordStream } from './open-streams.ts'
import { isBufferFull } from './serverless.ts'

/** Node's response as middleware and serverless adapters change it. */
type TargetResponse = ServerResponse & {
  /** Sends what `compression` holds. */
  flush?(): void
}

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
  callOptions: StreamOptions = {},
): Promise<void> {
  const options = resolveStreamOptions(source, callOptions)
  const reply = isObject(target) && 'raw' in target ? target : undefined
  const response: TargetResponse = reply?.raw ?? (target as ServerResponse)
  if (!isResponse(response)) {
    throw new TypeError(
      `stream: the first argument must be the response, not ${describeValue(target)}; pass Node's response, or Fastify's reply`,
    )
  }
  const opened = new OpenStream(source, options)
  const stop = (): void => opened.stop()
  response.once('close', stop)
  if (response.destroyed) stop()
  const record = recordStream(response, opened)
  try {
    const hasChunk = await opened.waitForFirstChunk(options.firstChunkTimeout)
    if (reply !== undefined) setHeaders(response, reply.getHeaders())
    const { status, headers } = createStreamHead(options)
    response.statusCode = status
    setHeaders(response, headers)
    if (!hasChunk) response.flushHeaders()
    if (response.req.method !== 'HEAD') await Promise.race([writeChunks(response, opened), opened.stopped])
    reply?.hijack()
    response.end()
  } finally {
    response.off('close', stop)
    record.isOpen = false
    opened.stop()
  }
}

function isResponse(value: Partial<ServerResponse> | undefined): boolean {
  return typeof value?.setHeader === 'function' && typeof value.end === 'function'
}

async function writeChunks(response: TargetResponse, opened: OpenStream): Promise<void> {
  for (let chunk = await opened.next(); chunk !== undefined; chunk = await opened.next()) {
    const isFull = isBufferFull(response.write(chunk))
    response.flush?.()
    if (isFull) await waitForDrain(response, opened.signal)
  }
}

/** Waits until the client has read the written chunks or has disconnected, or the stream is stopped. */
function waitForDrain(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      response.off('drain', settle).off('close', settle)
      signal.removeEventListener('abort', settle)
      resolve()
    }
    response.on('drain', settle).on('close', settle)
    signal.addEventListener('abort', settle)
  })
}

function setHeaders(
  response: ServerResponse,
  headers: Readonly<Record<string, number | string | readonly string[] | undefined>>,
): void {
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) response.setHeader(name, value)
}
