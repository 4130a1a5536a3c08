import { serializeError } from '@faultline/core'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  AccountSuspended,
  ConcurrentLimitExceeded,
  ExpiredApiKey,
  FailedRequest,
  GatewayTimeout,
  InternalError,
  InvalidApiKey,
  InvalidFieldValue,
  InvalidMaxTokens,
  InvalidRequest,
  isRetryable,
  MalformedBody,
  MissingApiKey,
  MissingRequiredField,
  parseError,
  PermissionDenied,
  QuotaExceeded,
  RateLimitExceeded,
  RequestTimeout,
  RevokedApiKey,
  ServiceUnavailable,
  UnsupportedInterface,
  UnsupportedModel,
  UpstreamError,
  ValidationFailed,
  type ApiError,
} from '../../src/index.ts'
import { countAttempts } from '../count-attempts.ts'
import {
  answer,
  answerInBothModes,
  createZodError,
  limiterResult,
  malformedJson,
  readAnswer,
  sendToClient,
  thrownValues,
} from './answer.ts'

/** Tests that both modes send a status and a code, and that a client reads the code's error. */
async function expectCode(thrown: unknown, status: number, code: string): Promise<void> {
  for (const sent of answerInBothModes('compresr', thrown)) {
    expect(sent.status).toBe(status)
    expect(sent.body).toEqual({ success: false, error: { code, message: expect.stringMatching(/./) } })
    for (const envelope of ['compresr', undefined] as const) {
      const read = await readAnswer(sent, envelope)
      expect(read.status).toBe(status)
      // The client sends what it has read with the same code.
      expect(answer('compresr', read).body.error!.code).toBe(code)
    }
  }
}

/** Returns the error that a client reads from a response with a status, a code and headers. */
async function readStatus(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  code = 'a_code',
): Promise<ApiError> {
  const body = { success: false, error: { code, message: 'm' } }
  return parseError(Response.json(body, { status, headers }))
}

/** The request body that the document describes under 422. */
const schema = z.object({
  query: z.string().min(1),
  target_compression_ratio: z.number().min(0).max(200),
  inputs: z.array(z.string()).max(100),
  compression_model_name: z.string(),
})

const validBody = {
  query: 'q',
  target_compression_ratio: 2,
  inputs: ['a'],
  compression_model_name: 'm',
}

