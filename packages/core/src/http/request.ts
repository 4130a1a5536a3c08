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
  /**
   * The status from 400 to 499 that the handler had set explicitly before it failed. It selects the error of a thrown
   * value that is not recognized and has no status.
   */
  readonly presetStatus?: number | undefined
  /** Returns the methods that the path supports, for the Allow header of a 405 that code other than the router threw. */
  allowedMethods?(): readonly string[]
  /** The object that identifies the exchange. The same thrown value is reported once per exchange. */
  readonly exchange?: object | undefined
  /** Whether the response was written by other code, such as middleware, and its body replaced. The responder sets it. */
  foreign?: boolean
  /** Whether an unknown value was thrown, although the status is a 4xx that the handler had set. The responder sets it. */
  unexpected?: boolean
}
