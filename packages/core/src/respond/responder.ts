import type { Envelope } from '../envelopes/envelope.ts'
import type { ApiError } from '../errors/api-error.ts'
import type { SentStream } from '../events/sent-stream.ts'
import type { ApiRequest } from '../http/request.ts'
import type { ForeignHead, ForeignResponse } from './foreign-response.ts'
import type { ResponderOptions } from './options.ts'

/** A response that can be written as it is. */
export interface SerializedResponse {
  readonly status: number
  /** Valid headers, with names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** JSON. For HEAD it is not sent; the headers are the same. */
  readonly body: string
  readonly error: ApiError
  /** The envelope of the body. */
  readonly envelope: Envelope
}

/**
 * Converts thrown values to responses, and calls the hooks. No method throws, regardless of the thrown value, the
 * envelope and the hooks. Each method with a parameter `thrown` calls each hook exactly once.
 *
 * It is an interface without private members, so that a responder of one installed copy of this package can be passed
 * to another.
 */
export interface Responder<Raw = unknown> {
  /** Name of the header with the request id, in lower case. */
  readonly requestIdHeader: string
  /** Returns the error response of a failed request. */
  respond(thrown: unknown, request: ApiRequest<Raw>): SerializedResponse
  /**
   * Returns the end of a stream that fails after its head was sent.
   *
   * @param stream The part that was sent. @default an event stream without known events
   * @returns Whole events, a line or an item. Empty if clients of the envelope recognize no error there: the connection must
   * then be cut.
   */
  errorEvents(thrown: unknown, request: ApiRequest<Raw>, stream?: SentStream): string
  /** Reports a failure that cannot be answered: it happened after the response, or outside HTTP. */
  report(thrown: unknown, request: ApiRequest<Raw>): void
  /** Reports a failure after the client disconnected: as `client_closed_request`, with the failure as its cause. */
  reportClientClosed(thrown: unknown, request: ApiRequest<Raw>): void
  /**
   * Returns the maximum length of a foreign body that an adapter holds for `replaceResponse`, in bytes; 0 if nothing is
   * replaced.
   */
  getMaxHeldBytes(request: ApiRequest<Raw>): number
  /**
   * Returns whether an error response that other code wrote may have to be replaced, judged by its head. An adapter then
   * holds the head until the body has ended or is longer than `getMaxHeldBytes` returns, and calls `replaceResponse`.
   */
  mayReplace(head: ForeignHead, request: ApiRequest<Raw>): boolean
  /**
   * Returns the error response that replaces a response of other code, and calls the hooks with `request.foreign`.
   * Undefined, without a call of the hooks, if the response must be sent unchanged.
   */
  replaceResponse(response: ForeignResponse, request: ApiRequest<Raw>): SerializedResponse | undefined
  /** Returns the id of a request and stores it as the request's `id`. */
  requestId(request: ApiRequest<Raw>): string
  /** Returns the headers with the request id: the configured one, and the one that the envelope's clients read. */
  requestIdHeaders(request: ApiRequest<Raw>): Record<string, string>
  /**
   * Returns whether a header that the failed handler has set must be removed: it describes the discarded body, or is
   * invalid.
   *
   * @param name In lower case.
   */
  shouldDropHeader(name: string, value?: unknown): boolean
}

/** Options, or a responder that several servers share. */
export type ResponderOrOptions<Raw = unknown> = ResponderOptions<Raw> | Responder<Raw>

/** Returns whether a value is a responder, also of another installed copy of this package. */
export function isResponder<Raw>(input: ResponderOrOptions<Raw>): input is Responder<Raw> {
  // Callers without types can pass null; checkOptions names that mistake.
  return typeof (input as Partial<Responder<Raw>> | null)?.respond === 'function'
}
