import type { ApiError, ApiErrorClass } from '../errors/api-error.ts'
import { defineCatalog } from '../errors/catalog.ts'
import type { Envelope } from '../envelopes/envelope.ts'
import { resolveEnvelope, type EnvelopeId } from '../envelopes/index.ts'
import type { ApiRequest } from '../http/request.ts'
import type { ErrorHook } from '../log/log-hook.ts'

/** Turns one foreign kind of thrown value into an ApiError; undefined for all others. */
export type Recognizer<Raw = unknown> = (thrown: unknown, request: ApiRequest<Raw>) => ApiError | undefined

/** The options of every adapter. */
export interface ResponderOptions<Raw = unknown> {
  /**
   * The wire format: an id (`'ai-api'`, `'ai-api:strict'`), an envelope, or a function of the request that gives
   * either.
   */
  envelope: EnvelopeId | Envelope | ((request: ApiRequest<Raw>) => EnvelopeId | Envelope)
  /**
   * Hears of each failure exactly once: what was answered, what was thrown, and on which request. Several are called
   * one after another, whatever the others do. What one throws is reported to the console and changes nothing.
   * @default writes the causes of what was answered with a status of 500 and above to the console
   */
  onError?: ErrorHook<Raw> | readonly ErrorHook<Raw>[] | undefined
  /** Recognizers of your own, asked in order before those of this package. @default none */
  recognizers?: readonly Recognizer<Raw>[] | undefined
  /** Your own kinds of error, checked when the server starts: each code may be there once. @default none */
  errorClasses?: readonly ApiErrorClass[] | undefined
  /** The header that brings a request's id and takes it back. @default 'x-request-id' */
  requestIdHeader?: string | undefined
  /** The name of this service, sent where an envelope names the origin of an error. @default 'api' */
  serviceName?: string | undefined
  /** Seconds of a Retry-After that a document promises and the thrower did not give. @default 5 */
  defaultRetryAfter?: number | undefined
  /**
   * Whether an answer that no retry can mend says `x-should-retry: false` where its status alone (408, 409, 429, 5xx)
   * makes SDKs retry: those of OpenAI, Anthropic and Groq obey it.
   * @default what the envelope's clients read: true for openai, openai-responses, anthropic, azure-openai and universal
   */
  shouldRetryHeader?: boolean | undefined
  /** Whether a Retry-After goes out in milliseconds, too, as `retry-after-ms`. @default false */
  retryAfterMsHeader?: boolean | undefined
  /**
   * The most seconds of a Retry-After on an answer that may be retried; Infinity for no limit. Several SDKs do not wait
   * longer than a minute: they drop such a header and come back within seconds.
   * @default 59 where the envelope's clients do so, as those of `shouldRetryHeader` do, else no limit
   */
  maxRetryAfter?: number | undefined
  /** Whether cookies that the failed handler had set are taken back. @default false */
  dropCookies?: boolean | undefined
}

type Test = readonly [is: (value: unknown) => boolean, wanted: string]

const isEnvelope = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && typeof (value as Envelope).render === 'function'

const isBoolean = (value: unknown): boolean => typeof value === 'boolean'

const isArrayOf = (type: string) => (value: unknown) =>
  Array.isArray(value) && value.every((item) => typeof item === type)

const tests: { readonly [name in keyof ResponderOptions]-?: Test } = {
  envelope: [
    (value) => typeof value === 'string' || typeof value === 'function' || isEnvelope(value),
    'the id of an envelope, an envelope, or a function of the request',
  ],
  onError: [
    (value) => typeof value === 'function' || isArrayOf('function')(value),
    'a function, or an array of functions',
  ],
  recognizers: [isArrayOf('function'), 'an array of functions'],
  errorClasses: [isArrayOf('function'), 'an array of classes that extend ApiError'],
  requestIdHeader: [
    (value) => typeof value === 'string' && /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/.test(value),
    'the name of a header',
  ],
  serviceName: [(value) => typeof value === 'string', 'a string'],
  defaultRetryAfter: [
    (value) => typeof value === 'number' && value >= 1 && Number.isFinite(value),
    'a number of seconds, 1 or more',
  ],
  shouldRetryHeader: [isBoolean, 'a boolean'],
  retryAfterMsHeader: [isBoolean, 'a boolean'],
  maxRetryAfter: [(value) => typeof value === 'number' && value >= 1, 'a number of seconds, 1 or more'],
  dropCookies: [isBoolean, 'a boolean'],
}

/**
 * Checks options as they come.
 *
 * @throws TypeError naming the option that is missing, unknown or of the wrong type.
 */
export function checkOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`Faultline: options must be an object with an \`envelope\`, not ${show(options)}`)
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(tests, name)) {
      throw new TypeError(
        `Faultline: unknown option \`${name}\`. Known are ${Object.keys(tests).join(', ')}.`,
      )
    }
    const [is, wanted] = tests[name as keyof ResponderOptions]
    if (value !== undefined && !is(value)) {
      throw new TypeError(`Faultline: option \`${name}\` must be ${wanted}, not ${show(value)}`)
    }
  }
  const { envelope, errorClasses = [] } = options as ResponderOptions
  if (envelope === undefined)
    throw new TypeError(`Faultline: option \`envelope\` is required: ${tests.envelope[1]}`)
  if (typeof envelope === 'string') resolveEnvelope(envelope)
  defineCatalog(...errorClasses)
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : value === null ? 'null' : typeof value
}
