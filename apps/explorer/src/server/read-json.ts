import type { IncomingMessage } from 'node:http'
import { MalformedBody, PayloadTooLarge, UnsupportedMediaType } from '@faultline/core'

const LARGEST_BODY = 16 * 1024

/** Reads a JSON body. @throws UnsupportedMediaType, PayloadTooLarge or MalformedBody */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new UnsupportedMediaType()
  }
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    // What is too much is read all the same, so that the connection can serve the next request.
    if (size <= LARGEST_BODY) parts.push(part)
  }
  if (size > LARGEST_BODY) throw new PayloadTooLarge()
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown
  } catch (cause) {
    throw new MalformedBody({ message: 'The request body is not valid JSON', cause })
  }
}
