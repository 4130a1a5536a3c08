import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ApiError,
  envelopes,
  isApiError,
  parseError,
  ValidationFailed,
  type EnvelopeId,
} from '../src/index.ts'
import { documents, modes, pickFields } from './errors.ts'

/** `npm run fuzz` sets a higher number. */
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 1000)

const json = { 'content-type': 'application/json' }
const respond = (status: number, body: unknown, headers: Record<string, string> = json): Response =>
  new Response(JSON.stringify(body), { status, headers })

/** Members that parsers look for. Their values are arbitrary. */
const member = fc.constantFrom(
  ...['error', 'detail', 'errors', 'success', 'meta', 'type', 'title', 'status', 'code', 'message', 'param'],
  ...[
    'details',
    'issues',
    'issue',
    'field',
    'origin',
    'request_id',
    'timestamp',
    'source',
    'pointer',
    'reason',
  ],
  ...[
    'fieldViolations',
    'retryDelay',
    'requestId',
    'domain',
    'sequence_number',
    'id',
    'loc',
    'msg',
    '__proto__',
  ],
)
const value = fc.oneof(
  fc.constantFrom(
    'error',
    'rate_limit_exceeded',
    'invalid_request_error',
    'urn:faultline:error:%',
    '429',
    '1e999s',
  ),
  fc.constantFrom<unknown>(null, false, 0, 429, 700, -1, [], {}),
  fc.string(),
  fc.double(),
)
const { body: anyBody } = fc.letrec<{ body: unknown }>((tie) => ({
  body: fc.oneof(
    { maxDepth: 4 },
    value,
    fc.dictionary(member, tie('body'), { maxKeys: 8 }),
    fc.array(tie('body')),
  ),
}))
const anyHeaders = fc.dictionary(
  fc.constantFrom(
    'content-type',
    'retry-after',
    'retry-after-ms',
    'x-should-retry',
    'x-request-id',
    'request-id',
  ),
  fc.oneof(
    fc.constantFrom(
      'application/problem+json',
      'application/vnd.api+json',
      'text/html',
      'true',
      'false',
      '1e9',
      '-1',
    ),
    fc.constantFrom('9'.repeat(15), 'Wed, 21 Oct 2015 07:28:00 GMT', 'req_1', ''),
    fc.stringMatching(/^[ -~]{0,20}$/),
  ),
)
const anyOptions = fc.record(
  {
    envelope: fc.oneof(
      fc.constantFrom(...modes.map(({ id }) => id as EnvelopeId)),
      fc.constant('none' as 'openai'),
    ),
    maxBodyBytes: fc.nat(2000),
  },
  { requiredKeys: [] },
)

function expectComplete(error: unknown): void {
  expect(error).toBeInstanceOf(ApiError)
  const { code, status, message, retryable, retryAfter, requestId, issues, origin, field } = error as ApiError
  expect([typeof code, typeof message, typeof retryable]).toEqual(['string', 'string', 'boolean'])
  expect(status >= 400 && status <= 599 && Number.isInteger(status)).toBe(true)
  const delay = retryAfter ?? 0
  expect(Number.isFinite(Number(delay)) && (delay instanceof Date || delay >= 0)).toBe(true)
  for (const text of [requestId, origin, field]) expect(['string', 'undefined']).toContain(typeof text)
  for (const issue of issues ?? []) expect(typeof issue.message).toBe('string')
  JSON.stringify(error)
}

