import type { Envelope, JsonResponse, RenderContext, RenderedResponse } from '../envelopes/envelope.ts'
import { isEnvelope } from '../envelopes/index.ts'
import type { ApiError } from '../errors/api-error.ts'
import { describeValue } from '../errors/describe-value.ts'
import { createErrorForStatus } from '../errors/create-error.ts'
import { ClientClosedRequest } from '../errors/index.ts'
import type { SentStream } from '../events/sent-stream.ts'
import { byteLength } from '../http/byte-length.ts'
import { isBodyHeader, isValidHeader, sanitizeHeaders } from '../http/headers.ts'
import {
  DEFAULT_REQUEST_ID_HEADER,
  generateRequestId,
  getRequestId,
  setExchangeId,
} from '../http/request-id.ts'
import type { ApiRequest } from '../http/request.ts'
import type { ErrorHook } from '../log/log-hook.ts'
import { addClientHints } from './client-hints.ts'
import {
  getMaxHeldBytes,
  isPlain,
  isUnknownPage,
  mayReplace,
  omitLongBody,
  parseForeignBody,
  type ForeignHead,
  type ForeignResponse,
  type ReplaceBodies,
} from './foreign-response.ts'
import type { ResponderOptions } from './options.ts'
import { recognizeThrown } from './recognize-thrown.ts'
import { markReported } from './reported.ts'
import { isResponder, type Responder, type ResponderOrOptions, type SerializedResponse } from './responder.ts'
import { createRenderError } from './internal-errors.ts'
import type { ResponderParts } from './responder-parts.ts'
import { addErrorHeaders, getAllow, responseHeader } from './response-headers.ts'
import { tryCall } from './try-call.ts'

/** Creates a responder from its parts and options. Returns a responder unchanged. */
export function createResponderFrom<Raw>(
  parts: ResponderParts,
  input: ResponderOrOptions<Raw>,
  log: ErrorHook<Raw>,
): Responder<Raw> {
  return isResponder(input) ? input : new OptionsResponder(parts, input, log)
}

interface ResponderContext extends RenderContext {
  readonly requestId: string
}

class OptionsResponder<Raw> implements Responder<Raw> {
  readonly requestIdHeader: string
  readonly maxHeldBytes: number
  readonly #replaceBodies: ReplaceBodies
  readonly #options: ResponderOptions<Raw>
  readonly #parts: ResponderParts
  readonly #redact: readonly RegExp[] | undefined
  /** Messages of `#warnOnce`. */
  readonly #warned = new Set<string>()
  readonly #hooks: readonly ErrorHook<Raw>[]
  /** Returns the envelope for a request. It may throw if it is a function of the options. */
  readonly #selectEnvelope: (request: ApiRequest<Raw>) => Envelope

