import type { ServerResponse } from 'node:http'
import { InternalError } from '@faultline/core'

/**
 * Returns whether a chunk was not accepted completely. The response of some serverless adapters returns undefined, and
 * never emits `drain`.
 */
export function isBufferFull(written: boolean | undefined): boolean {
  return written === false
}

/**
 * Completes a destroyed response that has no real socket, as those of serverless adapters, as an internal error: its
 * head is not sent yet, and its `close` would never be emitted, so that the invocation would wait for its time limit.
 */
export function failWithoutSocket(response: ServerResponse): void {
  const { socket } = response
  if (socket === null || 'emit' in socket) return
  response.statusCode = InternalError.status
  response.emit('finish')
}
