import type { Envelope } from '../envelopes/envelope.ts'
import type { ApiRequest } from '../http/request.ts'
import type { ForeignResponse } from './foreign-response.ts'
import type { Recognizer } from './options.ts'
import type { SerializedResponse } from './responder.ts'

/** The parts of a responder that depend on the entry of this package: they have most of its code. */
export interface ResponderParts {
  /**
   * Returns the envelope with an id. Returns an envelope unchanged.
   *
   * @throws TypeError if the id is unknown.
   */
  resolveEnvelope(this: void, envelope: Envelope | string): Envelope
  /** @throws TypeError naming the option that is missing, unknown or of the wrong type. */
  checkOptions(this: void, options: unknown): void
  /** Recognizes errors of libraries, after the recognizers of the options. */
  readonly recognize?: Recognizer
  /** Returns the text of a foreign response that becomes the public message. */
  getForeignMessage?(this: void, response: ForeignResponse): string | undefined
  /** Adds the member of the option `development` to a response. Undefined if the response must not have it. */
  addDevelopmentMember?(
    this: void,
    response: SerializedResponse,
    thrown: unknown,
    request: ApiRequest,
  ): SerializedResponse | undefined
  /** Reports an exception in a hook, a recognizer, an option or an envelope. */
  warn(this: void, message: string, exception: unknown): void
  /** Sends the error if the `envelope` function or an envelope fails. */
  readonly fallback: Envelope
}
