import { describe, expect, test } from 'vitest'
import { fromUpstream, upstreamRecognizer } from '../src/index.ts'

const request = { method: 'GET', url: '/', header: () => undefined, raw: undefined }
const recognize = upstreamRecognizer({ origin: 'acme' })
const error = (properties: object, message = 'x'): Error => Object.assign(new Error(message), properties)
const marked = (name: string, properties: object): Error =>
  error({ [Symbol.for(`vercel.ai.${name}`)]: true, ...properties })
const networked = { status: undefined, headers: undefined, error: undefined, requestID: undefined }

/** Those that no test here can have thrown: of other versions, other platforms, or by luck alone. */
describe('told by its signature', () => {
  test.each<[what: string, thrown: unknown, code: string, retryable?: boolean]>([
    [
      'the AI SDK’s last attempt',
      marked('error.AI_RetryError', {
        lastError: marked('error.AI_APICallError', { statusCode: 529 }),
        errors: [],
      }),
      'model_overloaded',
      true,
    ],
    [
      'the AI SDK’s Gateway’s rate',
      marked('gateway.error', { type: 'rate_limit_exceeded', statusCode: 429 }),
      'rate_limit_exceeded',
      true,
    ],
    [
      'the AI SDK’s Gateway’s model',
      marked('gateway.error', { type: 'model_not_found', statusCode: 404 }),
      'model_not_found',
      false,
    ],
    [
      'the AI SDK’s Gateway’s key',
      marked('gateway.error', { type: 'authentication_error', statusCode: 401 }),
      'failed_request',
      false,
    ],
    [
      'the AI SDK’s stream that is cut',
      marked('error', {
        name: 'AI_InvalidResponseDataError',
        message: 'Response stream ended without a finish reason.',
      }),
      'stream_terminated',
      true,
    ],
    [
      'the AI SDK’s own prompt check',
      marked('error', { name: 'AI_InvalidPromptError' }),
      'failed_request',
      false,
    ],
    [
      'gRPC’s overload',
      error({ code: 14, details: 'busy', metadata: { getMap: () => ({ 'retry-after': '3' }) } }),
      'model_overloaded',
      true,
    ],
    [
      'gRPC’s nobody',
      error({
        code: 14,
        details: 'No connection established. Last error: connect ECONNREFUSED',
        metadata: {},
      }),
      'model_unavailable',
      true,
    ],
    [
      '@google/genai’s half event',
      new Error('Incomplete JSON segment at the end'),
      'stream_terminated',
      true,
    ],
    ['gRPC’s deadline', error({ code: 4, details: 'late', metadata: {} }), 'model_timeout', true],
    ['gRPC’s key', error({ code: 16, details: 'no', metadata: {} }), 'failed_request', false],
    ['gRPC’s rate', error({ code: 8, details: 'slow', metadata: {} }), 'rate_limit_exceeded', true],
    ['gRPC’s cancellation', error({ code: 1, details: 'x', metadata: {} }), 'upstream_error', true],
    [
      '@google/genai’s, within a stream',
      error(
        { name: 'ApiError', status: 503 },
        'got status: UNAVAILABLE. {"error":{"code":503,"message":"x","status":"UNAVAILABLE"}}',
      ),
      'model_overloaded',
      true,
    ],
    [
      '@openrouter/sdk 1’s',
      error({
        name: 'ProviderOverloadedResponseError',
        statusCode: 529,
        body: '{"error":{"code":529,"message":"x"}}',
        headers: new Headers(),
        contentType: 'application/json',
        rawResponse: {},
      }),
      'model_overloaded',
      true,
    ],
    [
      'OpenRouter’s quotation of a provider',
      {
        status: 400,
        headers: {},
        error: {
          code: 400,
          message: 'Provider returned error',
          metadata: {
            provider_name: 'OpenAI',
            raw: '{"error":{"message":"Too long","code":"context_length_exceeded"}}',
          },
        },
      },
      'prompt_too_long',
      false,
    ],
    [
      'undici 6’s for a status',
      error({ code: 'UND_ERR_RESPONSE_STATUS_CODE', statusCode: 503, headers: {}, body: null }),
      'model_overloaded',
      true,
    ],
    [
      'undici’s RetryAgent’s',
      error({ code: 'UND_ERR_REQ_RETRY', statusCode: 429, headers: { 'retry-after': '2' }, data: {} }),
      'rate_limit_exceeded',
      true,
    ],
    ['AWS’s missing credentials', error({ name: 'CredentialsProviderError' }), 'failed_request', false],
    [
      'AWS’s exception within a stream',
      error({ name: 'ThrottlingException', $fault: 'client', $metadata: {} }),
      'rate_limit_exceeded',
      true,
    ],
    [
      'AWS’s broken stream',
      error({ name: 'ModelStreamErrorException', $fault: 'client', $metadata: { httpStatusCode: 200 } }),
      'stream_error',
      true,
    ],
    ['Chrome’s fetch', Object.assign(new TypeError('Failed to fetch')), 'model_unavailable', true],
    ['Safari’s fetch', new TypeError('Load failed'), 'model_unavailable', true],
    [
      'Firefox’s fetch',
      new TypeError('NetworkError when attempting to fetch resource.'),
      'model_unavailable',
      true,
    ],
    [
      'a name that can’t be looked up now',
      new TypeError('fetch failed', { cause: error({ code: 'EAI_AGAIN', syscall: 'getaddrinfo' }) }),
      'model_unavailable',
      true,
    ],
    [
      'a name that nobody has',
      new TypeError('fetch failed', { cause: error({ code: 'ENOTFOUND', syscall: 'getaddrinfo' }) }),
      'upstream_error',
      false,
    ],
    [
      'a certificate of one’s own',
      new TypeError('fetch failed', { cause: error({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }) }),
      'upstream_error',
      false,
    ],
    [
      'several addresses that refuse',
      new TypeError('fetch failed', {
        cause: new AggregateError([error({ code: 'ECONNREFUSED' }), error({ code: 'ENETUNREACH' })]),
      }),
      'model_unavailable',
      true,
    ],
    [
      'a body that stalls',
      new TypeError('terminated', { cause: error({ code: 'UND_ERR_BODY_TIMEOUT' }) }),
      'model_timeout',
      true,
    ],
    [
      'an answer that is no HTTP',
      new TypeError('fetch failed', { cause: error({ code: 'HPE_INVALID_CONSTANT' }) }),
      'upstream_error',
      true,
    ],
    [
      'a URL that is none',
      error({ ...networked, cause: error({ code: 'ERR_INVALID_URL' }) }, 'Connection error.'),
      'failed_request',
      false,
    ],
    [
      'a refusal to connect',
      error({ code: 'ECONNREFUSED', syscall: 'connect', address: '10.0.0.5', port: 443 }),
      'model_unavailable',
      true,
    ],
    ['a deadline of AbortSignal’s', new DOMException('x', 'TimeoutError'), 'model_timeout', true],
    ['an abort of nobody’s', new DOMException('x', 'AbortError'), 'model_timeout', true],
    ['a Response', new Response(null, { status: 529 }), 'model_overloaded', true],
    [
      'an error body',
      { type: 'error', error: { type: 'overloaded_error', message: 'x' } },
      'model_overloaded',
      true,
    ],
    [
      'the Responses API’s failed event',
      { type: 'response.failed', response: { error: { code: 'rate_limit_exceeded', message: 'x' } } },
      'rate_limit_exceeded',
      true,
    ],
    [
      'Gemini’s Interactions API’s event',
      { event_type: 'error', error: { code: 'quota_exceeded', message: 'x' } },
      'failed_request',
      false,
    ],
  ])('%s', (_, thrown, code, retryable) => {
    expect(recognize(thrown, request)).toMatchObject({ code, retryable, origin: 'acme' })
    expect(fromUpstream(thrown, { origin: 'acme' })).toMatchObject({ code, retryable, cause: thrown })
  })
})

