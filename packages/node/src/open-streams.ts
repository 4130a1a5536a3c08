import type { ServerResponse } from 'node:http'
import type { OpenStream } from '@faultline/core'

/** The part of a stream that other installed copies use: `drain` stops it. */
type StreamLike = Pick<OpenStream, 'stop' | 'sent'>

interface StreamRecord {
  readonly stream: StreamLike
  isOpen: boolean
}

const STREAM = Symbol.for('faultline.stream')

type StreamingResponse = ServerResponse & { [STREAM]?: StreamRecord }

/** Records the stream that a response sends. */
export function recordStream(response: StreamingResponse, stream: StreamLike): StreamRecord {
  return (response[STREAM] = { stream, isOpen: true })
}

/** Returns the stream that a response sends. Undefined after its end. */
export function getOpenStream(response: StreamingResponse): StreamLike | undefined {
  const record = response[STREAM]
  return record?.isOpen === true ? record.stream : undefined
}

/** Returns the stream that a response sends or has sent. */
export function getStream(response: StreamingResponse): StreamLike | undefined {
  return response[STREAM]?.stream
}
