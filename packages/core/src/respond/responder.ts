import type { ApiError } from '../errors/api-error.ts'
import type { Envelope, RenderContext } from '../envelopes/envelope.ts'
import { aiApi, resolveEnvelope } from '../envelopes/index.ts'
import { ClientClosedRequest, EndpointNotFound, InternalError, MethodNotAllowed } from '../errors/index.ts'
import { byteLength } from '../http/byte-length.ts'
import { isBodyHeader, isValidHeader, sanitizeHeaders } from '../http/headers.ts'
import { isApiError } from '../errors/is-api-error.ts'
import { logToConsole, warn, type ErrorHook } from '../log/log-hook.ts'
import { checkOptions, type ResponderOptions } from './options.ts'
import { toApiError } from '../recognize/to-api-error.ts'
import { parseRetryAfter, retryAfterSeconds } from '../http/retry-after.ts'
import type { ApiRequest } from '../http/request.ts'
import { DEFAULT_REQUEST_ID_HEADER, generateRequestId, getRequestId } from '../http/request-id.ts'

/** An answer, ready to be written. */
export interface SerializedResponse {
  readonly status: number
  /** In lower case, all of them valid. */
  readonly headers: Readonly<Record<string, string>>
  /** JSON. Not sent in answer to HEAD; the headers are the same. */
  readonly body: string
  /** What was answered. */
  readonly error: ApiError
}

/** The methods that routers are asked about: all that take routes in practice (RFC 9110, 9.3, and PATCH, RFC 5789). */
export const METHODS: readonly string[] = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']

/**
 * What a request is answered with that no route took.
 *
 * @param allow The methods that the path does take, or whether it takes one. With none, or with the request's own
 * among them, it is a 404, else a 405.
 */
export function createRoutingError(
  method: string,
  allow: readonly string[] | ((method: string) => boolean),
): ApiError {
  const methods = new Set(typeof allow === 'function' ? METHODS.filter(allow) : allow)
  if (methods.has('GET')) methods.add('HEAD')
  // A route that takes OPTIONS alone is there for preflights, often at any path.
  const isMissing = methods.size === 0 || (methods.size === 1 && methods.has('OPTIONS'))
  return isMissing || methods.has(method)
    ? new EndpointNotFound()
    : new MethodNotAllowed({ allow: [...methods].toSorted() })
}

/** What `attach` and the adapters take: options, or a responder that several of them share. */
export type ResponderOrOptions<Raw = unknown> = ResponderOptions<Raw> | Responder<Raw>

/**
 * Makes the responder that options describe; leaves one that is made already as it is.
 *
 * @param log What hears of failures where the options have no `onError`. @default the console, of 5xx alone
 */
export function createResponder<Raw = unknown>(
  input: ResponderOrOptions<Raw>,
  log?: ErrorHook<Raw>,
): Responder<Raw> {
  return typeof (input as Partial<Responder> | null)?.respond === 'function'
    ? (input as Responder<Raw>)
    : new Responder(input as ResponderOptions<Raw>, log)
}

/**
 * Thrown value and request in, answer out. Total: no method throws, whatever was thrown and whatever fails on the
 * way. Every method that takes a thrown value calls each hook once.
 */
export class Responder<Raw = unknown> {
  /** The header that brings and takes the request id, in lower case. */
  readonly requestIdHeader: string
  readonly #options: ResponderOptions<Raw>
  readonly #hooks: readonly ErrorHook<Raw>[]
  /** The envelope where it does not depend on the request. */
  readonly #envelope: Envelope | undefined

  /** @throws TypeError naming the option that is missing, unknown or of the wrong type. */
  constructor(options: ResponderOptions<Raw>, log: ErrorHook<Raw> = logToConsole) {
    checkOptions(options)
    const { envelope, requestIdHeader = DEFAULT_REQUEST_ID_HEADER, onError = log } = options
    this.#options = options
    this.#hooks = typeof onError === 'function' ? [onError] : [...onError]
    this.requestIdHeader = requestIdHeader.toLowerCase()
    this.#envelope =
      typeof envelope === 'function'
        ? undefined
        : typeof envelope === 'string'
          ? resolveEnvelope(envelope)
          : envelope
  }