describe('004_ef00496a0449f972.txt: Error codes', () => {
  describe('Error codes', () => {
    test('"Every error response uses the same envelope": every error and any other thrown value', () => {
      for (const { headers, body } of thrownValues.flatMap((thrown) =>
        answerInBothModes('compresr', thrown),
      )) {
        expect(headers['content-type']).toMatch(/^application\/json\b/)
        expect(Object.keys(body)).toEqual(['success', 'error'])
        expect(Object.keys(body.error!)).toEqual(['code', 'message'])
      }
    })

    test('"every HTTP status code the API returns": strict mode sends no other', () => {
      const sent = new Set(thrownValues.map((thrown) => answer('compresr:strict', thrown).status))
      expect(sent).toEqual(new Set([400, 401, 403, 422, 429, 500, 503]))
    })

    test('the sections list all codes: strict mode sends no other', () => {
      const listed = new Set([
        'invalid_request',
        ...['missing_api_key', 'invalid_api_key', 'expired_api_key'],
        ...['forbidden', 'validation_error', 'rate_limit_exceeded', 'internal_error', 'service_unavailable'],
      ])
      const sent = new Set(thrownValues.map((thrown) => answer('compresr:strict', thrown).body.error!.code))
      expect(sent).toEqual(listed)
    })

    test('"The HTTP status code is the category": strict mode sends each code with one status', () => {
      const statuses = new Map<unknown, number>()
      for (const thrown of thrownValues) {
        const { status, body } = answer('compresr:strict', thrown)
        const { code } = body.error!
        expect(statuses.get(code) ?? status).toBe(status)
        statuses.set(code, status)
      }
    })
  })

  describe('Error envelope', () => {
    const bodies = thrownValues.flatMap((thrown) =>
      answerInBothModes('compresr', thrown).map(({ body }) => body),
    )

    test('success, boolean: "Always false on error responses."', () => {
      for (const { success } of bodies) expect(success).toBe(false)
    })

    test('code, string: "Stable machine-readable error code (e.g. invalid_api_key)."', () => {
      for (const { error } of bodies) expect(error!.code).toMatch(/^[a-z]+(?:_[a-z]+)*$/)
      expect(answer('compresr', new InvalidApiKey()).body.error!.code).toBe('invalid_api_key')
    })

    test('message, string: "Human-readable message safe to log"', () => {
      for (const { error } of bodies) expect(error!.message).toMatch(/./)
      for (const thrown of [
        new TypeError('a secret'),
        new InternalError({ message: 'a secret' }),
        'a secret',
      ])
        for (const { text } of answerInBothModes('compresr', thrown)) expect(text).not.toContain('secret')
    })
  })

  describe('400 Bad Request', () => {
    test.each([
      ['"The request body could not be parsed as JSON"', malformedJson],
      ['"body is not valid JSON"', new MalformedBody()],
      ['"or doesn\'t match the expected shape"', new InvalidRequest()],
      ['"a required field was missing entirely"', new MissingRequiredField({ field: 'query' })],
    ])('code: invalid_request: %s', async (_, thrown) => {
      await expectCode(thrown, 400, 'invalid_request')
    })

    test.each([
      ['one', { ...validBody, query: undefined }],
      ['several', { query: 'q', inputs: ['a'] }],
      ['all', {}],
    ])('code: invalid_request: "a required field was missing entirely", %s', async (_, body) => {
      await expectCode(createZodError(schema, body), 400, 'invalid_request')
    })

    test('"Retries with the same body will fail identically": a client does not repeat the request', async () => {
      const error = await sendToClient('compresr', new InvalidRequest())
      expect(await countAttempts(error)).toEqual({ attempts: 1, delays: [] })
    })
  })

  describe('401 Unauthorized', () => {
    test.each([
      ['missing_api_key', 'no X-API-Key header.', new MissingApiKey()],
      ['invalid_api_key', "header present but the key doesn't exist", new InvalidApiKey()],
      ['invalid_api_key', 'or has been revoked', new RevokedApiKey()],
      ['expired_api_key', "the key's expiry timestamp is in the past.", new ExpiredApiKey()],
    ])('code: %s: "%s"', async (code, _, error) => {
      await expectCode(error, 401, code)
    })

    test('"The X-API-Key header is missing, malformed, revoked, or expired": the response names it', () => {
      for (const error of [
        new MissingApiKey(),
        new InvalidApiKey(),
        new RevokedApiKey(),
        new ExpiredApiKey(),
      ])
        for (const { headers } of answerInBothModes('compresr', error))
          expect(headers['www-authenticate']).toContain('X-API-Key')
    })
  })

  describe('403 Forbidden', () => {
    test.each([
      ['key is valid but not permitted to call this endpoint.', new PermissionDenied()],
      ['The key authenticates but lacks access', new AccountSuspended()],
    ])('code: forbidden: "%s"', async (_, error) => {
      await expectCode(error, 403, 'forbidden')
    })

    test('"Retrying with the same key returns the same error": a client does not repeat the request', async () => {
      const error = await sendToClient('compresr', new PermissionDenied())
      expect(await countAttempts(error)).toEqual({ attempts: 1, delays: [] })
    })
  })

  describe('422 Unprocessable Entity', () => {
    test.each([
      [
        'one or more fields failed validation',
        new ValidationFailed({ issues: [{ message: 'm', path: ['a'] }] }),
      ],
      ['one or more fields failed validation', new InvalidFieldValue({ field: 'seed' })],
      ['one or more fields failed validation', new InvalidMaxTokens()],
      ['well-formed JSON, but', new UnsupportedModel({ model: 'gpt-9' })],
      ['well-formed JSON, but', new UnsupportedInterface()],
    ])('code: validation_error: "%s" (%s)', async (_, error) => {
      await expectCode(error, 422, 'validation_error')
    })

    const causes: [cause: string, field: string, body: object][] = [
      ['empty query', 'query', { ...validBody, query: '' }],
      [
        'target_compression_ratio outside 0 to 200',
        'target_compression_ratio',
        { ...validBody, target_compression_ratio: 201 },
      ],
      [
        'inputs array with more than 100 items',
        'inputs',
        { ...validBody, inputs: Array.from({ length: 101 }, () => 'a') },
      ],
    ]

    test.each(causes)('code: validation_error: "typical causes are … %s"', async (_, field, body) => {
      await expectCode(createZodError(schema, body), 422, 'validation_error')
    })

    const withoutModel = { ...validBody, compression_model_name: undefined }

    test.each([
      ['null', { ...validBody, compression_model_name: null }],
      ['absent next to an invalid field', { ...withoutModel, query: '' }],
    ])('code: validation_error: "missing compression_model_name", %s', async (_, body) => {
      await expectCode(createZodError(schema, body), 422, 'validation_error')
    })

    test('"missing compression_model_name", absent and the only problem, is 400: "a required field was missing entirely"', async () => {
      // The two sections contradict each other for this case. The one that names it is followed.
      await expectCode(createZodError(schema, withoutModel), 400, 'invalid_request')
    })

    test.each(causes)('"the field flagged in error.message": %s', (_, field, body) => {
      for (const sent of answerInBothModes('compresr', createZodError(schema, body)))
        expect(sent.body.error!.message).toContain(field)
    })

    test('"the field flagged in error.message": a nested field, and a message of the handler', () => {
      const issues = [{ message: 'must be text', path: ['inputs', 3] }]
      for (const error of [
        new ValidationFailed({ issues }),
        new ValidationFailed({ issues, message: 'No.' }),
      ])
        for (const { body } of answerInBothModes('compresr', error))
          expect(body.error!.message).toContain('inputs[3]')
    })
  })

  describe('429 Too Many Requests', () => {
    test.each([
      ["you've hit the request or token budget", new RateLimitExceeded({ retryAfter: 30 })],
      ["you've hit the request or token budget", new ConcurrentLimitExceeded()],
      ["Your tier's per-minute or per-day quota is exhausted", new QuotaExceeded()],
    ])('code: rate_limit_exceeded: "%s" (%s)', async (_, error) => {
      await expectCode(error, 429, 'rate_limit_exceeded')
    })

    test.each([
      ['of the error', new RateLimitExceeded({ retryAfter: 30 }), '30'],
      ['in whole seconds', new RateLimitExceeded({ retryAfter: 0.2 }), '1'],
      ['of the limiter', limiterResult, '7'],
      ['of the server, if the error has none', new QuotaExceeded(), '5'],
    ])(
      '"Response includes a Retry-After header with seconds to wait": the value %s',
      (_, thrown, seconds) => {
        for (const { headers } of answerInBothModes('compresr', thrown))
          expect(headers['retry-after']).toBe(seconds)
      },
    )

    test('"Response includes a Retry-After header": every 429', () => {
      for (const { status, headers } of thrownValues.flatMap((thrown) =>
        answerInBothModes('compresr', thrown),
      ))
        if (status === 429) expect(headers['retry-after']).toMatch(/^[1-9]\d*$/)
    })

    test('"retrying with exponential delay that respects Retry-After"', async () => {
      const error = await readAnswer(
        answer('compresr', new RateLimitExceeded({ retryAfter: 30 })),
        'compresr',
      )
      const { delays } = await countAttempts(error, { random: () => 1, maxAttempts: 4 })
      expect(delays).toEqual([30_500, 31_000, 32_000])
    })
  })

  describe('500 Internal Server Error', () => {
    test.each([new InternalError(), new FailedRequest(), new TypeError('a secret')])(
      'code: internal_error: "generic server failure" (%s)',
      async (thrown) => {
        await expectCode(thrown, 500, 'internal_error')
      },
    )

    test('"Unexpected server-side failure": the message does not describe it', () => {
      for (const { body } of answerInBothModes('compresr', new TypeError('a secret')))
        expect(body.error!.message).toBe('Internal server error')
    })

    test('"retrying once with a short delay": two attempts, less than a second apart', async () => {
      const error = await sendToClient('compresr', new InternalError())
      const { attempts, delays } = await countAttempts(error, { random: () => 1 })
      expect(attempts).toBe(2)
      expect(delays).toEqual([500])
    })

    test('"retrying once": a POST if it is declared idempotent', async () => {
      const error = await sendToClient('compresr', new InternalError())
      expect((await countAttempts(error, { idempotent: false })).attempts).toBe(1)
    })
  })

  describe('503 Service Unavailable', () => {
    test('code: service_unavailable: "upstream compression service circuit open"', async () => {
      await expectCode(new ServiceUnavailable({ retryAfter: 10 }), 503, 'service_unavailable')
    })

    test('code: service_unavailable: "An upstream dependency is unhealthy"', async () => {
      await expectCode(new UpstreamError(), 503, 'service_unavailable')
    })

    test('"Response includes a Retry-After header": every 503', () => {
      for (const { headers } of answerInBothModes('compresr', new ServiceUnavailable({ retryAfter: 10 })))
        expect(headers['retry-after']).toBe('10')
      for (const { status, headers } of thrownValues.flatMap((thrown) =>
        answerInBothModes('compresr', thrown),
      ))
        if (status === 503) expect(headers['retry-after']).toMatch(/^[1-9]\d*$/)
    })

    test('"honouring Retry-After": a client waits, and may repeat any request', async () => {
      const error = await readAnswer(
        answer('compresr', new ServiceUnavailable({ retryAfter: 10 })),
        'compresr',
      )
      for (const idempotent of [true, false])
        expect((await countAttempts(error, { idempotent })).delays).toEqual([10_000, 10_000])
    })
  })

  describe('Best practices', () => {
    test('"Retry only on 429, 500, and 503": no other status is retried', async () => {
      for (let status = 400; status < 600; status++)
        expect([status, isRetryable(await readStatus(status))]).toEqual([
          status,
          [429, 500, 503].includes(status),
        ])
    })

    test.each([new RequestTimeout(), new UpstreamError(), new GatewayTimeout()])(
      '"Retry only on 429, 500, and 503": not on the status of %s',
      async ({ status, code }) => {
        const error = await readStatus(status, { 'retry-after': '1' }, code)
        expect(await countAttempts(error)).toEqual({ attempts: 1, delays: [] })
      },
    )

    test('"Never retry 4xx errors other than 429"', async () => {
      for (const thrown of thrownValues) {
        const sent = answer('compresr', thrown)
        if (sent.status >= 500 || sent.status === 429) continue
        const error = await readAnswer(sent, 'compresr')
        expect(await countAttempts(error)).toEqual({ attempts: 1, delays: [] })
      }
    })

    test('"respects Retry-After as a floor, not a ceiling"', async () => {
      for (const status of [429, 503]) {
        const error = await readStatus(status, { 'retry-after': '20' })
        for (const random of [0, 0.5, 1]) {
          const { delays } = await countAttempts(error, { random: () => random })
          expect(Math.min(...delays)).toBeGreaterThanOrEqual(20_000)
        }
        const { delays } = await countAttempts(error, { random: () => 1 })
        expect(delays[0]).toBeGreaterThan(20_000)
      }
    })

    test('"Log error.code (stable) rather than error.message (human-readable, may change)"', async () => {
      for (const message of ['Rate limit exceeded', 'Another message']) {
        const body = { success: false, error: { code: 'rate_limit_exceeded', message } }
        const error = await parseError(Response.json(body, { status: 429 }))
        const entry = serializeError(error)
        expect(entry.code).toBe('rate_limit_exceeded')
        expect(JSON.stringify(entry)).not.toContain(message)
      }
    })
  })
})
