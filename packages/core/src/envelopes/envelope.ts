import type { ApiError } from '../errors/api-error.ts'

/** A code as a document lists it. */
export interface WireCode {
  readonly status: number
  /** The message that the document gives. @default the error's own default message */
  readonly message?: string
  /** Whether the document calls it retryable. @default what the error's class says */
  readonly retryable?: boolean
  /** The field that the document ties it to. */
  readonly field?: string
}

/** Where a table leads: to a listed code, or to one sent with another status than the listed one. */
export type CodeMapping<Code extends string = string> =
  | Code
  | { readonly code: Code; readonly status: number }

/** One problem as an envelope tells it. */
export interface WireIssue {
  readonly field?: string
  readonly issue: string
  readonly code?: string
}

/** All that a body may be made of. */
export interface BodyInput {
  /** What the envelope calls the error. */
  readonly code: string
  readonly status: number
  readonly message: string
  /** The message, and the first issue with it where the message alone would lose it. */
  readonly description: string
  /** The first issue that names a field. */
  readonly field?: string
  readonly issue?: string
  /** Every issue, 50 at most. */
  readonly issues: readonly WireIssue[]
  readonly requestId: string
  readonly timestamp: Date
  /** The seconds that Retry-After says, where the answer has one. */
  readonly retryAfter?: number
  /** The system that the error came from. */
  readonly origin: string
  readonly strict: boolean
  readonly error: ApiError
}

/** What was read from a body. */
export interface ParsedBody {
  /** The wire code; left out where the body has none, and the status tells. */
  readonly code?: string | undefined
  /** The status, where the body has it or implies it. */
  readonly status?: number | undefined
  readonly message?: string | undefined
  readonly field?: string | undefined
  readonly issue?: string | undefined
  readonly issues?: readonly WireIssue[] | undefined
  readonly requestId?: string | undefined
  readonly timestamp?: Date | undefined
  readonly origin?: string | undefined
  /** Seconds, where the body has them; the header, where there is one, wins. */
  readonly retryAfter?: number | undefined
  /** Whether the body says that no retry helps; the header `x-should-retry`, and what the code is listed with, win. */
  readonly retryable?: boolean | undefined
  readonly details?: unknown
}

/** What an envelope's clients act on beside the body. Each is the default of the responder's option of that name. */
export interface ClientHints {
  /** Whether they obey `x-should-retry: false`. @default false */
  readonly shouldRetryHeader?: boolean
  /** The most seconds of Retry-After that all of them obey. @default no limit */
  readonly maxRetryAfter?: number
  /** The header that they read the request id from, beside the one that all answers have it on. @default none */
  readonly requestIdHeader?: string
}

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = { readonly [keyword: string]: unknown }

/** What `defineEnvelope` is given. */
export interface EnvelopeDefinition<Code extends string> {
  /** Names the envelope in options and URLs: lower case, digits and hyphens. */
  readonly id: string
  /** A line for people. @default the id */
  readonly title?: string
  /** The codes that the document lists. */
  readonly codes: { readonly [code in Code]: WireCode }
  /**
   * What each error of the taxonomy is called: these go out exactly so in both modes. `default` is the answer for
   * the root of the class tree.
   */
  readonly mapping: { readonly default: CodeMapping<NoInfer<Code>> } & {
    readonly [code: string]: CodeMapping<NoInfer<Code>>
  }
  /** What strict mode sends for an error that is not in the table. @default what the class above it is called */
  readonly strictFallback?: { readonly [code: string]: CodeMapping<NoInfer<Code>> }
  /** What normal mode calls an error that is not in the table. @default its own code */
  readonly toWireCode?: (code: string, status: number) => string
  /** The inverse of `toWireCode`. @default the name as it is */
  readonly fromWireCode?: (name: string) => string
  /** The statuses that always carry Retry-After. @default none */
  readonly retryAfterStatuses?: readonly number[]
  /** What a 401 asks for in WWW-Authenticate (RFC 9110, 11.6.1). @default Bearer */
  readonly challenge?: string
  /** @default application/json; charset=utf-8 */
  readonly contentType?: string
  /** The name of the event that carries an error in an event stream; null for none. @default error */
  readonly eventName?: string | null
  /** The data of that event, made from a body. It has all of the body, so that `read` reads it. @default the body */
  readonly eventData?: (body: object) => object
  /** What its clients act on beside the body. @default nothing that HTTP does not ask for */
  readonly clientHints?: ClientHints
  /** Makes a body. */
  readonly renderBody: (answer: BodyInput) => object
  /** Reads a body; undefined for one that is not of this envelope. It may throw on a body of another shape. */
  readonly parseBody: (
    body: { readonly [key: string]: unknown },
    status: number | undefined,
  ) => ParsedBody | undefined
  /** The JSON Schema of a body. `codes` are the wire codes that a strict one is held to. */
  readonly schema?: (codes: readonly Code[] | undefined) => JsonSchema
}

/** What a body may need beside the error. */
export interface RenderContext {
  /** @default what the error was parsed with, else an empty text */
  readonly requestId?: string | undefined
  /** @default what the error was parsed with, else now */
  readonly timestamp?: Date | undefined
  /** The name of this service, sent where an envelope names the origin of an error. @default api */
  readonly serviceName?: string | undefined
  /** Seconds of a Retry-After that the document promises and the thrower did not give. @default 5 */
  readonly retryAfter?: number | undefined
}

/** An answer, before it is a text. */
export interface RenderedResponse {
  readonly status: number
  /** Retry-After, where there is one. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: object
}

/** An answer as a client has it. */
export interface WireResponse {
  readonly status?: number | undefined
  readonly headers?: Headers | Readonly<Record<string, string | readonly string[] | undefined>> | undefined
  /** The body, parsed or as text. */
  readonly body: unknown
}

/** What a table says of one error. */
export interface WireEntry {
  readonly code: string
  readonly status: number
  readonly message: string | undefined
  readonly retryable: boolean
  readonly field: string | undefined
}

/** A documented wire format. */
export interface Envelope {
  readonly id: string
  readonly title: string
  /** In strict mode nothing is sent that the document does not list. */
  readonly mode: 'normal' | 'strict'
  /** The same envelope in strict mode. */
  readonly strict: Envelope
  readonly contentType: string
  readonly challenge: string
  /** The JSON Schema of every body that `render` makes. */
  readonly schema: JsonSchema
  /** The codes that the document lists. */
  readonly codes: Readonly<Record<string, WireCode>>
  /** What its clients act on beside the body. */
  readonly clientHints?: ClientHints
  /** What this envelope calls an error, and sends it with. Total. */
  lookup(error: ApiError): WireEntry
  render(error: ApiError, context?: RenderContext): RenderedResponse
  /** The error as one event of an event stream, blank line included. */
  errorEvent(error: ApiError, context?: RenderContext): string
  /**
   * The inverse of `render`: `render(parse(render(e)))` is `render(e)`.
   * @returns undefined for a body that is not of this envelope. Never throws.
   */
  parse(response: WireResponse): ApiError | undefined
}