test('the recognizer says nothing of what is not an upstream’s', () => {
  const none: unknown[] = [
    new Error('x'),
    new TypeError('x is not a function'),
    new SyntaxError('Unexpected token'),
    error({ code: 'ENOENT', syscall: 'open', path: '/x' }),
    error({ code: 'EPIPE', syscall: 'write', path: '/x' }),
    error({ status: 404 }),
    error({ status: 404, statusCode: 404, expose: true, headers: {} }),
    error({ issues: [{ message: 'x' }] }),
    error({ code: 'ERR_ASSERTION' }),
    { message: 'x' },
    { error: undefined },
    [],
    'x',
    null,
    undefined,
    fromUpstream(null),
  ]
  for (const thrown of none) expect(recognize(thrown, request)).toBeUndefined()
})

describe('an abort', () => {
  test('is the caller’s where the caller’s signal is aborted, whatever its reason', () => {
    for (const reason of [undefined, 'gone', { left: true }, new Error('x')]) {
      const signal = AbortSignal.abort(reason)
      expect(fromUpstream(signal.reason, { signal })).toMatchObject({
        code: 'client_closed_request',
        details: { abortedBy: 'caller' },
      })
    }
    const { signal } = new Request('http://localhost/', { signal: AbortSignal.abort() })
    expect(recognize(new DOMException('x', 'AbortError'), { ...request, raw: { signal } })).toMatchObject({
      code: 'client_closed_request',
    })
  })

  test('is a deadline’s where the signal stands for both and its reason says so', () => {
    const signal = AbortSignal.abort(new DOMException('x', 'TimeoutError'))
    expect(fromUpstream(signal.reason, { signal })).toMatchObject({
      code: 'model_timeout',
      details: { abortedBy: 'deadline' },
    })
  })

  test('of a caller who has left hides no answer that came before', () => {
    const thrown = error({ status: 529, headers: new Headers(), error: undefined, requestID: 'req_1' })
    expect(fromUpstream(thrown, { signal: AbortSignal.abort() })).toMatchObject({ code: 'model_overloaded' })
  })
})

