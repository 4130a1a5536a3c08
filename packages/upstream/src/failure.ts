import type { StreamFailure } from '@faultline/client'
import type { ErrorCode, NetworkFailure } from '@faultline/core'

/** A failure of an exchange with an upstream, regardless of the library that reported it. The values are foreign. */
export interface UpstreamFailure {
  /** The status of the response; undefined without a response. */
  readonly status?: number | undefined
  /** The headers of the response, in any form. */
  readonly headers?: unknown
  /** The body of the response: parsed, a string or bytes. */
  readonly body?: unknown
  /** The name of the error, if the library keeps it outside the body. */
  readonly type?: string | undefined
  /** The upstream's request id, if the library keeps it outside the headers. */
  readonly requestId?: string | undefined
  /** The content of the request. A message that quotes it is not sent. */
  readonly requestContent?: unknown
  /** Whether a streaming response had started. */
  readonly streamStarted?: boolean | undefined
  /** The code of a failure that an event of a stream reports without an error body. */
  readonly code?: ErrorCode | undefined
  /** How the exchange failed, if there is no complete response. */
  readonly networkFailure?: NetworkFailure | undefined
}

/** Converts a failure that was found in a stream. */
export function fromStreamFailure({ code, body }: StreamFailure): UpstreamFailure {
  if (code === 'stream_terminated') return { networkFailure: 'truncated', streamStarted: true }
  return { body, code, streamStarted: true }
}
