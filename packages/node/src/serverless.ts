import type { ServerResponse } from 'node:http'

/**
 * Returns whether a chunk was not accepted completely. The response of some serverless adapters returns undefined, and
 * never emits `drain`.
 */
export function isBufferFull(written: boolean | undefined): boolean {
  return written === false
}

/**
 * Emits `error` on a destroyed response that has no real socket, as those of serverless adapters. Its `close` would
 * never be emitted, and the invocation would wait for its time limit.
 */
export function failWithoutSocket(response: ServerResponse): void {
  const { socket } = response
  if (socket === null || 'emit' in socket || response.listenerCount('error') === 0) return
  response.emit('error', new Error('The response was aborted after its head was sent'))
}
