import type { ApiError } from '../errors/api-error.ts'
import type { ApiRequest } from '../http/request.ts'
import type { BodyInput, CodeMapping, EnvelopeDefinition, JsonSchema } from './envelope.ts'
import type { LocalizedMessage } from './extended-definition.ts'
import type { MessageTable } from './fill-message.ts'

/**
 * Returns the message of an error, or undefined to keep the one of the base envelope. The request is undefined where no
 * request failed, for example in an OpenAPI document.
 */
export type MessageFunction = (
  error: ApiError,
  request: ApiRequest | undefined,
) => string | LocalizedMessage | undefined

/** The members of a definition that an extension may replace. */
type Replaceable = 'title' | 'challenge' | 'clientHints' | 'retryPolicy' | 'retryAfterStatuses'

/** Changes of an envelope, for `extendEnvelope`. */
export interface EnvelopeExtension<Member extends string = string> extends Pick<
  EnvelopeDefinition<string>,
  Replaceable
> {
  /** Identifies the new envelope: lower-case letters, digits and hyphens. */
  readonly id: string
  /**
   * Messages: a table by error code, or a function. A table is read for the exact code of an error, and does not replace the
   * option `message` of an error. A function is called for every error except received ones, which keep their message.
   * @default those of the base envelope
   */
  readonly messages?: MessageTable | MessageFunction
  /**
   * Names of the request headers that messages and members depend on, sent as Vary.
   * @default `['Accept-Language']` if `messages` is a function, otherwise none
   */
  readonly vary?: readonly string[]
  /**
   * Returns further members, at the place where the base envelope has the members of an error. Undefined members are
   * omitted. Called in normal mode only, and not for received errors, which keep their members.
   */
  readonly members?: (
    input: BodyInput,
    request: ApiRequest | undefined,
  ) => { readonly [name in NoInfer<Member>]?: unknown }
  /** JSON Schemas of all `members`, by name. Required if `members` is present. */
  readonly memberSchemas?: { readonly [name in Member]: JsonSchema }
  /** Additional wire codes, or other properties of wire codes of the base envelope. */
  readonly codes?: EnvelopeDefinition<string>['codes']
  /** Wire codes by error code, which replace those of the base envelope. */
  readonly mapping?: { readonly [code: string]: CodeMapping }
  /** Wire codes by error code, for strict mode, which replace those of the base envelope. */
  readonly strictFallback?: { readonly [code: string]: CodeMapping }
}