  constructor(parts: ResponderParts, options: ResponderOptions<Raw>, log: ErrorHook<Raw>) {
    parts.checkOptions(options)
    const { envelope, requestIdHeader = DEFAULT_REQUEST_ID_HEADER, onError = log } = options
    this.#options = options
    this.#parts = parts
    this.#redact = options.redact
    this.#replaceBodies = options.replaceBodies ?? 'plain'
    this.maxHeldBytes = getMaxHeldBytes(this.#replaceBodies)
    this.#hooks = typeof onError === 'function' ? [onError] : [...onError]
    this.requestIdHeader = requestIdHeader.toLowerCase()
    if (typeof envelope === 'function')
      this.#selectEnvelope = (request) => toEnvelope(envelope(request), parts)
    else {
      const resolved = parts.resolveEnvelope(envelope)
      this.#selectEnvelope = () => resolved
    }
  }

  respond(thrown: unknown, request: ApiRequest<Raw>): SerializedResponse {
    const envelope = this.#getEnvelope(request)
    const context = this.#createContext(request)
    const response = this.#render(envelope, thrown, request, context)
    setSentStatus(request, response.status)
    this.#callHooks(response.error, thrown, request)
    return response
  }

  errorEvents(thrown: unknown, request: ApiRequest<Raw>, stream?: SentStream): string {
    const envelope = this.#getEnvelope(request)
    const context = { ...this.#createContext(request), stream }
    let error = this.#recognize(thrown, request)
    let events: string
    try {
      events = envelope.errorEvents(error, context)
    } catch (failure) {
      const fallback = createRenderError(thrown, failure)
      error = fallback
      events =
        tryCall(() => envelope.errorEvents(fallback, context)) ??
        this.#parts.fallback.errorEvents(fallback, context)
    }
    this.#callHooks(error, thrown, request)
    return events === '' ? '' : (stream?.separator ?? '') + events
  }

  report(thrown: unknown, request: ApiRequest<Raw>): void {
    this.requestId(request)
    this.#callHooks(this.#recognize(thrown, request), thrown, request)
  }

  reportClientClosed(thrown: unknown, request: ApiRequest<Raw>): void {
    this.requestId(request)
    this.#callHooks(new ClientClosedRequest({ cause: thrown }), thrown, request)
  }

  mayReplace(head: ForeignHead, request: ApiRequest<Raw>): boolean {
    const accept = this.#replaceBodies === 'all' ? request.header('accept') : undefined
    return mayReplace(this.#replaceBodies, head, accept)
  }

  replaceResponse(foreign: ForeignResponse, request: ApiRequest<Raw>): SerializedResponse | undefined {
    if (!this.mayReplace(foreign, request) || isUnknownPage(foreign, request.method)) return undefined
    // Adapters compare the number of characters of a string, which is never larger.
    const response = omitLongBody(foreign, this.maxHeldBytes)
    const isReplaced =
      this.#replaceBodies === 'plain'
        ? isPlain(response)
        : this.#getEnvelope(request).parse({ status: response.status, body: parseForeignBody(response) }) ===
          undefined
    if (!isReplaced) return undefined
    const message = this.#parts.getForeignMessage?.(response, this.#redact)
    const error = createErrorForStatus(response.status, {
      captureStack: false,
      ...(message === undefined ? {} : { message }),
    })
    tryCall(() => (request.foreign = true))
    return this.respond(error, request)
  }

  requestId(request: ApiRequest<Raw>): string {
    if (request.id !== undefined) return request.id
    const id = this.#createRequestId(request)
    request.id = id
    if (request.exchange !== undefined) setExchangeId(request.exchange, id)
    return id
  }

  requestIdHeaders(request: ApiRequest<Raw>): Record<string, string> {
    const id = this.requestId(request)
    const { requestIdHeader } = this.#getEnvelope(request).clientHints ?? {}
    return {
      [this.requestIdHeader]: id,
      ...(requestIdHeader === undefined ? {} : { [requestIdHeader.toLowerCase()]: id }),
    }
  }

  shouldDropHeader(name: string, value?: unknown): boolean {
    if (isBodyHeader(name) || (this.#options.dropCookies === true && name === 'set-cookie')) return true
    return value !== undefined && !isValidHeader(name, value)
  }

  #createRequestId(request: ApiRequest<Raw>): string {
    const { trustRequestId = false } = this.#options
    try {
      const isTrusted = typeof trustRequestId === 'function' ? trustRequestId(request) : trustRequestId
      return getRequestId(request, this.requestIdHeader, isTrusted)
    } catch {
      // A foreign request object may throw when its headers are read.
      return generateRequestId()
    }
  }

  #recognize(thrown: unknown, request: ApiRequest<Raw>): ApiError {
    this.#setRedact(request)
    return recognizeThrown(thrown, request, this.#options, this.#parts)
  }

  #setRedact(request: ApiRequest<Raw>): void {
    const patterns = this.#redact
    if (patterns !== undefined) tryCall(() => (request.redact = patterns))
  }

  #getEnvelope(request: ApiRequest<Raw>): Envelope {
    try {
      return this.#selectEnvelope(request)
    } catch (failure) {
      const { fallback } = this.#parts
      this.#parts.warn(`The \`envelope\` function failed; using ${fallback.id}`, failure)
      return fallback
    }
  }

  #createContext(request: ApiRequest<Raw>): ResponderContext {
    const { serviceName, defaultRetryAfter } = this.#options
    return { requestId: this.requestId(request), serviceName, retryAfter: defaultRetryAfter }
  }

  /** Renders the error of a thrown value; if that fails, an internal error; if that fails, too, in the fallback envelope. */
  #render(
    envelope: Envelope,
    thrown: unknown,
    request: ApiRequest<Raw>,
    context: ResponderContext,
  ): SerializedResponse {
    try {
      return this.#renderError(envelope, this.#recognize(thrown, request), request, context)
    } catch (failure) {
      const error = createRenderError(thrown, failure)
      return (
        tryCall(() => this.#renderError(envelope, error, request, context)) ??
        this.#renderError(this.#parts.fallback, error, request, context)
      )
    }
  }

  #renderError(
    envelope: Envelope,
    error: ApiError,
    request: ApiRequest<Raw>,
    context: ResponderContext,
  ): SerializedResponse {
    const { requestId } = context
    const rendered: Rendering =
      envelope.renderJson?.(error, context) ?? serialize(envelope.render(error, context))
    const { status, body } = rendered
    const headers: Record<string, string> = {
      'cache-control': 'no-store',
      'content-type': envelope.contentType,
      'content-length': String(rendered.byteLength),
      'x-content-type-options': 'nosniff',
      [this.requestIdHeader]: requestId,
    }
    if (error.headers !== undefined) addErrorHeaders(headers, sanitizeHeaders(error.headers))
    // A Retry-After that the error or the failed handler has set takes precedence over the envelope's default.
    const promisedRetryAfter =
      error.retryAfter === undefined
        ? (headers['retry-after'] ?? responseHeader(request, 'retry-after'))
        : undefined
    if (rendered.retryAfter !== undefined && promisedRetryAfter === undefined)
      headers['retry-after'] = String(rendered.retryAfter)
    if (rendered.headers !== undefined)
      this.#addEnvelopeHeaders(headers, rendered.headers, promisedRetryAfter)
    const { clientHints = {}, retryPolicy = {} } = envelope
    addClientHints(headers, promisedRetryAfter, {
      error,
      status,
      requestId,
      clientHints,
      retryPolicy,
      options: this.#options,
    })
    if (status === 401 && responseHeader(request, 'www-authenticate') === undefined)
      headers['www-authenticate'] ??= envelope.challenge
    const allow = getAllow(error, status, headers, request)
    if (allow !== undefined) Object.assign(headers, sanitizeHeaders({ allow }))
    return { status, headers, body, error, envelope }
  }

