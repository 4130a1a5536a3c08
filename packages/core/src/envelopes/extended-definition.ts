import type { ApiError } from '../errors/api-error.ts'
import type { BodyInput, Envelope, EnvelopeDefinition, RenderContext } from './envelope.ts'

/** A message in a language. */
export interface LocalizedMessage {
  readonly text: string
  /** Language tag of the text (RFC 5646), sent as Content-Language. @default none is sent */
  readonly language?: string
}

/** Values of a body, and the language of its message. */
export interface ExtendedInput extends BodyInput {
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
  /** Creates the headers of a response that depends on the request. */
  createHeaders?(this: void, input: ExtendedInput): Record<string, string>
  /** Names of the request headers that messages and members depend on. */
  readonly vary?: readonly string[]
}

/** Key of an envelope's definition. Reading it fails on objects that inherit from an envelope. */
export const DEFINITION: unique symbol = Symbol.for('faultline.definition')

/** Returns the definition of an envelope. @throws TypeError if this package has not created the envelope. */
export function readDefinition(
  envelope: Envelope & { readonly [DEFINITION]?: ExtendedDefinition },
): ExtendedDefinition {
  const { [DEFINITION]: definition } = envelope
  if (definition === undefined)
    throw new TypeError(
      `extendEnvelope: the envelope ${envelope.id} has no definition; create it with defineEnvelope`,
    )
  return definition
}
