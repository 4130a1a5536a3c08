import type { EnvelopeId } from '../envelopes/index.ts'
import type { Envelope } from '../envelopes/envelope.ts'
import type { ApiError, ApiErrorClass } from '../errors/api-error.ts'
import type { ApiRequest } from '../http/request.ts'
import type { ErrorHook } from '../log/log-hook.ts'
import type { ErrorsByField } from './errors-by-field.ts'

/** Converts one kind of foreign thrown value to an ApiError. Returns undefined for any other value. */
export type Recognizer<Raw = unknown> = (thrown: unknown, request: ApiRequest<Raw>) => ApiError | undefined

/** Recognizers by their place in the order: before or after the built-in ones. */
export interface RecognizersByOrder<Raw = unknown> {
  /** Called first. @default none */
  readonly before?: readonly Recognizer<Raw>[] | undefined
  /** Called for a value that neither these nor the built-in recognizers have converted. @default none */
  readonly after?: readonly Recognizer<Raw>[] | undefined
}

/** The options of every adapter. */
export interface ResponderOptions<Raw = unknown> {
  /**
   * The wire format: an id (`'ai-api'`, `'ai-api:strict'`), an envelope, or a function of the request that returns
   * one.
   */
  envelope: EnvelopeId | Envelope | ((request: ApiRequest<Raw>) => EnvelopeId | Envelope)
  /**
   * The wire format of a failure of the `envelope` function, or of an envelope that fails to render its own internal error.
   * @default 'ai-api'
   */
  fallbackEnvelope?: EnvelopeId | Envelope | undefined
  /**
   * Called exactly once per failure with the error of the response, the thrown value and the request. Several hooks are
   * called in order, without waiting for each other. An exception in a hook is reported to the console and has no other
   * effect.
   * @default writes the cause chain of errors with a status of 500 and above to the console
   */
  onError?: ErrorHook<Raw> | readonly ErrorHook<Raw>[] | undefined
  /**
   * Recognizers that are called in order before the built-in ones. `{ before, after }` also has recognizers that are called
   * after the built-in ones, such as one that converts every error.
   * @default none
   */
  recognizers?: readonly Recognizer<Raw>[] | RecognizersByOrder<Raw> | undefined
  /**
   * Error classes for validation problems, by the field that is invalid: `{ temperature: InvalidTemperature }`. `[]` is any
   * index (`messages[].role`), `*` any other field. An error of a validator whose issues are all of one field, which is not
   * missing, becomes an error of the field's class.
   * @default none: such an error is `validation_failed`
   */
  errorsByField?: ErrorsByField | undefined
  /**
   * The application's error classes, checked at start-up: each has its own, unique code. `Object.values(errors)` for the
   * result of `defineErrors`.
   * @default none
   */
  errorClasses?: readonly ApiErrorClass[] | undefined
  /** The request and response header with the request id. @default 'x-request-id' */
  requestIdHeader?: string | undefined
  /**
   * Whether the request id that a client sends becomes the id of the request, if it has 1 to 64 characters of
   * `A-Za-z0-9._-`: a boolean, or a function of the request, for services behind their own proxy. Otherwise each request
   * gets a new id, and hooks can read the sent one with `request.header`.
   * @default false
   */
  trustRequestId?: boolean | ((request: ApiRequest<Raw>) => boolean) | undefined
  /**
   * Generates the id of a request that has none, from 1 to 64 characters of `A-Za-z0-9._-`. If it returns undefined, the
   * request gets a random id. `getTraceId` makes the trace id of `traceparent` the request id. An invalid id is replaced by
   * a random one and reported to the console once. The id may be generated before the framework has created its request:
   * `request.raw` is then Node's.
   * @default `req_` and 24 random characters of `a-z0-9`
   */
  generateRequestId?: ((request: ApiRequest<Raw>) => string | undefined) | undefined
  /** The name of this service, sent by envelopes that name the origin of an error. @default 'api' */
  serviceName?: string | undefined
  /** The Retry-After, in seconds, if the envelope requires one and the error has none. @default 5 */
  defaultRetryAfter?: number | undefined
  /**
   * Whether to send `x-should-retry: false` on errors that are not retryable although their status (408, 409, 429, 5xx)
   * makes SDKs retry. The SDKs of OpenAI, Anthropic and Groq obey it.
   * @default as the envelope's clients expect: true for openai, openai-responses, anthropic, azure-openai and universal
   */
  shouldRetryHeader?: boolean | undefined
  /** Whether to send Retry-After in milliseconds as well, as `retry-after-ms`. @default false */
  retryAfterMsHeader?: boolean | undefined
  /**
   * The maximum Retry-After of a retryable error, in seconds; Infinity for no limit. Several SDKs ignore a Retry-After
   * above one minute and retry within seconds.
   * @default 59 for the envelopes whose clients do so (those of `shouldRetryHeader`), no limit for the others
   */
  maxRetryAfter?: number | undefined
  /**
   * The error responses of other code, such as middleware, whose bodies are replaced by the envelope. `'plain'`: empty
   * bodies, plain text up to 1 KiB, and the framework's default error page. `'all'`: every body that is not the envelope
   * already; HTML only if the request does not prefer it. The text of a 4xx becomes the message if it is a single short
   * line. Hooks are called with `request.foreign`.
   * @default 'plain'
   */
  replaceBodies?: 'plain' | 'all' | false | undefined
  /** Whether to drop cookies that the failed handler has set. @default false */
  dropCookies?: boolean | undefined
  /**
   * Whether responses with a status of 500 and above have the member `development`: the thrown value and its causes with
   * messages and stacks, at most 16 KiB. Values that look like secrets are removed. Streams and envelopes in strict mode do
   * not have it. Without `onError`, the console gets a readable log of each failure, including those below 500. `true` is
   * refused at start-up unless the environment variable `NODE_ENV` is `development` or `test`.
   * @default false
   */
  development?: boolean | undefined
}
