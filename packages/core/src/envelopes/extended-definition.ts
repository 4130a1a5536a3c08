import type { ApiError } from '../errors/api-error.ts'
import type { EnvelopeDefinition, RenderContext } from './envelope.ts'

/** A message in a language. */
export interface LocalizedMessage {
  readonly text: string
  /** Language tag of the text (RFC 5646), sent as Content-Language. @default none is sent */
  readonly language?: string
}

/** A definition that `extendEnvelope` has created. */
export interface ExtendedDefinition extends EnvelopeDefinition<string> {
  /** Returns the message that replaces the one of an error. Never throws. Not called for received errors. */
  getMessage?(
    this: void,
    error: ApiError,
    context: Pick<RenderContext, 'request' | 'report'>,
  ): LocalizedMessage | undefined
  /** Names of the request headers that messages and members depend on. */
  readonly vary?: readonly string[]
}

/** Key of an envelope's definition. Reading it fails on objects that inherit from an envelope. */
export const DEFINITION: unique symbol = Symbol.for('faultline.definition')