describe('Retry-After', () => {
  const after = (headers: object, message = 'x'): unknown =>
    fromUpstream({ status: 429, headers, error: { message, code: 'rate_limit_exceeded' } }).retryAfter

  test.each<[object, string, unknown]>([
    [{ 'retry-after': '7' }, 'try again in 2s', 7],
    [{ 'Retry-After': ['8'] }, '', 8],
    [{ 'retry-after': '7.66' }, '', 7.66],
    [{ 'retry-after-ms': '1500', 'retry-after': '2' }, '', 1.5],
    [{ 'x-ms-retry-after-ms': '250' }, '', 0.25],
    [new Headers({ 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }), '', undefined],
    [{ 'retry-after': 'soon' }, 'Please try again in 6m0s.', 360],
    [{}, 'Please retry after 6 seconds.', 6],
    [{}, 'Please retry in 47.88s.', 47.88],
    [{}, 'Please try again in 20ms.', 0.02],
    [{}, 'Try again in 1h2m.', 3720],
    [{}, 'Please wait 30 seconds', 30],
    [{}, 'Please try again in 2s. Limit 30000m', 2],
    [{}, 'Please try again later', undefined],
    [{ 'retry-after': '99999999999' }, '', undefined],
    [{ 'retry-after': '-1' }, '', undefined],
  ])('of %j and “%s” is %s', (headers, message, seconds) => {
    expect(after(headers, message)).toBe(seconds)
  })

  test('is not said of what no waiting mends', () => {
    const thrown = {
      status: 429,
      headers: { 'retry-after': '7' },
      error: { message: 'x', code: 'insufficient_quota' },
    }
    expect(fromUpstream(thrown).retryAfter).toBeUndefined()
    expect(fromUpstream(thrown, { credentials: 'caller' }).retryAfter).toBeUndefined()
  })
})

test('a provider that says no retry helps is believed', () => {
  const thrown = { status: 500, headers: { 'x-should-retry': 'false' }, error: { message: 'x' } }
  expect(fromUpstream(thrown)).toMatchObject({ code: 'model_server_error', retryable: false })
})

test('an ApiError stays as it is', () => {
  const made = fromUpstream(new DOMException('x', 'TimeoutError'), { origin: 'acme' })
  expect(fromUpstream(made, { origin: 'other' })).toBe(made)
})