  /** The answer to a failure. */
  respond(thrown: unknown, request: ApiRequest<Raw>): SerializedResponse {
    const envelope = this.#envelopeFor(request)
    const context = this.#context(request)
    let answer: SerializedResponse
    try {
      answer = this.#render(envelope, this.#recognize(thrown, request), request, context)
    } catch (failure) {
      answer = this.#lastResort(
        envelope,
        new AggregateError([thrown, failure], 'The error could not be rendered'),
        request,
        context,
      )
    }
    attempt(() => (request.sentStatus = answer.status))
    this.#tell(answer.error, thrown, request)
    return answer
  }

  /** A failure after the head of an event stream was sent: the event that tells of it. */
  errorEvent(thrown: unknown, request: ApiRequest<Raw>): string {
    const envelope = this.#envelopeFor(request)
    const context = this.#context(request)
    let error = new InternalError({ cause: thrown, captureStack: false }) as ApiError
    let frame: string
    try {
      const recognized = this.#recognize(thrown, request)
      frame = envelope.errorEvent(recognized, context)
      error = recognized
    } catch {
      frame = attempt(() => envelope.errorEvent(error, context)) ?? aiApi.errorEvent(error, context)
    }
    this.#tell(error, thrown, request)
    return frame
  }

  /** A failure that no answer can be given to: it came after the answer, or below HTTP. */
  report(thrown: unknown, request: ApiRequest<Raw>): void {
    this.#context(request)
    this.#tell(this.#recognize(thrown, request), thrown, request)
  }

  /** A failure on a request whose client has left: that is what the hook hears, with the failure as its cause. */
  reportClientClosed(thrown: unknown, request: ApiRequest<Raw>): void {
    this.#context(request)
    this.#tell(new ClientClosedRequest({ cause: thrown }), thrown, request)
  }

  /** The id of a request, and from now on its `id`. */
  requestId(request: ApiRequest<Raw>): string {
    return (request.id ??= attempt(() => getRequestId(request, this.requestIdHeader)) ?? generateRequestId())
  }

  /** The headers that carry a request's id: its own, and the one that the envelope's clients read. */
  requestIdHeaders(request: ApiRequest<Raw>): Record<string, string> {
    const id = this.requestId(request)
    const { requestIdHeader } = this.#envelopeFor(request).clientHints ?? {}
    return {
      [this.requestIdHeader]: id,
      ...(requestIdHeader === undefined ? {} : { [requestIdHeader.toLowerCase()]: id }),
    }
  }

  /**
   * Whether a header that the failed handler had set is to be taken back: it goes with the body, or could not be sent.
   *
   * @param name In lower case.
   */
  shouldDropHeader(name: string, value?: unknown): boolean {
    if (isBodyHeader(name) || (this.#options.dropCookies === true && name === 'set-cookie')) return true
    return value !== undefined && !isValidHeader(name, value)
  }

  #recognize(thrown: unknown, request: ApiRequest<Raw>): ApiError {
    if (isApiError(thrown)) return thrown
    for (const recognizer of this.#options.recognizers ?? []) {
      try {
        const error = recognizer(thrown, request)
        if (isApiError(error)) return error
      } catch (failure) {
        warn('A recognizer failed', failure)
      }
    }
    return toApiError(thrown, request)
  }

  #envelopeFor(request: ApiRequest<Raw>): Envelope {
    if (this.#envelope !== undefined) return this.#envelope
    try {
      const envelope = (this.#options.envelope as (request: ApiRequest<Raw>) => Envelope | string)(request)
      if (typeof envelope === 'string') return resolveEnvelope(envelope)
      if (typeof envelope?.render === 'function') return envelope
      throw new TypeError('Option `envelope` gave no envelope')
    } catch (failure) {
      warn('No envelope could be chosen; ai-api answers', failure)
      return aiApi
    }
  }

  #context(request: ApiRequest<Raw>): RenderContext & { requestId: string } {
    const { serviceName, defaultRetryAfter } = this.#options
    return { requestId: this.requestId(request), serviceName, retryAfter: defaultRetryAfter }
  }

  #render(
    envelope: Envelope,
    error: ApiError,
    request: ApiRequest<Raw>,
    context: RenderContext,
  ): SerializedResponse {
    const { status, headers: rendered, body: content } = envelope.render(error, context)
    const body = JSON.stringify(content)
    const own = sanitizeHeaders(error.headers)
    const headers: Record<string, string> = {
      'cache-control': 'no-store',
      ...own,
      'content-type': envelope.contentType,
      'content-length': String(byteLength(body)),
      'x-content-type-options': 'nosniff',
      [this.requestIdHeader]: context.requestId!,
    }
    // What the thrower or the failed handler promised is truer than a default.
    const promised =
      error.retryAfter === undefined
        ? (own['retry-after'] ?? attempt(() => request.responseHeader?.('retry-after')))
        : undefined
    for (const name in rendered) {
      const lower = name.toLowerCase()
      if (lower !== 'retry-after' || promised === undefined) headers[lower] = rendered[name]!
    }
    this.#tellClients(headers, envelope, error, status, promised)
    if (status === 401) headers['www-authenticate'] ??= envelope.challenge
    const { allow } = error as Partial<MethodNotAllowed>
    if (Array.isArray(allow) && allow.length > 0)
      Object.assign(headers, sanitizeHeaders({ allow: allow.join(', ') }))
    return { status, headers, body, error }
  }

  /** Adds what SDKs act on: whether to come back, when, and the id under the name that they know. */
  #tellClients(
    headers: Record<string, string>,
    { clientHints = {} }: Envelope,
    error: ApiError,
    status: number,
    promised: unknown,
  ): void {
    const { retryAfterMsHeader, shouldRetryHeader = clientHints.shouldRetryHeader } = this.#options
    const { maxRetryAfter: limit = clientHints.maxRetryAfter ?? Infinity } = this.#options
    // What SDKs retry by status alone.
    if (shouldRetryHeader === true && !error.retryable && ([408, 409, 429].includes(status) || status >= 500))
      headers['x-should-retry'] ??= 'false'
    const after = retryAfterSeconds(parseRetryAfter(headers['retry-after'] ?? String(promised)))
    if (after !== undefined) {
      // A wait that ends nothing is left as it is: nobody is to come back early.
      if (error.retryable && after > limit) headers['retry-after'] = String(Math.floor(limit))
      if (retryAfterMsHeader === true)
        headers['retry-after-ms'] ??= String(
          1000 * (error.retryable ? Math.min(after, Math.floor(limit)) : after),
        )
    }
    if (clientHints.requestIdHeader !== undefined)
      headers[clientHints.requestIdHeader.toLowerCase()] = headers[this.requestIdHeader]!
  }

  #lastResort(
    envelope: Envelope,
    cause: unknown,
    request: ApiRequest<Raw>,
    context: RenderContext,
  ): SerializedResponse {
    const error = new InternalError({ cause, captureStack: false })
    return (
      attempt(() => this.#render(envelope, error, request, context)) ??
      this.#render(aiApi, error, request, context)
    )
  }

  #tell(error: ApiError, thrown: unknown, request: ApiRequest<Raw>): void {
    // None waits for another, and none hears of another's failure.
    for (const hook of this.#hooks) void call(hook, error, thrown, request)
  }
}

async function call<Raw>(
  hook: ErrorHook<Raw>,
  error: ApiError,
  thrown: unknown,
  request: ApiRequest<Raw>,
): Promise<void> {
  try {
    await hook(error, thrown, request)
  } catch (failure) {
    warn('onError failed', failure)
  }
}

function attempt<Value>(run: () => Value): Value | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}
