import { once } from 'node:events'
import type { ServerResponse } from 'node:http'

/**
 * Writes each value as a line of JSON, with backpressure, and stops when the client disconnects.
 *
 * @param source Creates the values. The signal aborts when the client disconnects.
 */
export async function writeLines(
  response: ServerResponse,
  source: (signal: AbortSignal) => AsyncIterable<object>,
): Promise<void> {
  const disconnect = new AbortController()
  const { signal } = disconnect
  response.once('close', () => disconnect.abort())
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
    // After a disconnect the abort itself is thrown.
    if (!signal.aborted) throw error
  }
}
