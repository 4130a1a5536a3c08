import type { NetworkFailure } from '@faultline/core'

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
  /** How the exchange failed, if there is no complete response. */
  readonly networkFailure?: NetworkFailure | undefined
}
