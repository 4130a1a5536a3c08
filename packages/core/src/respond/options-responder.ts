import type { Envelope } from '../envelopes/envelope.ts'
import { describeLookAlike, isEnvelope } from '../envelopes/is-envelope.ts'
import type { ApiError } from '../errors/api-error.ts'
import { describeValue } from '../errors/describe-value.ts'
import { createErrorForStatus } from '../errors/create-error.ts'
import { ClientClosedRequest } from '../errors/index.ts'
import type { SentStream } from '../events/sent-stream.ts'
import { isBodyHeader, isHeaderText, isValidHeader } from '../http/headers.ts'
import {
  DEFAULT_REQUEST_ID_HEADER,
  findRequestId,
  generateRequestId,
  isRequestId,
  setExchangeId,
} from '../http/request-id.ts'
import type { ApiRequest } from '../http/request.ts'
import type { ErrorHook } from '../log/log-hook.ts'
import { checkHeaderTexts } from './check-rendered.ts'
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
import { createRecognition, recognizeThrown, type Recognition } from './recognize-thrown.ts'
import { markReported } from './reported.ts'
import { getRoute, type Route } from './route.ts'
import { isResponder, type Responder, type ResponderOrOptions, type SerializedResponse } from './responder.ts'
import { createRenderError } from './internal-errors.ts'
import type { ResponderParts } from './responder-parts.ts'
import { ResponseRenderer, type ResponseContext } from './render-response.ts'
import { tryCall } from './try-call.ts'

/** Creates a responder from its parts and options. Returns a responder unchanged. */
export function createResponderFrom<Raw>(
  parts: ResponderParts,
  input: ResponderOrOptions<Raw>,
  log: ErrorHook<Raw>,
): Responder<Raw> {
  return isResponder(input) ? input : new OptionsResponder(parts, input, log)
}

/** Inherits what other code has added to `Object.prototype`, as a request without its own id does. */
const PLAIN: { readonly id?: unknown } = {}

class OptionsResponder<Raw> implements Responder<Raw> {
  readonly requestIdHeader: string
  readonly #replaceBodies: ReplaceBodies
  readonly #options: ResponderOptions<Raw>
  readonly #parts: ResponderParts
  readonly #recognition: Recognition<Raw>
  /** Messages of `#warnOnce`. */
  readonly #warned = new Set<string>()
  readonly #renderer: ResponseRenderer
  readonly #hooks: readonly ErrorHook<Raw>[]
  /** Reports a part of an error that its envelope cannot send. */
  readonly #report = (message: string, reason: unknown): void => this.#warnOnce(message, reason)
  readonly #addDevelopmentMember: ResponderParts['addDevelopmentMember']
  /** The responders with the options of routes. They are created when a route fails for the first time. */
  readonly #routed = new WeakMap<Route<Raw>, OptionsResponder<Raw>>()
  /** Returns the envelope for a request. It may throw if it is a function of the options. */
  readonly #selectEnvelope: (request: ApiRequest<Raw>) => Envelope
  /** Sends the error if the `envelope` function or an envelope fails. */
  readonly #fallback: Envelope

