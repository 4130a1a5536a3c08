import { isErrorBody } from '@faultline/client'
import { getHeader, isEventStreamType, isJsonType, isLinesType, parseJson } from '@faultline/core'
import { stream } from '@faultline/core/web'
import { createUpstreamError } from './create-upstream-error.ts'
import { fromUpstream } from './from-upstream.ts'
import { fromUpstreamResponse } from './from-upstream-response.ts'
import type { UpstreamOptions } from './options.ts'
import { parseBody } from './parse-body.ts'
import { passEvents, passLines, type ToError } from './pass-events.ts'
import { findRequestId, selectPassedHeaders } from './passed-headers.ts'
import { readHeaders } from './read-headers.ts'

/** Options of `passThrough`. */
export interface PassThroughOptions extends UpstreamOptions {
  /**
   * Whether the upstream's rate-limit headers are passed on. They describe the account whose credentials the request used.
   * @default true with `credentials: 'caller'`, otherwise false
   */
  readonly rateLimitHeaders?: boolean | undefined
  /**
   * Maximum time to wait for the first event of a stream before the head is sent, in milliseconds. A stream that fails in
   * this time gets an error response with its status.
   * @default 10000
   */
  readonly firstEventTimeout?: number | undefined
}

/** Maximum size of a JSON body that is searched for an error, in bytes. Errors are smaller. */
const MAX_JSON_BYTES = 262_144

/**
 * Creates the response of a gateway that offers an upstream's own API: the upstream's response if it succeeds, byte by
 * byte. It does not translate successful content.
 *
 * A failure is thrown as an ApiError, so that the adapter answers in the caller's envelope: an error response, a failed
 * connection, an error in a response with status 200, and a stream that fails before its first event. A stream that fails
 * later passes on its whole events, and its body then fails with the ApiError, which the adapter converts to the last
 * events of the envelope. The upstream's response is cancelled when the body is.
 *
 *     app.post('/v1/chat/completions', async (context) =>
 *       passThrough(fetch(url, init), { origin: 'openai', signal: context.req.raw.signal }))
 *
 * @param upstream The upstream's response. With the promise of `fetch`, a connection that fails is mapped, too.
 * @throws ApiError, as `fromUpstream` returns it.
 */
export async function passThrough(
  upstream: Response | Promise<Response>,
  options: PassThroughOptions = {},
): Promise<Response> {
  const response = await openResponse(upstream, options)
  const contentType = getHeader(response.headers, 'content-type') ?? ''
  // No provider sends a page to an API client. It is that of a proxy or of a login.
  if (!response.ok || /^text\/html\b/i.test(contentType)) throw await fromUpstreamResponse(response, options)
  const { status, body } = response
  const head = { status, contentType, headers: selectHeaders(response, options) }
  if (body === null) return new Response(null, head)
  const toError: ToError = (failure) =>
    createUpstreamError({ ...failure, headers: response.headers }, response, options)
  const readBytes = (signal?: AbortSignal): AsyncGenerator<Uint8Array> =>
    readBody(body, [signal, options.signal], options)
  if (isJsonType(contentType)) return passJson(readBytes(), head, toError)
  const { firstEventTimeout } = options
  return stream((signal) => passBytes(readBytes(signal), contentType, toError), {
    ...head,
    ...(firstEventTimeout === undefined ? {} : { firstChunkTimeout: firstEventTimeout }),
  })
}

function passBytes(
  bytes: AsyncGenerator<Uint8Array>,
  contentType: string,
  toError: ToError,
): AsyncIterable<string | Uint8Array> {
  if (isEventStreamType(contentType)) return passEvents(bytes, toError)
  return isLinesType(contentType) ? passLines(bytes, toError) : bytes
}

/** @throws ApiError if the connection failed. */
async function openResponse(
  upstream: Response | Promise<Response>,
  options: PassThroughOptions,
): Promise<Response> {
  try {
    return await upstream
  } catch (thrown) {
    throw fromUpstream(thrown, options)
  }
}

function selectHeaders(response: Response, options: PassThroughOptions): Record<string, string> {
  const headers = readHeaders(response.headers)
  return selectPassedHeaders(headers, {
    requestId: findRequestId(undefined, headers, undefined),
    includeRateLimits: options.rateLimitHeaders ?? options.credentials === 'caller',
  })
}

/** Status and headers of a response. */
interface Head {
  readonly status: number
  readonly contentType: string
  readonly headers: Record<string, string>
}

/** Passes on a JSON body, unless it is an error or not JSON. A long one, and an array, is passed on as it arrives. */
async function passJson(bytes: AsyncGenerator<Uint8Array>, head: Head, toError: ToError): Promise<Response> {
  const decoder = new TextDecoder()
  const pieces: Uint8Array[] = []
  let text = ''
  for (let next = await bytes.next(); next.done !== true; next = await bytes.next()) {
    const piece = next.value
    pieces.push(piece)
    text += decoder.decode(piece, { stream: true })
    const isArray = text.trimStart().startsWith('[') && parseJson(text) === undefined
    if (isArray || text.length > MAX_JSON_BYTES) return stream(continueWith(pieces, bytes), head)
  }
  const parsed = parseJson(text)
  if (parsed === undefined) throw toError({ networkFailure: 'unreadable' })
  const body = parseBody(parsed)
  if (body !== undefined && isErrorBody(body)) throw toError({ body })
  const { status, headers, contentType } = head
  // Not the text: its decoder has removed a byte order mark, and replaced bytes that are not UTF-8.
  return new Response(concatenate(pieces), { status, headers: { ...headers, 'content-type': contentType } })
}

function concatenate(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((size, { length }) => size + length, 0))
  let offset = 0
  for (const piece of pieces) {
    whole.set(piece, offset)
    offset += piece.length
  }
  return whole
}

async function* continueWith(
  pieces: readonly Uint8Array[],
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* pieces
  yield* rest
}

/** Reads a body until its end or until a signal aborts, which cancels it. @throws ApiError if the connection fails */
async function* readBody(
  body: ReadableStream<Uint8Array>,
  signals: readonly (AbortSignal | undefined)[],
  options: PassThroughOptions,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader()
  const cancel = (): void => void reader.cancel().catch(() => {})
  for (const signal of signals) signal?.addEventListener('abort', cancel)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      // A cancelled body ends as a complete one does.
      options.signal?.throwIfAborted()
      if (done) return
      yield value
    }
  } catch (thrown) {
    throw fromUpstream(thrown, { ...options, streamStarted: true })
  } finally {
    for (const signal of signals) signal?.removeEventListener('abort', cancel)
    cancel()
  }
}
