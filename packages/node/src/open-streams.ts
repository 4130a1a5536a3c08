import type { ServerResponse } from 'node:http'
import type { OpenStream } from '@faultline/core'

/** A stream that can be stopped. An interface, so that `drain` of one installed copy can stop streams of another. */
type Stoppable = Pick<OpenStream, 'stop'>

const OPEN_STREAM = Symbol.for('faultline.openStream')

/** Undefined without `stream`, and null after its end. */
type StreamingResponse = ServerResponse & { [OPEN_STREAM]?: Stoppable | null }

/** Keeps the stream that a response sends, so that `drain` can stop it. */
export function keepOpenStream(response: StreamingResponse, opened: Stoppable): void {
  response[OPEN_STREAM] = opened
}

/** Returns the stream that a response sends. */
export function readOpenStream(response: StreamingResponse): Stoppable | undefined {
  return response[OPEN_STREAM] ?? undefined
}

/** Forgets the stream of a response that has ended. */
export function forgetOpenStream(response: StreamingResponse): void {
  response[OPEN_STREAM] = null
}

/** Returns whether `stream` has sent a response. Then an event stream has only whole events. */
export function isSentByStream(response: StreamingResponse): boolean {
  return response[OPEN_STREAM] !== undefined
}