  /** @param log The hooks if the options have no `onError`. */
  constructor(
    parts: ResponderParts,
    options: ResponderOptions<Raw>,
    log: ErrorHook<Raw> | readonly ErrorHook<Raw>[],
  ) {
    parts.checkOptions(options)
    const { envelope, fallbackEnvelope, requestIdHeader = DEFAULT_REQUEST_ID_HEADER, onError = log } = options
    this.#options = options
    this.#parts = parts
    this.#recognition = createRecognition(options, parts, (message, value) => this.#warnOnce(message, value))
    this.#replaceBodies = options.replaceBodies ?? 'plain'
    this.#hooks = typeof onError === 'function' ? [onError] : [...onError]
    this.requestIdHeader = requestIdHeader.toLowerCase()
    this.#renderer = new ResponseRenderer(options, this.requestIdHeader, this.#report)
    this.#fallback = fallbackEnvelope === undefined ? parts.fallback : parts.resolveEnvelope(fallbackEnvelope)
    checkHeaderTexts('fallbackEnvelope', this.#fallback)
    if (options.development === true) this.#addDevelopmentMember = parts.addDevelopmentMember
    if (typeof envelope === 'function')
      this.#selectEnvelope = (request) => toEnvelope(envelope(request), parts)
    else {
      const resolved = parts.resolveEnvelope(envelope)
      checkHeaderTexts('envelope', resolved)
      this.#selectEnvelope = () => resolved
    }
  }

  respond(thrown: unknown, request: ApiRequest<Raw>): SerializedResponse {
    const responder = this.#at(request)
    const rendered = responder.#render(thrown, request)
    const response = responder.#addDevelopmentMember?.(rendered, thrown, request) ?? rendered
    setSentStatus(request, response.status)
    responder.#callHooks(response.error, thrown, request)
    return response
  }

  errorEvents(thrown: unknown, request: ApiRequest<Raw>, stream?: SentStream): string {
    const responder = this.#at(request)
    const envelope = responder.#getEnvelope(request)
    const context = { ...responder.#createContext(request), stream }
    let error = responder.#recognize(thrown, request)
    let events: string
    try {
      events = envelope.errorEvents(error, context)
    } catch (failure) {
      const fallback = createRenderError(thrown, failure)
      error = fallback
      events =
        tryCall(() => envelope.errorEvents(fallback, context)) ??
        tryCall(() => this.#fallback.errorEvents(fallback, context)) ??
        this.#parts.fallback.errorEvents(fallback, context)
    }
    responder.#callHooks(error, thrown, request)
    return events === '' ? '' : (stream?.separator ?? '') + events
  }

  report(thrown: unknown, request: ApiRequest<Raw>): void {
    this.requestId(request)
    const responder = this.#at(request)
    responder.#callHooks(responder.#recognize(thrown, request), thrown, request)
  }

  reportClientClosed(thrown: unknown, request: ApiRequest<Raw>): void {
    this.requestId(request)
    this.#at(request).#callHooks(new ClientClosedRequest({ cause: thrown }), thrown, request)
  }

  getMaxHeldBytes(request: ApiRequest<Raw>): number {
    return getMaxHeldBytes(this.#at(request).#replaceBodies)
  }

  mayReplace(head: ForeignHead, request: ApiRequest<Raw>): boolean {
    const mode = this.#at(request).#replaceBodies
    return mayReplace(mode, head, mode === 'all' ? request.header('accept') : undefined)
  }

  replaceResponse(foreign: ForeignResponse, request: ApiRequest<Raw>): SerializedResponse | undefined {
    if (!this.mayReplace(foreign, request) || isUnknownPage(foreign, request.method)) return undefined
    // Adapters compare the number of characters of a string, which is never larger.
    const response = omitLongBody(foreign, this.getMaxHeldBytes(request))
    const responder = this.#at(request)
    const isReplaced =
      responder.#replaceBodies === 'plain'
        ? isPlain(response)
        : responder.#getEnvelope(request).parse({
            status: response.status,
            body: parseForeignBody(response),
          }) === undefined
    if (!isReplaced) return undefined
    const message = this.#parts.getForeignMessage?.(response)
    const error = createErrorForStatus(response.status, {
      captureStack: false,
      ...(message === undefined ? {} : { message }),
    })
    tryCall(() => (request.foreign = true))
    return this.respond(error, request)
  }

  requestId(request: ApiRequest<Raw>): string {
    if (request.id !== undefined && request.id !== PLAIN.id && isHeaderText(request.id)) return request.id
    const id = this.#createRequestId(request)
    request.id = id
    if (request.exchange !== undefined) setExchangeId(request.exchange, id)
    return id
  }

  requestIdHeaders(request: ApiRequest<Raw>): Record<string, string> {
    const id = this.requestId(request)
    const { requestIdHeader } = this.#at(request).#getEnvelope(request).clientHints ?? {}
    return {
      [this.requestIdHeader]: id,
      ...(requestIdHeader === undefined ? {} : { [requestIdHeader.toLowerCase()]: id }),
    }
  }

  shouldDropHeader(name: string, value?: unknown): boolean {
    if (isBodyHeader(name) || (this.#options.dropCookies === true && name === 'set-cookie')) return true
    return value !== undefined && !isValidHeader(name, value)
  }

  /** Returns the responder with the options of the route that a request has reached. */
  #at({ exchange }: ApiRequest<Raw>): OptionsResponder<Raw> {
    const route = getRoute<Raw>(exchange)
    if (route?.options === undefined) return this
    let responder = this.#routed.get(route)
    if (responder === undefined) {
      const options = { ...this.#options, ...route.options }
      responder = new OptionsResponder<Raw>(this.#parts, options, this.#hooks)
      this.#routed.set(route, responder)
    }
    return responder
  }

  #createRequestId(request: ApiRequest<Raw>): string {
    const { trustRequestId = false } = this.#options
    try {
      const isTrusted = typeof trustRequestId === 'function' ? trustRequestId(request) : trustRequestId
      return findRequestId(request, this.requestIdHeader, isTrusted) ?? this.#generateRequestId(request)
    } catch {
      // A foreign request object may throw when its headers are read.
      return generateRequestId()
    }
  }

  /** Returns the id of the option `generateRequestId`, if it is valid, else a random one. */
  #generateRequestId(request: ApiRequest<Raw>): string {
    let id: unknown
    try {
      id = this.#options.generateRequestId?.(request)
    } catch (failure) {
      id = failure
    }
    if (isRequestId(id)) return id
    if (id !== undefined) this.#warnOnce('`generateRequestId` did not return a valid id', id)
    return generateRequestId()
  }

  #recognize(thrown: unknown, request: ApiRequest<Raw>): ApiError {
    return recognizeThrown(thrown, request, this.#recognition)
  }

  #getEnvelope(request: ApiRequest<Raw>): Envelope {
    try {
      return this.#selectEnvelope(request)
    } catch (failure) {
      this.#parts.warn(`The \`envelope\` function failed; using ${this.#fallback.id}`, failure)
      return this.#fallback
    }
  }

  #createContext(request: ApiRequest<Raw>): ResponseContext {
    const { serviceName, defaultRetryAfter } = this.#options
    return {
      requestId: this.requestId(request),
      serviceName,
      retryAfter: defaultRetryAfter,
      request,
      report: this.#report,
    }
  }

  /**
   * Renders the error of a thrown value; if that fails, an internal error; if that fails, too, in the fallback envelopes.
   */
  #render(thrown: unknown, request: ApiRequest<Raw>): SerializedResponse {
    const envelope = this.#getEnvelope(request)
    const context = this.#createContext(request)
    try {
      return this.#renderer.render(envelope, this.#recognize(thrown, request), request, context)
    } catch (failure) {
      const error = createRenderError(thrown, failure)
      const response = tryCall(() => this.#renderer.render(envelope, error, request, context))
      if (response !== undefined) return response
      const replacement =
        tryCall(() => this.#renderer.render(this.#fallback, error, request, context)) ??
        this.#renderer.render(this.#parts.fallback, error, request, context)
      const { id } = replacement.envelope
      this.#warnOnce(`Envelope ${describeId(envelope)} cannot be sent; using ${id}`, failure)
      return replacement
    }
  }

  #warnOnce(message: string, exception: unknown): void {
    if (this.#warned.has(message)) return
    this.#warned.add(message)
    this.#parts.warn(message, exception)
  }

  #callHooks(error: ApiError, thrown: unknown, request: ApiRequest<Raw>): void {
    if (!markReported(request.exchange, thrown)) return
    // Not awaited: the response does not wait for the hooks, and they do not wait for each other.
    for (const hook of this.#hooks) callHook(hook, error, thrown, request, this.#parts)
  }
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

/** Returns the id of an envelope for a message. An envelope that is written by hand may have none. */
function describeId(envelope: Envelope): string {
  return describeValue(tryCall(() => envelope.id))
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
  throw new TypeError(
    `the function returned ${describeValue(value)}, which is not an envelope${describeLookAlike(value)}`,
  )
}
