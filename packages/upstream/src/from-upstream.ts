import {
  ClientClosedRequest,
  envelopes,
  errorClasses,
  createError,
  isApiError,
  type ApiError,
} from '@faultline/core'
import { bodyOf, readBody, snakeCase, type Said } from './body.ts'
import { verdictOfAnswer, verdictOfTransport, type Verdict } from './classify.ts'
import type { Failure } from './failure.ts'
import { identify } from './libraries/index.ts'
import { passedHeaders, upstreamRequestId } from './passed-headers.ts'
import type { UpstreamDetails, UpstreamOptions } from './options.ts'
import { coarseNames, fineNames } from './provider-codes.ts'
import { headersOf, isObject, read, readText } from './read.ts'
import { hasSecret, quotes, redact } from './redact.ts'
import { retryAfterOfHeaders, retryAfterOfMessage, believable } from './provider-retry-after.ts'
import { chainOf, transportOf } from './transport.ts'

const ORIGIN = 'upstream'

/**
 * The error that whatever went wrong at an upstream comes to: what a provider's SDK or an HTTP client threw,
 * a body or an event's data that tells of an error. An ApiError stays as it is. Never throws, whatever is
 * thrown; the thrown value is the `cause`.
 *
 *     catch (thrown) {
 *       throw fromUpstream(thrown, { origin: 'openai', signal: request.signal })
 *     }
 *
 * Nothing of the upstream's answer is passed on but its kind, Retry-After, its request id and, where the
 * caller's request is what was wrong, its message with all that looks like a secret cut out.
 */
export function fromUpstream(thrown: unknown, options: UpstreamOptions = {}): ApiError<UpstreamDetails> {
  try {
    if (isApiError(thrown)) return thrown as ApiError<UpstreamDetails>
    return errorOfFailure(identify(thrown) ?? guess(thrown), thrown, options)
  } catch {
    // A value that can't be looked at says nothing of itself.
    return create({ code: 'upstream_error' }, { cause: thrown, origin: originOf(options) })
  }
}

/**
 * What anything else may be that failed at an upstream: a body as text, a parser's complaint, or nothing
 * known.
 */
function guess(thrown: unknown): Failure {
  if (typeof thrown === 'string' || isObject(bodyOf(thrown))) {
    const body = bodyOf(thrown)
    if (body !== undefined && !(body instanceof Error)) return { body }
  }
  return { transport: transportOf(thrown) }
}

