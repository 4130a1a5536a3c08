import {
  resolveEnvelope,
  UpstreamError,
  type ApiError,
  type Envelope,
  type EnvelopeId,
  type WireResponse,
} from '@faultline/core'
import { headerOf } from './header-of.ts'
import { readBody } from './read-body.ts'
import { readText } from './read-body-text.ts'
import { markUnapplied } from './not-processed.ts'

/** A failed answer: a fetch Response, or its parts as another client has them. */
export interface ResponseLike {
  readonly status?: number | undefined
  readonly headers?: WireResponse['headers']
  /** As a stream, bytes, a text, or parsed. */
  readonly body?: unknown
}

export interface ParseErrorOptions {
  /** The envelope that the server sends, where it is known. @default found out from the answer */
  envelope?: EnvelopeId | Envelope | undefined
  /** The header that brings the request's id. @default x-request-id, else request-id */
  requestIdHeader?: string | undefined
  /** The most bytes of an error's body that are read; of a longer one the status tells. @default 1 MiB */
  maxBodyBytes?: number | undefined
  /** The most milliseconds that reading it may take; of a slower one the status tells. @default 5000 */
  bodyTimeout?: number | undefined
  /** Gives the reading up; the status tells then. @default none */
  signal?: AbortSignal | undefined
}

const MAX_BYTES = 2 ** 20
const TIMEOUT = 5000

/**
 * Reads a failed answer back into the error that it tells of. Any envelope of core's is found out; a body that is none
 * (a proxy's HTML, nothing at all) gives the canonical error of the status. The body is consumed.
 *
 * @returns Its `code`, `status`, `retryable`, `retryAfter` (seconds or a date), `requestId`, `message`, `issues` and
 * `origin` are what the answer says. Never rejects.
 */
export async function parseError(response: ResponseLike, options: ParseErrorOptions = {}): Promise<ApiError> {
  try {
    const { status, headers } = response
    const body = await bodyOf(response.body, options)
    return complete(readBody(body, { status, headers }, told(options)), headers, options)
  } catch (cause) {
    return new UpstreamError({ cause })
  }
}

/** The envelope that options name; none for an id that is unknown. */
export function told({ envelope }: ParseErrorOptions): Envelope | undefined {
  if (typeof envelope !== 'string') return envelope
  try {
    return resolveEnvelope(envelope)
  } catch {
    return undefined
  }
}

/** Adds what the headers of an answer say and no envelope has a place for. */
function complete(error: ApiError, headers: WireResponse['headers'], options: ParseErrorOptions): ApiError {
  // It says what Retry-After rounds to seconds.
  const after = headerOf(headers, 'retry-after-ms')
  if (after !== undefined && /^\d{1,15}(?:\.\d+)?$/.test(after))
    set(error, 'retryAfter', Number(after) / 1000)
  if (headerOf(headers, 'x-should-retry') === 'true') markUnapplied(error)
  return withRequestId(error, headers, options)
}

/** Adds the id of the request, where the error's body had none. */
export function withRequestId<Kind extends ApiError>(
  error: Kind,
  headers: WireResponse['headers'],
  { requestIdHeader }: Pick<ParseErrorOptions, 'requestIdHeader'>,
): Kind {
  if (error.requestId !== undefined) return error
  const names =
    requestIdHeader === undefined ? ['x-request-id', 'request-id'] : [requestIdHeader.toLowerCase()]
  const id = names.map((name) => headerOf(headers, name)).find((text) => text !== undefined && text !== '')
  if (id !== undefined) set(error, 'requestId', id)
  return error
}

function set(error: ApiError, name: 'requestId' | 'retryAfter', value: unknown): void {
  Object.defineProperty(error, name, { value, writable: true, enumerable: true, configurable: true })
}

async function bodyOf(body: unknown, options: ParseErrorOptions): Promise<unknown> {
  const { maxBodyBytes: limit = MAX_BYTES, bodyTimeout: timeout = TIMEOUT, signal } = options
  if (typeof body === 'string') return body.length > limit ? undefined : json(body)
  if (body instanceof Uint8Array)
    return body.byteLength > limit ? undefined : json(new TextDecoder().decode(body))
  const isStream = typeof (body as Partial<ReadableStream> | null | undefined)?.getReader === 'function'
  if (!isStream) return body
  const { text } = await readText(body as ReadableStream<Uint8Array>, { limit, timeout, signal })
  // What broke off may have been complete: of a wrong Content-Length, for one.
  return json(text)
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
