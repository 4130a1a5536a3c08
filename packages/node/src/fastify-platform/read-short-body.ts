import type { ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'

/**
 * Reads a stream until its end or until a maximum length.
 *
 * @param response The response that the stream is sent on. The stream is destroyed when the client disconnects.
 * @returns The complete body. Undefined if the stream is longer, or has other chunks than text and bytes; then the
 * stream still has all its chunks.
 * @throws The error of the stream.
 */
export async function readShortBody(
  source: Readable,
  maxLength: number,
  response: ServerResponse,
): Promise<Buffer | undefined> {
  const chunks: unknown[] = []
  let length = 0
  const destroy = (): void => void source.destroy()
  response.once('close', destroy)
  try {
    for await (const chunk of source.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk)
      length += isBytes(chunk) ? Buffer.byteLength(chunk) : Infinity
      if (length > maxLength) {
        for (const read of chunks.toReversed()) source.unshift(read)
        return undefined
      }
    }
    return Buffer.concat(chunks.filter(isBytes).map((chunk) => Buffer.from(chunk)))
  } finally {
    response.off('close', destroy)
  }
}

function isBytes(chunk: unknown): chunk is string | Uint8Array {
  return typeof chunk === 'string' || chunk instanceof Uint8Array
}