describe('parseError returns a complete error and never rejects', () => {
  test('for any JSON, headers and status', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 200, max: 599 }),
        anyBody,
        anyHeaders,
        anyOptions,
        async (status, body, headers, options) => {
          const text = [204, 205, 304].includes(status) ? null : (JSON.stringify(body) ?? '')
          expectComplete(await parseError(new Response(text, { status, headers }), options))
        },
      ),
      { numRuns },
    )
  })

  test('for bodies of an envelope with one wrong member', async () => {
    const bodies = modes.map(({ envelope }) => {
      const issues = [{ message: 'bad', path: ['a', 0], code: 'c' }, { message: 'worse' }]
      const error = new ValidationFailed({ message: 'm', issues, origin: 'o', retryAfter: 9 })
      return JSON.stringify(envelope.render(error, { requestId: 'r' }).body)
    })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...bodies),
        fc.nat(40),
        anyBody,
        anyOptions,
        async (text, index, wrong, options) => {
          let remaining = index
          const body: unknown = JSON.parse(text, (_, inner: unknown) => (remaining-- === 0 ? wrong : inner))
          expectComplete(await parseError({ status: 422, body }, options))
          expectComplete(await parseError({ body }, options))
        },
      ),
      { numRuns: numRuns * 5 },
    )
  }, 60_000)

  test('for any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), anyHeaders, async (bytes, headers) => {
        expectComplete(await parseError(new Response(bytes, { status: 500, headers })))
        expectComplete(await parseError({ status: 500, headers, body: bytes }))
      }),
      { numRuns },
    )
  })

  test('for any value instead of a response', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), fc.anything(), fc.anything(), async (status, headers, body) => {
        expectComplete(await parseError({ status, headers, body } as never))
        expectComplete(await parseError(body as never))
      }),
      { numRuns },
    )
  })

  test('for a getter that throws, and for a body that was read or is locked', async () => {
    const hostile = {
      get body(): never {
        throw new Error('no')
      },
    }
    expectComplete(await parseError(hostile))
    const response = respond(429, {})
    await response.text()
    expect(await parseError(response)).toMatchObject({ code: 'rate_limit_exceeded', status: 429 })
    const locked = respond(503, {})
    locked.body!.getReader()
    expect(await parseError(locked)).toMatchObject({ code: 'service_unavailable', status: 503 })
  })

  test('for JSON that is 10,000 levels deep', async () => {
    for (const deep of [
      '['.repeat(10_000) + ']'.repeat(10_000),
      '{"error":'.repeat(10_000) + '1' + '}'.repeat(10_000),
    ]) {
      expectComplete(await parseError(new Response(deep, { status: 500 })))
      expectComplete(await parseError({ status: 500, body: JSON.parse(deep) as unknown }))
    }
  })

  test('for JSON with bytes that are not UTF-8', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"error":{"type":"t","code":"not_found","message":"a'),
      Buffer.from([0xff, 0xc3]),
      Buffer.from('b"}}'),
    ])
    expect(await parseError(new Response(bytes, { status: 404 }))).toMatchObject({
      code: 'not_found',
      message: 'a\u{fffd}\u{fffd}b',
    })
  })
})

describe('a body in no known envelope gives the canonical error of the status', () => {
  test.each([
    [502, '<html><h1>502 Bad Gateway</h1></html>', 'upstream_error', true],
    [503, '', 'service_unavailable', true],
    [504, 'null', 'gateway_timeout', true],
    [413, '<html>', 'payload_too_large', false],
    [500, '[]', 'internal_error', false],
    [418, '"teapot"', 'im_a_teapot', false],
    [599, '{', 'http_599', false],
    [522, 'error code: 522', 'gateway_timeout', true],
    [529, '', 'overloaded', true],
  ])('%i %s: %s', async (status, body, code, retryable) => {
    const headers = { 'retry-after': '3', 'x-request-id': 'abc' }
    const error = await parseError(new Response(body, { status, headers }))
    expect(error).toMatchObject({ code, status, retryable, retryAfter: 3, requestId: 'abc' })
    expect(error.message).not.toBe('')
  })

  test.each([
    [{ statusCode: 404, message: 'Cannot GET /x', error: 'Not Found' }, 404, 'not_found', 'Cannot GET /x'],
    [{ detail: 'Not Found' }, 404, 'not_found', 'Not Found'],
    [{ detail: 'Boom' }, 500, 'internal_error', 'Boom'],
    [{ error: 'Model is overloaded', error_type: 'overloaded' }, 429, 'overloaded', 'Model is overloaded'],
    [{ error: { code: 502, message: 'Provider down' } }, 502, 'upstream_error', 'Provider down'],
    [{ object: 'error', message: 'no', type: 'x', code: '1300' }, 401, 'unauthenticated', 'no'],
  ])('with the message of frameworks and providers: %j', async (body, status, code, message) => {
    expect(await parseError(respond(status, body))).toMatchObject({ code, status, message })
  })

  test('a response with a success status is an upstream error, unless its body is an error', async () => {
    expect(await parseError(new Response('ok'))).toMatchObject({ code: 'upstream_error', status: 502 })
    expect(await parseError(respond(200, { error: { code: 429, message: 'Slow down' } }))).toMatchObject({
      status: 429,
      message: 'Slow down',
    })
  })
})

