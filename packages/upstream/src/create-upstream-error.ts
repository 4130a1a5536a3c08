import { readProviderError, type ProviderError } from '@faultline/client'
import {
  ClientClosedRequest,
  collectCauses,
  createError,
  envelopes,
  errorClasses,
  isErrorStatus,
  isObject,
  readProperty,
  redact,
  type ApiError,
  type Issue,
} from '@faultline/core'
import { classifyNetworkFailure, classifyResponse, type Classification } from './classify.ts'
import type { UpstreamFailure } from './failure.ts'
import { hasSecret } from './has-secret.ts'
import type { UpstreamDetails, UpstreamOptions } from './options.ts'
import { parseBody } from './parse-body.ts'
import { findRequestId, selectPassedHeaders } from './passed-headers.ts'
import { genericCodes, specificCodes } from './provider-codes.ts'
import { quotesRequest } from './quotation.ts'
import { readHeaders, type HeaderMap } from './read-headers.ts'
import { readText } from './read-text.ts'
import { ifPlausible, parseRetryMessage, readRetryAfter } from './retry-after.ts'

type AbortedBy = UpstreamDetails['abortedBy']

/** The parsed parts of an upstream's response. */
interface ParsedResponse {
  readonly status: number | undefined
  readonly headers: HeaderMap
  readonly body: object | undefined
  readonly providerError: ProviderError | undefined
  readonly requestId: string | undefined
}

/**
 * Creates the ApiError of an upstream's failure.
 *
 * @param cause The thrown value, or the response.
 */
export function createUpstreamError(
  reported: UpstreamFailure,
  cause: unknown,
  options: UpstreamOptions,
): ApiError<UpstreamDetails> {
  const failure = options.streamStarted === true ? toStreamFailure(reported) : reported
  const abortedBy = findAborter(failure, cause, options.signal)
  if (abortedBy === 'caller') return withDetails(new ClientClosedRequest({ cause }), { abortedBy })
  const response = parseResponse(failure)
  const classification = hideServiceFault(classifyFailure(failure, response, abortedBy), options)
  const publicOptions =
    classification.code === 'failed_request'
      ? {}
      : getPublicOptions(classification, response, failure, options)
  const error = createClassified(
    // A provider's `x-should-retry: false` takes precedence.
    classification.code !== 'failed_request' && response.headers.get('x-should-retry') === 'false'
      ? { ...classification, retryable: false }
      : classification,
    { cause, origin: getOrigin(options), ...publicOptions },
  )
  return withDetails(error, createDetails(response, abortedBy))
}

/** Converts a failure that happened while a stream was read, which the library does not report. */
function toStreamFailure(failure: UpstreamFailure): UpstreamFailure {
  const { networkFailure } = failure
  return {
    ...failure,
    streamStarted: true,
    networkFailure: networkFailure === 'unreadable' ? 'truncated' : networkFailure,
  }
}

/** Creates the error of a failure about which nothing is known. */
export function createUnknownError(cause: unknown, options: UpstreamOptions): ApiError<UpstreamDetails> {
  return withDetails(createClassified({ code: 'upstream_error' }, { cause, origin: getOrigin(options) }), {})
}

function getOrigin(options: UpstreamOptions): string {
  return readText(options, 'origin') || 'upstream'
}

function createClassified(
  { code, retryable }: Classification,
  options: Readonly<Record<string, unknown>>,
): ApiError {
  return createError(code, options, { status: errorClasses[code].status, retryable })
}

/** Adds details that are not enumerable, so that no serializer sends them. */
function withDetails(error: ApiError, details: UpstreamDetails): ApiError<UpstreamDetails> {
  return Object.defineProperty(error, 'details', { value: details }) as ApiError<UpstreamDetails>
}

function parseResponse(failure: UpstreamFailure): ParsedResponse {
  const headers = readHeaders(failure.headers)
  const body = parseBody(failure.body)
  // Bedrock sends the name of the error in a header.
  const outerNames = [failure.type, headers.get('x-amzn-errortype')].filter((name) => name !== undefined)
  const providerError = body === undefined ? undefined : readProviderError(body, outerNames)
  return {
    status: isErrorStatus(failure.status) ? failure.status : undefined,
    headers,
    body,
    providerError,
    requestId: findRequestId(failure.requestId, headers, providerError?.requestId),
  }
}

/** Determines who aborted an exchange. Undefined if it was not aborted. */
function findAborter(failure: UpstreamFailure, thrown: unknown, signal: AbortSignal | undefined): AbortedBy {
  const { networkFailure, status } = failure
  if (status === undefined && readProperty(signal, 'aborted') === true) {
    const reason = readProperty(signal, 'reason')
    const isReason = thrown === reason || (isObject(reason) && collectCauses(thrown).includes(reason))
    // AbortSignal.any combines the caller's signal and a timeout; the name of the reason distinguishes them.
    if (networkFailure !== undefined || isReason)
      return readText(reason, 'name') === 'TimeoutError' ? 'deadline' : 'caller'
  }
  if (networkFailure === 'aborted' || networkFailure === 'timeout') return 'deadline'
  return networkFailure === 'truncated' || networkFailure === 'reset' ? 'upstream' : undefined
}

