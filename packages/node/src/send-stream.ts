import type { ServerResponse } from 'node:http'
import { createStreamHead, OpenStream, type StreamSource, type StreamOptions } from '@faultline/core'

/** A response as frameworks on Node hand it on: Node's own, or Fastify's reply around it. */
type Around = ServerResponse | { readonly raw: ServerResponse; getHeaders(): object; hijack(): unknown }

/**
 * Answers with what a source gives, as fast as the client reads and no faster. No head is sent before the first chunk
 * is there, so a source that fails at once is answered with its true status. A client that leaves stops the source.
 *
 * Await it in the handler, or give its promise back: what it rejects with is the adapter's to answer. After the head
 * that is the envelope's error event in an event stream; anything else is broken off.
 *
 * @throws what the source, or what serialises a chunk, fails with; `client_closed_request` where the client has left
 */
export async function stream(
  around: object,
  source: StreamSource,
  options: StreamOptions = {},
): Promise<void> {
  const reply = around as Around
  const response = 'raw' in reply ? reply.raw : reply
  const opened = new OpenStream(source, options)
  const stop = (): void => opened.stop()
  response.once('close', stop)
  if (response.destroyed) stop()
  try {
    const isThere = await opened.waitForFirstChunk(options.firstChunkTimeout)
    if ('raw' in reply) copyHeaders(reply)
    const { status, headers } = createStreamHead(options)
    response.statusCode = status
    for (const name in headers) response.setHeader(name, headers[name]!)
    if (!isThere) response.flushHeaders()
    const isHead = response.req.method === 'HEAD'
    for (
      let chunk = isHead ? undefined : await opened.next();
      chunk !== undefined;
      chunk = await opened.next()
    ) {
      if (!response.write(chunk)) await drained(response)
    }
    if ('raw' in reply) reply.hijack()
    response.end()
  } finally {
    response.off('close', stop)
    opened.stop()
  }
}

/** Waits until the client has read on, or has left. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      response.off('drain', settle).off('close', settle)
      resolve()
    }
    response.on('drain', settle).on('close', settle)
  })
}

function copyHeaders(reply: { readonly raw: ServerResponse; getHeaders(): object }): void {
  const headers = Object.entries(reply.getHeaders()) as [string, string | undefined][]
  for (const [name, value] of headers) if (value !== undefined) reply.raw.setHeader(name, value)
}