describe('the envelope is detected', () => {
  const openai = { message: 'm', type: 'invalid_request_error', param: null, code: null }
  test.each<[string, number, unknown, object]>([
    ['OpenAI', 401, { error: { ...openai, code: 'invalid_api_key' } }, { code: 'invalid_api_key' }],
    [
      'Groq, without param',
      429,
      { error: { message: 'm', type: 'tokens', code: 'rate_limit_exceeded' } },
      { code: 'rate_limit_exceeded', retryable: true },
    ],
    [
      'vLLM',
      400,
      { error: { message: 'm', type: 'BadRequestError', param: null, code: 400 } },
      { code: 'invalid_request' },
    ],
    [
      'LiteLLM',
      429,
      { error: { message: 'm', type: 'throttling_error', param: null, code: '429' } },
      { code: 'rate_limit_exceeded' },
    ],
    ['Azure', 404, { error: { code: 'DeploymentNotFound', message: 'm' } }, { code: 'model_not_found' }],
    [
      'Anthropic',
      529,
      { type: 'error', error: { type: 'overloaded_error', message: 'm' }, request_id: 'r' },
      { code: 'overloaded', requestId: 'r', retryable: true },
    ],
    [
      'FastAPI’s validation',
      422,
      { detail: [{ loc: ['body', 'a', 0], msg: 'bad', type: 'int' }] },
      { code: 'validation_failed', issues: [{ message: 'bad', path: ['a', 0], code: 'int' }] },
    ],
    [
      'CompactifAI',
      400,
      { error: { ...openai, message: 'Invalid request: m' } },
      { code: 'invalid_request', message: 'm' },
    ],
  ])('%s', async (_, status, body, expected) => {
    expect(await parseError(respond(status, body))).toMatchObject(expected)
  })

  test('by Content-Type first: problem+json with an `error` member, or without a title', async () => {
    const headers = { 'content-type': 'Application/Problem+JSON; charset=utf-8' }
    expect(
      await parseError(
        respond(
          422,
          { title: 'T', detail: 'D', errors: [{ detail: 'bad', pointer: '#/a/0' }], error: openai },
          headers,
        ),
      ),
    ).toMatchObject({ code: 'validation_failed', message: 'D', issues: [{ message: 'bad', path: ['a', 0] }] })
    expect(await parseError(respond(403, { type: 7, detail: 'No' }, headers))).toMatchObject({
      code: 'permission_denied',
      message: 'No',
    })
    expect(await parseError(respond(403, {}, headers))).toMatchObject({ code: 'permission_denied' })
  })

  test('Google’s details are parsed, also in an array of one error', async () => {
    const google = {
      error: {
        code: 429,
        message: 'Slow down',
        status: 'RESOURCE_EXHAUSTED',
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
            reason: 'RATE_LIMIT_EXCEEDED',
            domain: 'gl',
          },
          { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '47.88s' },
          { '@type': 'type.googleapis.com/google.rpc.RequestInfo', requestId: 'r' },
        ],
      },
    }
    const expected = { code: 'rate_limit_exceeded', origin: 'gl', retryAfter: 47.88, requestId: 'r' }
    expect(await parseError(respond(429, google))).toMatchObject(expected)
    expect(await parseError(respond(429, [google]))).toMatchObject(expected)
  })

  test('a named envelope takes precedence, unless it cannot parse the body', async () => {
    const body = { error: { type: 'bad_request', code: 'unknown_model', message: 'm' } }
    expect(await parseError(respond(404, body))).toMatchObject({ code: 'model_not_found' })
    expect(await parseError(respond(404, body), { envelope: 'openai' })).toMatchObject({
      code: 'unknown_model',
    })
    expect(await parseError(respond(404, body), { envelope: envelopes.google })).toMatchObject({
      code: 'model_not_found',
    })
    expect(await parseError(respond(404, body), { envelope: 'nothing' as 'openai' })).toMatchObject({
      status: 404,
    })
  })

  test('a named envelope takes precedence over the Content-Type', async () => {
    const error = { code: 409, message: 'm', status: 'ABORTED' }
    const response = () => respond(400, { title: 'T', error }, { 'content-type': 'application/problem+json' })
    expect(await parseError(response())).toMatchObject({ message: 'T' })
    expect(await parseError(response(), { envelope: 'google' })).toMatchObject({ message: 'm' })
  })

  test('a type of OpenAI identifies OpenAI’s envelope, even if members are missing', async () => {
    const error = { message: 'm', type: 'invalid_request_error', code: 'context_length_exceeded' }
    expect(await parseError(respond(400, { error }))).toMatchObject({ code: 'prompt_too_long' })
  })

  test('the samples of the documents are parsed as by their envelopes', async () => {
    for (const { id, samples } of documents) {
      for (const { status, body } of samples) {
        const expected = pickFields(envelopes[id].parse({ status, body })!)
        expect(pickFields(await parseError(respond(status, body)))).toEqual(expected)
        expect(pickFields(await parseError({ status, body }))).toEqual(expected)
      }
    }
  })
})

