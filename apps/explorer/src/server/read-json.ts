import type { IncomingMessage } from 'node:http'
import { MalformedBody, PayloadTooLarge, UnsupportedMediaType } from '@faultline/core'

const MAX_BODY_BYTES = 16 * 1024

/** Reads a JSON body. @throws UnsupportedMediaType, PayloadTooLarge, MalformedBody */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new UnsupportedMediaType()
  }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    // Read the rest of a body that is too large, so that the connection can serve the next request.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  if (size > MAX_BODY_BYTES) throw new PayloadTooLarge()
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown
  } catch (cause) {
    throw new MalformedBody({ message: 'The request body is not valid JSON', cause })
  }
}
