import {
  getHeader,
  parseJson,
  resolveEnvelope,
  UpstreamError,
  type ApiError,
  type Envelope,
  type EnvelopeId,
  type WireResponse,
} from '@faultline/core'
import { markNotProcessed } from '../retry/retryable.ts'
import { parseBody } from './parse-body.ts'
import { readBodyText } from './read-body-text.ts'

/** An error response: a fetch `Response`, or the parts of another client's response. */
export interface ResponseLike {
  readonly status?: number | undefined
  readonly headers?: WireResponse['headers']
  /** A stream, bytes, a string, or the parsed value. */
  readonly body?: unknown
}

export interface ParseErrorOptions {
  /** The envelope that the server sends. @default detected from the response */
  envelope?: EnvelopeId | Envelope | undefined
  /** The response header with the request id. @default x-request-id, else request-id */
  requestIdHeader?: string | undefined
  /** Maximum size of the body, in bytes. The error of a larger one has the code of its status. @default 1 MiB */
  maxBodyBytes?: number | undefined
  /** Maximum time to read the body, in milliseconds. After it the error has the code of its status. @default 5000 */
  bodyTimeout?: number | undefined
  /** Stops the reading of the body. The error then has the code of its status. @default none */
  signal?: AbortSignal | undefined
}

const MAX_BODY_BYTES = 2 ** 20
const BODY_TIMEOUT_MS = 5000

/**
 * Parses an error response to an ApiError. The envelope is detected. A body in no known envelope (a proxy's HTML, an
 * empty body) gives the canonical error of the status. The body is consumed.
 *
 * @returns An error with the `code`, `status`, `retryable`, `retryAfter` (seconds or a date), `requestId`, `message`,
 * `issues` and `origin` of the response. Never rejects.
 */
export async function parseError(response: ResponseLike, options: ParseErrorOptions = {}): Promise<ApiError> {
  return parseResponse(response, options, (body, head) => parseBody(body, head, explicitEnvelope(options)))
}

/** The part of a response that parsers of bodies read. */
export type ResponseHead = Omit<WireResponse, 'body'>

/** Parses a response with a parser of its body. Never rejects. */
export async function parseResponse(
  response: ResponseLike,
  options: Omit<ParseErrorOptions, 'envelope'>,
  parse: (body: unknown, head: ResponseHead) => ApiError,
): Promise<ApiError> {
  try {
    const { status, headers } = response
    const body = await readBody(response.body, options)
    const error = parse(body, { status, headers })
    applyRetryHeaders(error, headers)
    return addRequestId(error, headers, options)
  } catch (cause) {
    // `response` is a foreign object whose getters can throw.
    return new UpstreamError({ cause })
  }
}

/** Returns the envelope that the options name; undefined for an unknown id. */
export function explicitEnvelope({ envelope }: ParseErrorOptions): Envelope | undefined {
  if (typeof envelope !== 'string') return envelope
  try {
    return resolveEnvelope(envelope)
  } catch {
    return undefined
  }
}

/** Applies the retry headers that no envelope parses. */
function applyRetryHeaders(error: ApiError, headers: WireResponse['headers']): void {
  // More precise than Retry-After, which has whole seconds.
  const milliseconds = getHeader(headers, 'retry-after-ms')
  if (milliseconds !== undefined && /^\d{1,15}(?:\.\d+)?$/.test(milliseconds))
    setField(error, 'retryAfter', Number(milliseconds) / 1000)
  if (getHeader(headers, 'x-should-retry') === 'true') markNotProcessed(error)
}

/** Sets the request id from the headers, unless the body had one. */
export function addRequestId<ErrorType extends ApiError>(
  error: ErrorType,
  headers: WireResponse['headers'],
  { requestIdHeader }: Pick<ParseErrorOptions, 'requestIdHeader'>,
): ErrorType {
  if (error.requestId !== undefined) return error
  const names = requestIdHeader === undefined ? ['x-request-id', 'request-id'] : [requestIdHeader]
  const id = names
    .map((name) => getHeader(headers, name))
    .find((value) => value !== undefined && value !== '')
  if (id !== undefined) setField(error, 'requestId', id)
  return error
}

/** Sets a field of a parsed error to another value than its body has. */
export function setField(
  error: ApiError,
  name: 'requestId' | 'retryAfter' | 'retryable',
  value: unknown,
): void {
  Object.defineProperty(error, name, { value, writable: true, enumerable: true, configurable: true })
}

async function readBody(body: unknown, options: Omit<ParseErrorOptions, 'envelope'>): Promise<unknown> {
  const { maxBodyBytes: maxBytes = MAX_BODY_BYTES, bodyTimeout: timeout = BODY_TIMEOUT_MS, signal } = options
  if (typeof body === 'string') return body.length > maxBytes ? undefined : parseText(body)
  if (body instanceof Uint8Array)
    return body.byteLength > maxBytes ? undefined : parseText(new TextDecoder().decode(body))
  if (!isStream(body)) return body
  const { text, end } = await readBodyText(body, { maxBytes, timeout, signal })
  // A truncated text can be complete JSON, for example if Content-Length was too large.
  return end === 'complete' ? parseText(text) : parseJson(text)
}

/** Parses JSON. Returns any other text unchanged. */
function parseText(text: string): unknown {
  return parseJson(text) ?? text
}

/** Not with instanceof: polyfills and other realms have their own class. */
function isStream(body: unknown): body is ReadableStream<Uint8Array> {
  return (
    typeof body === 'object' && body !== null && 'getReader' in body && typeof body.getReader === 'function'
  )
}