  /** Adds the headers of an envelope that is not made by `defineEnvelope`. */
  #addEnvelopeHeaders(
    headers: Record<string, string>,
    envelopeHeaders: RenderedResponse['headers'],
    promisedRetryAfter: string | undefined,
  ): void {
    for (const [name, value] of Object.entries(envelopeHeaders)) {
      const lowerCaseName = name.toLowerCase()
      if (!isValidHeader(lowerCaseName, value))
        this.#warnOnce('The envelope has a header that cannot be sent', lowerCaseName)
      else if (lowerCaseName !== 'retry-after' || promisedRetryAfter === undefined)
        headers[lowerCaseName] = value
    }
  }

  #warnOnce(message: string, exception: unknown): void {
    if (this.#warned.has(message)) return
    this.#warned.add(message)
    this.#parts.warn(message, exception)
  }

  #callHooks(error: ApiError, thrown: unknown, request: ApiRequest<Raw>): void {
    if (!markReported(request.exchange, thrown)) return
    this.#setRedact(request)
    // Not awaited: the response does not wait for the hooks, and they do not wait for each other.
    for (const hook of this.#hooks) callHook(hook, error, thrown, request, this.#parts)
  }
}

/** A rendered response. Envelopes that are not made by `defineEnvelope` may have headers. */
type Rendering = JsonResponse & Partial<Pick<RenderedResponse, 'headers'>>

function serialize({ status, headers, body: content }: RenderedResponse): Rendering {
  const body = typeof content === 'string' ? content : JSON.stringify(content)
  return { status, headers, body, byteLength: byteLength(body), retryAfter: undefined }
}

function callHook<Raw>(
  hook: ErrorHook<Raw>,
  error: ApiError,
  thrown: unknown,
  request: ApiRequest<Raw>,
  parts: ResponderParts,
): void {
  try {
    const promise = hook(error, thrown, request)
    // Any object may be a thenable. Most hooks return nothing.
    if (promise !== undefined)
      Promise.resolve(promise).catch((failure: unknown) => parts.warn('onError failed', failure))
  } catch (failure) {
    parts.warn('onError failed', failure)
  }
}

/** A frozen or foreign request object may reject the assignment. */
function setSentStatus(request: ApiRequest, status: number): void {
  try {
    request.sentStatus = status
  } catch {
    // The hook does without it.
  }
}

/** @throws TypeError if the value is neither an envelope nor an envelope's id. */
function toEnvelope(value: Envelope | string, parts: ResponderParts): Envelope {
  if (typeof value === 'string') return parts.resolveEnvelope(value)
  if (isEnvelope(value)) return value
  throw new TypeError(`the function returned ${describeValue(value)}, which is not an envelope`)
}
