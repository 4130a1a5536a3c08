/** Options of `fromUpstream` and `fromUpstreamResponse`. */
export interface UpstreamOptions {
  /** The name of the upstream, for example of the provider. It is the `origin` of the error. @default 'upstream' */
  readonly origin?: string | undefined
  /**
   * Whose credentials the request used. With those of the service, a provider's 401, 403 and billing errors are faults
   * of this service: `failed_request`, with a generic message. With those of the caller they are reported to the
   * caller.
   * @default 'service'
   */
  readonly credentials?: 'service' | 'caller' | undefined
  /** A signal that aborts when the caller disconnects. It distinguishes that from a timeout. @default none */
  readonly signal?: AbortSignal | undefined
  /**
   * The content of the request, a prompt or a whole body. A message that quotes it is not sent. Errors of the AI SDK,
   * axios, got and ky contain the request, so they do not need it. @default none
   */
  readonly requestContent?: unknown
  /**
   * Whether a stream was being read. A SyntaxError then is a truncated stream instead of an unreadable response. Errors
   * of SDKs that stream do not need it, unless their code is bundled.
   * @default detected from the error
   */
  readonly streamStarted?: boolean | undefined
}

/** Details of the upstream's failure for logs and decisions. They are never sent. */
export interface UpstreamDetails {
  /** The status of the upstream's response; undefined without a response. */
  readonly status?: number
  /** The upstream's error code. */
  readonly code?: string
  /** The upstream's request id. */
  readonly requestId?: string
  /** Who aborted the exchange: the caller, a timeout of this service, or the upstream. */
  readonly abortedBy?: 'caller' | 'deadline' | 'upstream'
}
