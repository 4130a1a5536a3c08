import type { ServerResponse } from 'node:http'

/** Returns a signal that aborts when the client disconnects, and when the response has been sent. */
export function abortOnClose(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  response.once('close', () => controller.abort())
  return controller.signal
}
