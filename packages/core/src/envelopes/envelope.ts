import type { ApiError } from '../errors/api-error.ts'
import type { SentStream } from '../events/sent-stream.ts'
import type { ApiRequest } from '../http/request.ts'

/** A wire code as the envelope's document lists it. */
export interface WireCode {
  readonly status: number
  /** The documented message. @default the message of the error */
  readonly message?: string
  /**
   * Whether the document lists the code as retryable. It must agree with `retryPolicy.statuses`.
   * @default `retryable` of the error
   */
  readonly retryable?: boolean
  /** The request field that the document assigns to the code. */
  readonly field?: string
}

/** A wire code, or a wire code with another status than the listed one. */
export type CodeMapping<Code extends string = string> =
  | Code
  | { readonly code: Code; readonly status: number }

/** A validation problem in a body. */
export interface WireIssue {
  readonly field?: string
  readonly issue: string
  readonly code?: string
}

/** Values that `renderBody` builds a body from. */
export interface BodyInput {
  /** The wire code. */
  readonly code: string
  /** The status of the response. */
  readonly status: number
  /** The error's own message, if it is public; otherwise the documented message of the code, or that of the class. */
  readonly message: string
  /**
   * The documented message, followed by the first issue. The message alone if it equals that issue, or if the error has its
   * own message.
   */
  readonly description: string
  /** The field of the first issue that has one. */
  readonly field?: string
  /** The message of that issue. */
  readonly issue?: string
  /** All issues, at most 50. Empty if the message is not public. */
  readonly issues: readonly WireIssue[]
  /** Empty if the request has no id. */
  readonly requestId: string
  /** The time of the response. */
  readonly timestamp: Date
  /** Seconds of the Retry-After header, if the response has one. */
  readonly retryAfter?: number
  /** The system that the error came from. */
  readonly origin: string
  /**
   * The details of the error as a JSON value of at most 16 KiB, if they are public. Always undefined in strict mode, and if
   * the definition has no `detailsPlace`.
   */
  readonly details?: unknown
  /** Whether the envelope is in strict mode, in which bodies have only the members that the document lists. */
  readonly strict: boolean
  /** The failed request, if the body is rendered for a response. */
  readonly request?: ApiRequest
  /** Reports a part of the error that cannot be sent. */
  readonly report?: RenderContext['report']
  /** The error, for values that have no member here. Its message may be private; use `message`. */
  readonly error: ApiError
}

/** Values that `parseBody` reads from a body. */
export interface ParsedBody {
  /** The wire code. Without one, the status determines the error. */
  readonly code?: string | undefined
  /** A listed wire code that the body contains in addition. It determines the class of an error with an unknown code. */
  readonly parentCode?: string | undefined
  /** The status that the body contains or implies. */
  readonly status?: number | undefined
  readonly message?: string | undefined
  readonly field?: string | undefined
  readonly issue?: string | undefined
  readonly issues?: readonly WireIssue[] | undefined
  readonly requestId?: string | undefined
  readonly timestamp?: Date | undefined
  readonly origin?: string | undefined
  /** Seconds. The Retry-After header takes precedence. */
  readonly retryAfter?: number | undefined
  /** Whether the body specifies that a retry helps. `x-should-retry` and the listed code take precedence. */
  readonly retryable?: boolean | undefined
  readonly details?: unknown
  /** The members that an extended envelope adds. */
  readonly extraMembers?: Readonly<Record<string, unknown>> | undefined
}

/**
 * Headers that the envelope's SDKs act on. Each is the default of the responder option of the same name. Not the HTTP
 * Client Hints of RFC 8942.
 */
export interface ClientHints {
  /** Whether SDKs obey `x-should-retry: false`. @default false */
  readonly shouldRetryHeader?: boolean
  /** Maximum Retry-After, in seconds, that all SDKs obey. @default no limit */
  readonly maxRetryAfter?: number
  /** Header that SDKs read the request id from, in addition to the request id header. @default none */
  readonly requestIdHeader?: string
}

