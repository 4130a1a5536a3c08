import { describe, expect, test } from 'vitest'
import { fromUpstream, upstreamRecognizer } from '../src/index.ts'

const request = { method: 'GET', url: '/', header: () => undefined, raw: undefined }
const recognize = upstreamRecognizer({ origin: 'acme' })
const error = (properties: object, message = 'x'): Error => Object.assign(new Error(message), properties)
const aiSdkError = (name: string, properties: object): Error =>
  error({ [Symbol.for(`vercel.ai.${name}`)]: true, ...properties })
const withoutResponse = { status: undefined, headers: undefined, error: undefined, requestID: undefined }

/** Errors that no test can provoke: of other versions, of other platforms, or of rare events. */
describe('a library’s error is recognized by its shape', () => {
  test.each<[name: string, thrown: unknown, code: string, retryable?: boolean]>([
    [
      'the last attempt of the AI SDK’s RetryError',
      aiSdkError('error.AI_RetryError', {
        lastError: aiSdkError('error.AI_APICallError', { statusCode: 529 }),
        errors: [],
      }),
      'model_overloaded',
      true,
    ],
    [
      'a rate limit of the AI SDK’s gateway',
      aiSdkError('gateway.error', { type: 'rate_limit_exceeded', statusCode: 429 }),
      'rate_limit_exceeded',
      true,
    ],
    [
      'an unknown model of the AI SDK’s gateway',
      aiSdkError('gateway.error', { type: 'model_not_found', statusCode: 404 }),
      'model_not_found',
      false,
    ],
    [
      'an invalid key of the AI SDK’s gateway',
      aiSdkError('gateway.error', { type: 'authentication_error', statusCode: 401 }),
      'failed_request',
      false,
    ],
    [
      'a truncated stream of the AI SDK',
      aiSdkError('error', {
        name: 'AI_InvalidResponseDataError',
        message: 'Response stream ended without a finish reason.',
      }),
      'stream_terminated',
      true,
    ],
    [
      'an invalid prompt of the AI SDK',
      aiSdkError('error', { name: 'AI_InvalidPromptError' }),
      'failed_request',
      false,
    ],
    [
      'an overload in gRPC',
      error({ code: 14, details: 'busy', metadata: { getMap: () => ({ 'retry-after': '3' }) } }),
      'model_overloaded',
      true,
    ],
    [
      'a refused connection in gRPC',
      error({
        code: 14,
        details: 'No connection established. Last error: connect ECONNREFUSED',
        metadata: {},
      }),
      'model_unavailable',
      true,
    ],
    [
      'a truncated event of @google/genai',
      new Error('Incomplete JSON segment at the end'),
      'stream_terminated',
      true,
    ],
    [
      'an exceeded deadline in gRPC',
      error({ code: 4, details: 'late', metadata: {} }),
      'model_timeout',
      true,
    ],
    ['an invalid key in gRPC', error({ code: 16, details: 'no', metadata: {} }), 'failed_request', false],
    ['a rate limit in gRPC', error({ code: 8, details: 'slow', metadata: {} }), 'rate_limit_exceeded', true],
    ['a cancellation in gRPC', error({ code: 1, details: 'x', metadata: {} }), 'upstream_error', true],
    [
      'an error event of @google/genai',
      error(
        { name: 'ApiError', status: 503 },
        'got status: UNAVAILABLE. {"error":{"code":503,"message":"x","status":"UNAVAILABLE"}}',
      ),
      'model_overloaded',
      true,
    ],
    [
      'an error of @openrouter/sdk 1',
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
      'a provider’s body that OpenRouter quotes',
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
      'a status error of undici 6',
      error({ code: 'UND_ERR_RESPONSE_STATUS_CODE', statusCode: 503, headers: {}, body: null }),
      'model_overloaded',
      true,
    ],
    [
      'an error of undici’s RetryAgent',
      error({ code: 'UND_ERR_REQ_RETRY', statusCode: 429, headers: { 'retry-after': '2' }, data: {} }),
      'rate_limit_exceeded',
      true,
    ],
    ['missing AWS credentials', error({ name: 'CredentialsProviderError' }), 'failed_request', false],
    [
      'an AWS exception within a stream',
      error({ name: 'ThrottlingException', $fault: 'client', $metadata: {} }),
      'rate_limit_exceeded',
      true,
    ],
    [
      'a failed AWS stream',
      error({ name: 'ModelStreamErrorException', $fault: 'client', $metadata: { httpStatusCode: 200 } }),
      'stream_error',
      true,
    ],
    [
      'a network failure of fetch in Chrome',
      Object.assign(new TypeError('Failed to fetch')),
      'model_unavailable',
      true,
    ],
    ['a network failure of fetch in Safari', new TypeError('Load failed'), 'model_unavailable', true],
    [
      'a network failure of fetch in Firefox',
      new TypeError('NetworkError when attempting to fetch resource.'),
      'model_unavailable',
      true,
    ],
    [
      'a temporary DNS failure',
      new TypeError('fetch failed', { cause: error({ code: 'EAI_AGAIN', syscall: 'getaddrinfo' }) }),
      'model_unavailable',
      true,
    ],
    [
      'an unknown host name',
      new TypeError('fetch failed', { cause: error({ code: 'ENOTFOUND', syscall: 'getaddrinfo' }) }),
      'upstream_error',
      false,
    ],
    [
      'a self-signed certificate',
      new TypeError('fetch failed', { cause: error({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }) }),
      'upstream_error',
      false,
    ],
    [
      'several addresses that refuse the connection',
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
      'a response that is not HTTP',
      new TypeError('fetch failed', { cause: error({ code: 'HPE_INVALID_CONSTANT' }) }),
      'upstream_error',
      true,
    ],
    [
      'an invalid URL',
      error({ ...withoutResponse, cause: error({ code: 'ERR_INVALID_URL' }) }, 'Connection error.'),
      'failed_request',
      false,
    ],
    [
      'a refused connection',
      error({ code: 'ECONNREFUSED', syscall: 'connect', address: '10.0.0.5', port: 443 }),
      'model_unavailable',
      true,
    ],
    ['an expired AbortSignal.timeout', new DOMException('x', 'TimeoutError'), 'model_timeout', true],
    ['an abort without the caller’s signal', new DOMException('x', 'AbortError'), 'model_timeout', true],
    ['a Response', new Response(null, { status: 529 }), 'model_overloaded', true],
    [
      'an error body',
      { type: 'error', error: { type: 'overloaded_error', message: 'x' } },
      'model_overloaded',
      true,
    ],
    [
      'a response.failed event of the Responses API',
      { type: 'response.failed', response: { error: { code: 'rate_limit_exceeded', message: 'x' } } },
      'rate_limit_exceeded',
      true,
    ],
    [
      'an error event of Gemini’s Interactions API',
      { event_type: 'error', error: { code: 'quota_exceeded', message: 'x' } },
      'failed_request',
      false,
    ],
  ])('%s', (_, thrown, code, retryable) => {
    expect(recognize(thrown, request)).toMatchObject({ code, retryable, origin: 'acme' })
    expect(fromUpstream(thrown, { origin: 'acme' })).toMatchObject({ code, retryable, cause: thrown })
  })
})