describe('headers', () => {
  const body = { error: { type: 'x', code: 'y', message: 'm' } }

  test('x-should-retry determines `retryable`', async () => {
    expect((await parseError(respond(429, body, { 'x-should-retry': 'false' }))).retryable).toBe(false)
    expect((await parseError(respond(400, body, { 'x-should-retry': 'true' }))).retryable).toBe(true)
    expect((await parseError(respond(400, body, { 'x-should-retry': 'yes' }))).retryable).toBe(false)
  })

  test('Retry-After is seconds or a date, and retry-after-ms takes precedence', async () => {
    expect((await parseError(respond(429, body, { 'retry-after': '7' }))).retryAfter).toBe(7)
    const date = new Date('2030-01-02T03:04:05Z')
    expect((await parseError(respond(429, body, { 'retry-after': date.toUTCString() }))).retryAfter).toEqual(
      date,
    )
    const both = { 'retry-after': '1', 'retry-after-ms': '250' }
    expect((await parseError(respond(429, body, both))).retryAfter).toBe(0.25)
    const broken = { 'retry-after': 'soon', 'retry-after-ms': '-1' }
    expect((await parseError(respond(429, body, broken))).retryAfter).toBeUndefined()
  })

  test('can be a record with names in any case and arrays as values', async () => {
    const headers = { 'Retry-After': ['9'], 'X-Request-Id': 'r' }
    const error = await parseError({ status: 429, headers, body: JSON.stringify(body) })
    expect(error).toMatchObject({ retryAfter: 9, requestId: 'r' })
  })

  test('the request id comes from the body, else from the configured header, else from the usual ones', async () => {
    expect((await parseError(respond(400, body, { 'request-id': 'a' }))).requestId).toBe('a')
    const customHeaders = { 'x-own': 'b', 'x-request-id': 'c' }
    expect(
      (await parseError(respond(400, body, customHeaders), { requestIdHeader: 'X-Own' })).requestId,
    ).toBe('b')
    const anthropic = { type: 'error', error: { type: 'api_error', message: 'm' }, request_id: 'd' }
    expect((await parseError(respond(500, anthropic, customHeaders))).requestId).toBe('d')
  })
})

test('isApiError narrows a parsed error', async () => {
  const error = await parseError(
    respond(404, { error: { type: 'not_found', code: 'unknown_model', message: 'm' } }),
  )
  expect([
    isApiError(error, 'model_not_found'),
    isApiError(error, 'not_found'),
    isApiError(error, 'conflict'),
  ]).toEqual([true, true, false])
})
