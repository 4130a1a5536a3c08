/** A request as the responder receives it from an adapter. */
export interface ApiRequest<Raw = unknown> {
  readonly method: string
  /** The request target as it was sent, including the query. */
  readonly url: string
  /** Returns a header of the request. `name` is in lower case. */
  header(name: string): string | undefined
  /** Returns a header that the failed handler set on the response. `name` is in lower case. */
  responseHeader?(name: string): string | undefined
  /** The framework's request object. */
  readonly raw: Raw
  /** The request id. The responder sets it. */
  id?: string
  /**
   * The status that the client received: the status of the response, or of a head that was sent before the failure.
   * Undefined if the client received no status.
   */
  sentStatus?: number
}