/** @internal */
export function errorOfFailure(
  failure: Failure,
  cause: unknown,
  options: UpstreamOptions,
): ApiError<UpstreamDetails> {
  const { credentials = 'service', signal } = options
  const origin = originOf(options)
  const abortedBy = abortOf(failure, cause, signal)
  const status = statusOf(failure.status)
  if (abortedBy === 'caller') return withDetails(new ClientClosedRequest({ cause }), { abortedBy })

  const headers = headersOf(failure.headers)
  const content = bodyOf(failure.body)
  const said = content === undefined ? undefined : withType(readBody(content), failure.type, headers)
  const requestId = upstreamRequestId(failure.requestId, headers, said?.requestId)
  const verdict = verdictOf(failure, said, status, content, abortedBy)
  const code = said?.code ?? said?.names.find((name) => fineNames.has(name) || coarseNames.has(name))
  const details: UpstreamDetails = {
    ...(status === undefined ? {} : { status }),
    ...(code === undefined || !/^[\w.:/ -]{1,64}$/.test(code) || hasSecret(code) ? {} : { code }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(abortedBy === undefined ? {} : { abortedBy }),
  }
  const faulty = credentials === 'caller' ? verdict : ofService(verdict)
  const kind = errorClasses[faulty.code]
  if (faulty.code === 'failed_request') return create(faulty, { cause, origin, details })

  const retryable = faulty.retryable ?? kind.retryable
  const isPassed = kind.status < 500 && (credentials === 'caller' || kind.status !== 429)
  const after = retryable ? retryAfterOf(headers, said) : undefined
  const sent = [failure.sent, options.requestContent]
  // The kind's own message would name the model, which is not known apart from the provider's.
  const otherwise = faulty.code === 'model_not_found' ? 'Model not found' : undefined
  const message = (isPassed ? publicMessage(said?.message, sent) : undefined) ?? otherwise
  return create(
    { ...faulty, ...(headers.get('x-should-retry') === 'false' ? { retryable: false } : {}) },
    {
      cause,
      origin,
      details,
      headers: passedHeaders(headers, { requestId, limits: credentials === 'caller' }),
      ...(after === undefined ? {} : { retryAfter: after }),
      ...(message === undefined ? {} : { message }),
      ...(isPassed ? placeOf(faulty.code, said, sent) : {}),
    },
  )
}

function originOf(options: UpstreamOptions): string {
  const origin = readText(options, 'origin')
  return origin === undefined || origin === '' ? ORIGIN : origin
}

function create(
  { code, retryable }: Verdict,
  { details, ...options }: Readonly<Record<string, unknown>>,
): ApiError<UpstreamDetails> {
  const error = createError(code, options, { status: errorClasses[code].status, retryable })
  return withDetails(error, details)
}

/** What the upstream calls things is for logs: not enumerable, so that no serializer sends it. */
function withDetails(error: ApiError, details: unknown): ApiError<UpstreamDetails> {
  return Object.defineProperty(error, 'details', { value: details ?? {} }) as ApiError<UpstreamDetails>
}

function verdictOf(
  failure: Failure,
  said: Said | undefined,
  status: number | undefined,
  content: object | undefined,
  abortedBy: UpstreamDetails['abortedBy'],
): Verdict {
  const { transport, began = false } = failure
  if (transport === 'aborted' || abortedBy === 'deadline') return { code: 'model_timeout' }
  // An error in the body of a 200 says more than that the body was no answer.
  if (transport !== undefined && !(transport === 'unreadable' && said !== undefined && said.names.length > 0))
    return status === undefined
      ? verdictOfTransport(transport, began)
      : verdictOfAnswer(status, said, { began, ours: () => undefined })
  if (status === undefined && said === undefined && !began) return { code: 'upstream_error' }
  const numbered = said?.status === 429 || status === undefined ? said?.status : undefined
  return verdictOfAnswer(numbered ?? status, said, {
    began,
    ours: () => ownCode(content, status),
  })
}

/** The code of an upstream that answers in an envelope of this taxonomy. */
function ownCode(content: object | undefined, status: number | undefined): string | undefined {
  if (content === undefined) return undefined
  for (const envelope of [
    envelopes.a15t,
    envelopes.humanloop,
    envelopes.compresr,
    envelopes.compactifai,
    envelopes['ai-api'],
    envelopes['problem-details'],
    envelopes['json-api'],
  ]) {
    const error = envelope.parse({ status, body: content })
    if (error !== undefined && Object.hasOwn(errorClasses, error.code)) return error.code
  }
  return undefined
}

/** Whose abort it was; undefined for a failure that is none. */
function abortOf(
  failure: Failure,
  thrown: unknown,
  signal: AbortSignal | undefined,
): UpstreamDetails['abortedBy'] {
  const { transport } = failure
  const isAborted = read(signal, 'aborted') === true
  const reason = read(signal, 'reason')
  const isReason = thrown === reason || (isObject(reason) && chainOf(thrown).has(reason))
  if (isAborted && failure.status === undefined && (transport !== undefined || isReason)) {
    // One signal may stand for the caller and a deadline at once: its reason tells them apart.
    return readText(reason, 'name') === 'TimeoutError' ? 'deadline' : 'caller'
  }
  if (transport === 'aborted' || transport === 'timeout') return 'deadline'
  return transport === 'cut' || transport === 'reset' ? 'upstream' : undefined
}

/** What a provider refuses this service, with this service's key, is no caller's business. */
function ofService(verdict: Verdict): Verdict {
  const { code } = verdict
  const { status } = errorClasses[code]
  return [401, 402, 403].includes(status) || code === 'quota_exceeded' ? { code: 'failed_request' } : verdict
}

/** The provider's message as it may be sent; undefined where nothing of it may. */
function publicMessage(message: string | undefined, sent: readonly unknown[]): string | undefined {
  if (message === undefined || message.trim() === '' || quotes(message, sent)) return undefined
  // A document or a dump is no sentence.
  if (/^\s*[<{[]/.test(message)) return undefined
  const text = redact(message)
  return text === '' ? undefined : text
}

/** Where in the request the problem is. */
function placeOf(
  code: string,
  said: Said | undefined,
  sent: readonly unknown[],
): Readonly<Record<string, unknown>> {
  const isField = [
    'prompt_too_long',
    'missing_required_field',
    'invalid_field_value',
    'invalid_max_tokens',
  ].includes(code)
  const field = said?.field
  if (isField && field !== undefined && /^[\w.[\]-]{1,128}$/.test(field) && !hasSecret(field))
    return { field }
  const issues = said?.issues?.flatMap(({ message, path }) => {
    const text = publicMessage(message, sent)
    if (text === undefined) return []
    const isPlain = path?.every((key) => typeof key === 'number' || /^[\w-]{1,64}$/.test(key))
    const isPassed = isPlain === true && path !== undefined && !hasSecret(path.join('.'))
    return [{ message: text, ...(isPassed ? { path } : {}) }]
  })
  return issues === undefined || issues.length === 0 ? {} : { issues }
}

function retryAfterOf(
  headers: ReadonlyMap<string, string>,
  said: Said | undefined,
): number | Date | undefined {
  return retryAfterOfHeaders(headers) ?? believable(said?.retryAfter) ?? retryAfterOfMessage(said?.message)
}

function statusOf(status: number | undefined): number | undefined {
  return status !== undefined && Number.isInteger(status) && status >= 400 && status <= 599
    ? status
    : undefined
}

/** The names that stand beside the body: Bedrock's on a header, a library's in its class. */
function withType(said: Said, type: string | undefined, headers: ReadonlyMap<string, string>): Said {
  const names = [type, headers.get('x-amzn-errortype')].flatMap((name) =>
    name === undefined ? [] : [snakeCase(name)],
  )
  return names.length === 0 ? said : { ...said, names: [...said.names, ...names] }
}