/** The rules of the envelope's document for retries. Clients follow them. */
export interface RetryPolicy {
  /**
   * Statuses of the errors that are retryable; no other error is.
   * @default determined by the code: `retryable` of the wire code, otherwise of the error
   */
  readonly statuses?: readonly number[]
  /** Maximum number of attempts, including the first. @default determined by the client */
  readonly maxAttempts?: number
  /** Maximum number of attempts for errors with a status, by status. @default `maxAttempts` */
  readonly maxAttemptsByStatus?: Readonly<Record<number, number>>
  /**
   * Minimum delays before the second and each further attempt, in seconds. The last one applies to all later attempts.
   * @default determined by the client
   */
  readonly delays?: readonly number[]
  /** The place in the document, or a quotation, that the rules are taken from. Error references print it. */
  readonly reason?: string
}

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = { readonly [keyword: string]: unknown }

/** An event of an event stream that reports an error. */
export interface ErrorEvent {
  /** The name of the event. @default none */
  readonly event?: string
  /** An object is sent as JSON. */
  readonly data: object | string
}

/** Values of an error message over WebSocket that are not in the body. */
export interface SocketMessageInput {
  readonly status: number
  /** The headers that describe the error, such as Retry-After, with names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** A new id for the message: `event_` and 24 characters of a-z0-9. */
  readonly eventId: string
  /** The id of the client's event that caused the error, if known. */
  readonly clientEventId?: string
}

/** Definition of an envelope, for `defineEnvelope`. */
export interface EnvelopeDefinition<Code extends string, Body extends object | string = object | string> {
  /** Identifies the envelope in options and URLs: lower-case letters, digits and hyphens. */
  readonly id: string
  /** Human-readable title. @default the id */
  readonly title?: string
  /** The documented wire codes. */
  readonly codes: { readonly [code in Code]: WireCode }
  /**
   * Wire codes by error code, valid in both modes. `default` is the wire code of errors without a closer mapping in
   * strict mode.
   */
  readonly mapping: { readonly default: CodeMapping<NoInfer<Code>> } & {
    readonly [code: string]: CodeMapping<NoInfer<Code>>
  }
  /** Further wire codes by error code, for strict mode. @default the mapping of the nearest ancestor class */
  readonly strictFallback?: { readonly [code: string]: CodeMapping<NoInfer<Code>> }
  /** Converts the code of an unmapped error to a wire code, in normal mode. @default the code itself */
  readonly toWireCode?: (code: string, status: number) => string
  /** Inverse of `toWireCode`. @default the wire code itself */
  readonly fromWireCode?: (wireCode: string) => string
  /** Statuses that always have a Retry-After header. @default none */
  readonly retryAfterStatuses?: readonly number[]
  /** Value of WWW-Authenticate on a 401 (RFC 9110, section 11.6.1). @default Bearer */
  readonly challenge?: string
  /** @default application/json; charset=utf-8, or text/plain; charset=utf-8 if `parseText` is present */
  readonly contentType?: string
  /**
   * Creates the events that end an event stream with an error. `parseBody` must be able to read the data of the first.
   *
   * @param stream The stream so far.
   * @default one event named `error` with the body
   */
  renderEvents?(this: void, body: Body, stream: SentStream): readonly ErrorEvent[]
  /**
   * Whether clients recognize a body as the last item of a JSON array. Otherwise, a JSON array that fails is truncated.
   * @default false
   */
  readonly endsArrays?: boolean
  /**
   * Creates the message that reports an error over WebSocket from a body. `parseBody` must be able to read it.
   *
   * @default the body
   */
  renderSocketMessage?(this: void, body: Body, input: SocketMessageInput): object
  /** Headers that the envelope's SDKs act on. @default none */
  readonly clientHints?: ClientHints
  /** The rules of the document for retries. @default none: the code determines whether an error is retryable */
  readonly retryPolicy?: RetryPolicy
  /**
   * The place where `renderBody` sends `details`, for documentation: a path such as `error.details`. Null if it does not
   * send them. @default null
   */
  readonly detailsPlace?: string | null
  /**
   * Name of the member of the body that contains the members of an error. `extendEnvelope` adds members there.
   * @default the body itself
   */
  readonly errorMember?: string
  /** Creates a body: an object, sent as JSON, or a string, sent as it is. */
  readonly renderBody: (input: BodyInput) => Body
  /**
   * Whether `renderBody` and `toWireCode` depend on their arguments alone: not on the time, a counter or the current
   * request. Then the responder keeps serialized bodies, which makes repeated errors faster. @default false
   */
  readonly isDeterministic?: boolean
  /** Parses a body; returns undefined for a body of another envelope. It may throw on any other shape. */
  readonly parseBody: (
    body: { readonly [key: string]: unknown },
    status: number | undefined,
  ) => ParsedBody | undefined
  /** Parses a body that is not JSON. Required if `renderBody` returns strings. @default such a body is not parsed */
  parseText?(this: void, text: string): ParsedBody | undefined
  /** Returns the JSON Schema of a body. `codes` are the permitted wire codes in strict mode. */
  schema?(this: void, codes: readonly Code[] | undefined): JsonSchema
}