function classifyFailure(
  { networkFailure, streamStarted = false, code }: UpstreamFailure,
  { status, body, providerError }: ParsedResponse,
  abortedBy: AbortedBy,
): Classification {
  if (networkFailure === 'aborted' || abortedBy === 'deadline') return { code: 'model_timeout' }
  if (code !== undefined) return { code }
  // An error in the body of a 200 is more specific than an unreadable body.
  const isErrorInBody =
    networkFailure === 'unreadable' && providerError !== undefined && providerError.names.length > 0
  if (networkFailure !== undefined && !isErrorInBody)
    return status === undefined
      ? classifyNetworkFailure(networkFailure, streamStarted)
      : classifyResponse({ status, providerError, streamStarted, getTaxonomyCode: () => undefined })
  if (status === undefined && providerError === undefined && !streamStarted) return { code: 'upstream_error' }
  return classifyResponse({
    // A 429 in the body is more specific than the status of a proxy.
    status: providerError?.status === 429 ? 429 : (status ?? providerError?.status),
    providerError,
    streamStarted,
    getTaxonomyCode: () => parseTaxonomyCode(body, status),
  })
}

/** The envelopes that send codes of this taxonomy. */
const taxonomyEnvelopes = [
  envelopes.a15t,
  envelopes.humanloop,
  envelopes.compresr,
  envelopes.compactifai,
  envelopes['ai-api'],
  envelopes['problem-details'],
  envelopes['json-api'],
]

function parseTaxonomyCode(body: object | undefined, status: number | undefined): string | undefined {
  if (body === undefined) return undefined
  for (const envelope of taxonomyEnvelopes) {
    const error = envelope.parse({ status, body })
    if (error !== undefined && Object.hasOwn(errorClasses, error.code)) return error.code
  }
  return undefined
}

/** Statuses of errors about credentials and accounts. */
const accountStatuses: ReadonlySet<number> = new Set([401, 402, 403])

/** Replaces an error that concerns this service's credentials or account, which the caller cannot fix. */
function hideServiceFault(classification: Classification, { credentials }: UpstreamOptions): Classification {
  const { code } = classification
  const isAboutAccount = accountStatuses.has(errorClasses[code].status) || code === 'quota_exceeded'
  return credentials !== 'caller' && isAboutAccount ? { code: 'failed_request' } : classification
}

function createDetails(
  { status, providerError, requestId }: ParsedResponse,
  abortedBy: AbortedBy,
): UpstreamDetails {
  const code =
    providerError?.code ??
    providerError?.names.find((name) => specificCodes.has(name) || genericCodes.has(name))
  const isSafeCode =
    code !== undefined &&
    (specificCodes.has(code) ||
      genericCodes.has(code) ||
      (/^[\w.:/ -]{1,64}$/.test(code) && !hasSecret(code)))
  return {
    ...(status === undefined ? {} : { status }),
    ...(isSafeCode ? { code } : {}),
    ...(requestId === undefined ? {} : { requestId }),
    ...(abortedBy === undefined ? {} : { abortedBy }),
  }
}

/** Selects the parts of a response that are sent to the caller. */
function getPublicOptions(
  { code, retryable = errorClasses[code].retryable }: Classification,
  { headers, providerError, requestId }: ParsedResponse,
  failure: UpstreamFailure,
  { credentials, requestContent }: UpstreamOptions,
): Readonly<Record<string, unknown>> {
  const { status } = errorClasses[code]
  const isCallersFault = status < 500 && (credentials === 'caller' || status !== 429)
  const contents = [failure.requestContent, requestContent]
  const retryAfter = retryable ? findRetryAfter(headers, providerError) : undefined
  const message =
    (isCallersFault ? toPublicMessage(providerError?.message, contents) : undefined) ??
    // The default message of the class names the model, which is only known from the provider's message.
    (code === 'model_not_found' ? 'Model not found' : undefined)
  return {
    headers: selectPassedHeaders(headers, { requestId, includeRateLimits: credentials === 'caller' }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(message === undefined ? {} : { message }),
    ...(isCallersFault ? getFieldLocation(code, providerError, contents) : {}),
  }
}

function findRetryAfter(
  headers: HeaderMap,
  providerError: ProviderError | undefined,
): number | Date | undefined {
  return (
    readRetryAfter(headers) ??
    ifPlausible(providerError?.retryAfter) ??
    parseRetryMessage(providerError?.message)
  )
}

/**
 * Returns the provider's message without secrets. Undefined if it quotes the request, or is a document or a dump instead
 * of a sentence.
 */
function toPublicMessage(message: string | undefined, contents: readonly unknown[]): string | undefined {
  if (message === undefined || message.trim() === '' || /^\s*[<{[]/.test(message)) return undefined
  if (quotesRequest(message, contents)) return undefined
  return redact(message, 'wire') || undefined
}

/** Maximum number of issues that are sent. */
const MAX_ISSUES = 16

const codesWithField: ReadonlySet<string> = new Set([
  'prompt_too_long',
  'missing_required_field',
  'invalid_field_value',
  'invalid_max_tokens',
])

/** Returns the field or the issues of an error, without secrets. */
function getFieldLocation(
  code: string,
  providerError: ProviderError | undefined,
  contents: readonly unknown[],
): Readonly<Record<string, unknown>> {
  const { field, issues = [] } = providerError ?? {}
  if (
    codesWithField.has(code) &&
    field !== undefined &&
    /^[\w.[\]-]{1,128}$/.test(field) &&
    !hasSecret(field)
  )
    return { field }
  const publicIssues = issues.slice(0, MAX_ISSUES).flatMap(({ message, path }) => {
    const publicMessage = toPublicMessage(message, contents)
    if (publicMessage === undefined) return []
    return [{ message: publicMessage, ...(isSafePath(path) ? { path } : {}) }]
  })
  return publicIssues.length === 0 ? {} : { issues: publicIssues }
}

function isSafePath(path: Issue['path']): boolean {
  return path !== undefined && path.every(isSafeKey) && !hasSecret(path.map(String).join('.'))
}

function isSafeKey(key: unknown): boolean {
  return typeof key === 'number' || (typeof key === 'string' && /^[\w-]{1,64}$/.test(key))
}
