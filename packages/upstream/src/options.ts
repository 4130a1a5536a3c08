/** What `fromUpstream` can't read from what was thrown. */
export interface UpstreamOptions {
  /** What the upstream is called where an error came from it: a provider's name. @default 'upstream' */
  readonly origin?: string | undefined
  /**
   * Whose credentials the request was made with. With the service's, a provider's 401, 403 and billing errors
   * are this service's fault: `failed_request`, which says nothing. With the caller's they are passed on to
   * the caller.
   * @default 'service'
   */
  readonly credentials?: 'service' | 'caller' | undefined
  /** Aborts when the caller has left: tells an abort of the caller's from a deadline's. @default none */
  readonly signal?: AbortSignal | undefined
  /**
   * What was sent to the upstream, a prompt or a whole body: no message that quotes it is passed on. Where
   * the error itself has it, as those of the AI SDK, axios and got do, it is known already. @default none
   */
  readonly requestContent?: unknown
}

/** What is known of the upstream's failure beside its kind: for logs and decisions, never on the wire. */
export interface UpstreamDetails {
  /** The status of the upstream's answer; undefined where none came. */
  readonly status?: number
  /** What the upstream calls the error. */
  readonly code?: string
  /** The upstream's id of the request. */
  readonly requestId?: string
  /** Who ended the exchange before its end: the caller, a deadline of this service, or the upstream. */
  readonly abortedBy?: 'caller' | 'deadline' | 'upstream'
}