/** Values of the request and the service that a body may contain. */
export interface RenderContext {
  /** @default the request id of a parsed error, otherwise an empty string */
  readonly requestId?: string | undefined
  /** @default the timestamp of a parsed error, otherwise the current time */
  readonly timestamp?: Date | undefined
  /** Name of this service, for envelopes that send the origin of an error. @default api */
  readonly serviceName?: string | undefined
  /** Seconds of a Retry-After header that the envelope requires and the error does not specify. @default 5 */
  readonly retryAfter?: number | undefined
  /** The stream that the error ends. @default an event stream without known events */
  readonly stream?: SentStream | undefined
  /** The failed request. Extended envelopes select messages and members by it. */
  readonly request?: ApiRequest | undefined
  /** Called if a part of the error cannot be sent. @default the part is omitted without a report */
  readonly report?: ((this: void, message: string, reason: unknown) => void) | undefined
}

/** A response whose body is not serialized yet. */
export interface RenderedResponse {
  readonly status: number
  /** Contains at most Retry-After. */
  readonly headers: Readonly<Record<string, string>>
  /** An object is sent as JSON, a string as it is. */
  readonly body: object | string
}

/** A serialized body. */
export interface JsonBody {
  readonly status: number
  readonly body: string
  /** Length of the body in bytes. */
  readonly byteLength: number
}

/** A response whose body is serialized. */
export interface JsonResponse extends JsonBody {
  /** Seconds of the Retry-After header, if the response has one. */
  readonly retryAfter: number | undefined
  /** Vary and Content-Language of an envelope whose messages or members depend on the request. */
  readonly headers: Readonly<Record<string, string>> | undefined
}

/** A response as a client received it. */
export interface WireResponse {
  readonly status?: number | undefined
  readonly headers?: Headers | Readonly<Record<string, string | readonly string[] | undefined>> | undefined
  /** The body, parsed or as a string. */
  readonly body: unknown
}

/** An error as an envelope sends it. */
export interface WireEntry {
  /** The wire code. */
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
  /** Strict mode sends only codes, statuses and members that the document lists. */
  readonly mode: 'normal' | 'strict'
  /** The same envelope in strict mode. */
  readonly strict: Envelope
  readonly contentType: string
  readonly challenge: string
  /** The JSON Schema of every body that `render` creates. */
  readonly schema: JsonSchema
  /** The documented wire codes. */
  readonly codes: Readonly<Record<string, WireCode>>
  readonly clientHints?: ClientHints
  readonly retryPolicy?: RetryPolicy
  /** The place of `details` in bodies. Null if they are not sent. @default null */
  readonly detailsPlace?: string | null
  /** Returns the wire code, the status and the documented properties of an error. Defined for every error. */
  lookup(error: ApiError): WireEntry
  render(error: ApiError, context?: RenderContext): RenderedResponse
  /**
   * Does the same as `render` and `JSON.stringify`, in less time, and returns the headers that depend on the request. The
   * responder prefers it. @default `render`
   */
  renderJson?(error: ApiError, context: RenderContext): JsonResponse
  /**
   * Renders an error as the end of the stream in `context.stream`: the last events of an event stream, the last line of
   * newline-delimited JSON, or the last item of a JSON array. Empty if clients of the envelope recognize no error there.
   */
  errorEvents(error: ApiError, context?: RenderContext): string
  /** Creates the message that reports an error over WebSocket from a rendered body. @default the body */
  renderSocketMessage?(this: void, body: object, input: SocketMessageInput): object
  /**
   * Parses a response. Inverse of `render`: `render(parse(render(error)))` equals `render(error)`. Never throws.
   *
   * @returns undefined for a body of another envelope.
   */
  parse(response: WireResponse): ApiError | undefined
}
