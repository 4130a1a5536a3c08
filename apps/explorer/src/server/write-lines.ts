import { once } from 'node:events'
import type { ServerResponse } from 'node:http'

/**
 * Answers with a line of JSON for each value, no faster than they are read, and leaves off when the reader leaves.
 *
 * @param source Is told of that by its signal.
 */
export async function writeLines(
  response: ServerResponse,
  source: (signal: AbortSignal) => AsyncIterable<object>,
): Promise<void> {
  const left = new AbortController()
  const { signal } = left
  response.once('close', () => left.abort())
  response.writeHead(200, {
    'content-type': 'application/x-ndjson; charset=utf-8',
    'cache-control': 'no-store',
  })
  response.flushHeaders()
  try {
    for await (const value of source(signal)) {
      if (!response.write(`${JSON.stringify(value)}\n`)) await once(response, 'drain', { signal })
    }
    response.end()
  } catch (error) {
    // What fails because the reader has left is no failure.
    if (!signal.aborted) throw error
  }
}