test('the recognizer returns undefined for errors of other sources', () => {
  const otherValues: unknown[] = [
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
  for (const thrown of otherValues) expect(recognize(thrown, request)).toBeUndefined()
})

test('the recognizer does not read the signal of a request if the upstream has responded', () => {
  // Fastify creates the signal when it is read.
  let reads = 0
  const raw = {
    get signal(): undefined {
      reads += 1
      return undefined
    },
  }
  const thrown = error({ isAxiosError: true, config: {}, response: { status: 429, headers: {}, data: {} } })
  expect(recognize(thrown, { ...request, raw })).toMatchObject({ code: 'rate_limit_exceeded' })
  expect(reads).toBe(0)
})

describe('an abort', () => {
  test('is the caller’s if the caller’s signal is aborted, with any reason', () => {
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

  test('is a timeout’s if the reason of a combined signal is a TimeoutError', () => {
    const signal = AbortSignal.abort(new DOMException('x', 'TimeoutError'))
    expect(fromUpstream(signal.reason, { signal })).toMatchObject({
      code: 'model_timeout',
      details: { abortedBy: 'deadline' },
    })
  })

  test('of a disconnected caller does not replace an earlier response', () => {
    const thrown = error({ status: 529, headers: new Headers(), error: undefined, requestID: 'req_1' })
    expect(fromUpstream(thrown, { signal: AbortSignal.abort() })).toMatchObject({ code: 'model_overloaded' })
  })
})

describe('Retry-After', () => {
  const getRetryAfter = (headers: object, message = 'x'): unknown =>
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
    expect(getRetryAfter(headers, message)).toBe(seconds)
  })

  test('is left out for an error that is not retryable', () => {
    const thrown = {
      status: 429,
      headers: { 'retry-after': '7' },
      error: { message: 'x', code: 'insufficient_quota' },
    }
    expect(fromUpstream(thrown).retryAfter).toBeUndefined()
    expect(fromUpstream(thrown, { credentials: 'caller' }).retryAfter).toBeUndefined()
  })
})

test('x-should-retry: false of a provider makes an error not retryable', () => {
  const thrown = { status: 500, headers: { 'x-should-retry': 'false' }, error: { message: 'x' } }
  expect(fromUpstream(thrown)).toMatchObject({ code: 'model_server_error', retryable: false })
})

test('an ApiError is returned unchanged', () => {
  const apiError = fromUpstream(new DOMException('x', 'TimeoutError'), { origin: 'acme' })
  expect(fromUpstream(apiError, { origin: 'other' })).toBe(apiError)
})
