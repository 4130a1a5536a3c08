import type { Envelope, JsonResponse, RenderContext, RenderedResponse } from '../envelopes/envelope.ts'
import { stringifyRendered } from '../envelopes/json-values.ts'
import type { ApiError } from '../errors/api-error.ts'
import { byteLength } from '../http/byte-length.ts'
import { isValidHeader, sanitizeHeaders } from '../http/headers.ts'
import type { ApiRequest } from '../http/request.ts'
import { checkRendered, HeaderTextCheck } from './check-rendered.ts'
import { addClientHints } from './client-hints.ts'
import type { ResponderOptions } from './options.ts'
import type { SerializedResponse } from './responder.ts'
import { addErrorHeaders, getAllow, responseHeader } from './response-headers.ts'

/** Context of an error that a responder sends. */
export interface ResponseContext extends RenderContext {
  readonly requestId: string
}

/** Renders errors as responses that can be sent. */
export class ResponseRenderer {
  readonly #headerTexts = new HeaderTextCheck()
  readonly #options: ResponderOptions<never>
  readonly #requestIdHeader: string
  readonly #report: NonNullable<RenderContext['report']>

  /**
   * @param options Only options that do not depend on the type of the request are read.
   * @param requestIdHeader Name in lower case.
   * @param report Reports a header that cannot be sent.
   */
  constructor(
    options: ResponderOptions<never>,
    requestIdHeader: string,
    report: NonNullable<RenderContext['report']>,
  ) {
    this.#options = options
    this.#requestIdHeader = requestIdHeader
    this.#report = report
  }

  /**
   * Renders an error in an envelope.
   *
   * @throws TypeError if the envelope renders a status, a body or a header value that cannot be sent. An exception of the
   * envelope is not caught.
   */
  render(
    envelope: Envelope,
    error: ApiError,
    request: ApiRequest,
    context: ResponseContext,
  ): SerializedResponse {
    const { requestId } = context
    const rendered = envelope.renderJson?.(error, context) ?? serialize(envelope.render(error, context))
    checkRendered(rendered)
    this.#headerTexts.check(envelope)
    const { status, body } = rendered
    const headers: Record<string, string> = {
      'cache-control': 'no-store',
      'content-type': envelope.contentType,
      'content-length': String(rendered.byteLength),
      'x-content-type-options': 'nosniff',
      [this.#requestIdHeader]: requestId,
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

  /** Adds the headers of an extended envelope, or of one that is not made by `defineEnvelope`. */
  #addEnvelopeHeaders(
    headers: Record<string, string>,
    envelopeHeaders: RenderedResponse['headers'],
    promisedRetryAfter: string | undefined,
  ): void {
    for (const [name, value] of Object.entries(envelopeHeaders)) {
      const lowerCaseName = name.toLowerCase()
      if (!isValidHeader(lowerCaseName, value))
        this.#report('The envelope has a header that cannot be sent', lowerCaseName)
      else if (lowerCaseName !== 'retry-after' || promisedRetryAfter === undefined)
        headers[lowerCaseName] = value
    }
  }
}

/** Serializes the response of an envelope that is not made by `defineEnvelope`. It may have any headers. */
function serialize({ status, headers, body: content }: RenderedResponse): JsonResponse {
  const body = stringifyRendered(content)
  return { status, headers, body, byteLength: byteLength(body), retryAfter: undefined }
}
