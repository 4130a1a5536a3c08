import { createRoutingError } from '@faultline/core'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import {
  AccountSuspended,
  ConcurrentLimitExceeded,
  EndpointNotFound,
  ExpiredApiKey,
  fetchJson,
  FileTooLarge,
  InternalError,
  InvalidApiKey,
  InvalidFieldValue,
  InvalidFileFormat,
  InvalidImageQuality,
  InvalidImageSize,
  InvalidMaxTokens,
  InvalidRequest,
  InvalidTemperature,
  isRetryable,
  MissingApiKey,
  MissingRequiredField,
  ModelNotFound,
  ModelUnavailable,
  Overloaded,
  parseError,
  PermissionDenied,
  ProcessingError,
  PromptTooLong,
  PromptViolation,
  QuotaExceeded,
  RateLimitExceeded,
  RequestTimeout,
  ResourceNotFound,
  RevokedApiKey,
  ServiceUnavailable,
  UnsupportedModel,
  UpstreamError,
  type ApiError,
} from '../../src/index.ts'
import { countAttempts } from '../count-attempts.ts'
import {
  answer,
  answerInBothModes,
  compactJson,
  createZodError,
  limiterResult,
  multerError,
  readAnswer,
  sendToClient,
  thrownValues,
} from './answer.ts'

/** Tests the rows of a table with the columns Code, Message and Description. */
function testCodes(
  statuses: readonly number[],
  rows: readonly (readonly [code: string, message: string, description: string, error: ApiError])[],
): void {
  test.each(rows)('%s | %s | %s', async (code, message, _, error) => {
    for (const sent of answerInBothModes('ai-api', error)) {
      expect(statuses).toContain(sent.status)
      expect(sent.body.error).toMatchObject({ code, message })
      const read = await readAnswer(sent, 'ai-api')
      expect({ code: read.code, status: read.status }).toEqual({ code: error.code, status: sent.status })
    }
  })
}

/** Tests the rows of a table with the columns Code, Message, Field and Description. */
function testFields(
  rows: readonly (readonly [
    code: string,
    message: string,
    field: string,
    description: string,
    error: ApiError,
  ])[],
): void {
  test.each(rows)('%s | %s | %s | %s', async (code, message, field, _, error) => {
    for (const sent of answerInBothModes('ai-api', error)) {
      expect(sent.status).toBe(400)
      expect(sent.body.error).toEqual({ code, message, details: { field, issue: message } })
      const read = await readAnswer(sent, 'ai-api')
      expect({ code: read.code, field: read.field }).toEqual({ code: error.code, field })
    }
  })
}

describe('001_b3522b511371328a.txt: Error Codes', () => {
  describe('Error Codes', () => {
    const sample = `{
"success": false,
"error": {
"code": "ERROR_CODE",
"message": "Human-readable error message",
"details": {
"field": "specific_field_name",
"issue": "detailed_issue_description"
}
},
"meta": {
"request_id": "req_1234567890",
"timestamp": "2024-01-01T00:00:00Z"
}
}`

    test('"All API errors follow a consistent format": the sample, byte for byte', () => {
      class SampleError extends InvalidFieldValue {
        static override code = 'error_code'
        static override message = 'Human-readable error message'
      }
      vi.useFakeTimers({ toFake: ['Date'], now: new Date('2024-01-01T00:00:00Z') })
      const error = new SampleError({ field: 'specific_field_name', issue: 'detailed_issue_description' })
      const { text } = answer('ai-api', error, { requestId: 'req_1234567890' })
      vi.useRealTimers()
      expect(text).toBe(compactJson(sample))
    })

    test('"All API errors follow a consistent format": a client reads each member of the sample', async () => {
      for (const envelope of [undefined, 'ai-api'] as const) {
        const error = await parseError(new Response(sample, { status: 400 }), { envelope })
        expect(error).toMatchObject({
          code: 'error_code',
          message: 'Human-readable error message',
          field: 'specific_field_name',
          issues: [{ message: 'detailed_issue_description', path: ['specific_field_name'] }],
          requestId: 'req_1234567890',
          timestamp: new Date('2024-01-01T00:00:00Z'),
        })
      }
    })

    test('"All API errors follow a consistent format": every error and any other thrown value', () => {
      for (const { headers, body } of thrownValues.flatMap((thrown) => answerInBothModes('ai-api', thrown))) {
        expect(headers['content-type']).toMatch(/^application\/json\b/)
        expect(body).toMatchObject({
          success: false,
          error: { code: expect.stringMatching(/^[A-Z]+(?:_[A-Z]+)*$/), message: expect.stringMatching(/./) },
          meta: {
            request_id: expect.stringMatching(/^req_[a-z0-9]+$/),
            timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          },
        })
        expect(Object.keys(body)).toEqual(['success', 'error', 'meta'])
        expect(Object.keys(body.meta!)).toEqual(['request_id', 'timestamp'])
      }
    })

    test('"All API errors follow a consistent format": strict mode sends no other member', () => {
      for (const thrown of thrownValues) {
        const { error } = answer('ai-api:strict', thrown).body
        const { details, ...rest } = error!
        expect(Object.keys(rest)).toEqual(['code', 'message'])
        if (details !== undefined) expect(Object.keys(details)).toEqual(['field', 'issue'])
      }
    })
  })

  describe('HTTP Status Codes', () => {
    test.each([
      [200, 'Success'],
      [201, 'Created'],
    ])('%i | %s: a client returns the body', async (status) => {
      const fetch = async (): Promise<Response> => Response.json({ id: 1 }, { status })
      expect(await fetchJson('http://api.test', { fetch })).toEqual({ id: 1 })
    })

    test.each([
      [400, 'Bad Request', new InvalidRequest()],
      [401, 'Unauthorized', new MissingApiKey()],
      [403, 'Forbidden', new PermissionDenied()],
      [404, 'Not Found', new ResourceNotFound()],
      [429, 'Rate Limit Exceeded', new RateLimitExceeded({ retryAfter: 1 })],
      [500, 'Internal Server Error', new InternalError()],
      [502, 'Bad Gateway', new UpstreamError()],
      [503, 'Service Unavailable', new ServiceUnavailable({ retryAfter: 1 })],
    ])('%i | %s: a server sends it, and a client throws an error with it', async (status, _, error) => {
      for (const sent of answerInBothModes('ai-api', error)) {
        expect(sent.status).toBe(status)
        const fetch = async (): Promise<Response> => new Response(sent.text, { status: sent.status })
        const options = { fetch, maxAttempts: 1 }
        await expect(fetchJson('http://api.test', options)).rejects.toMatchObject({ status })
      }
    })

    test('the table lists all statuses: strict mode sends no other', () => {
      for (const thrown of thrownValues)
        expect([400, 401, 403, 404, 429, 500, 502, 503]).toContain(answer('ai-api:strict', thrown).status)
    })
  })

  describe('Authentication Errors, 401 - Unauthorized', () => {
    testCodes(
      [401],
      [
        ['MISSING_API_KEY', 'API key is required', 'No API key provided in request', new MissingApiKey()],
        [
          'INVALID_API_KEY',
          'The provided API key is invalid',
          "API key format is incorrect or doesn't exist",
          new InvalidApiKey(),
        ],
        [
          'EXPIRED_API_KEY',
          'The API key has expired',
          'API key has passed its expiration date',
          new ExpiredApiKey(),
        ],
        [
          'REVOKED_API_KEY',
          'The API key has been revoked',
          'API key was manually revoked',
          new RevokedApiKey(),
        ],
      ],
    )
  })

  describe('Authentication Errors, 403 - Forbidden', () => {
    testCodes(
      [403],
      [
        [
          'INSUFFICIENT_PERMISSIONS',
          'Insufficient permissions for this operation',
          'API key lacks required permissions',
          new PermissionDenied(),
        ],
        [
          'ACCOUNT_SUSPENDED',
          'Account has been suspended',
          'Account is temporarily or permanently suspended',
          new AccountSuspended(),
        ],
        [
          'QUOTA_EXCEEDED',
          'Monthly quota exceeded',
          'Monthly usage limit has been reached',
          new QuotaExceeded(),
        ],
      ],
    )
  })

  describe('Request Errors, 400 - Bad Request', () => {
    testCodes(
      [400],
      [
        [
          'INVALID_REQUEST',
          'The request was invalid',
          'General request validation error',
          new InvalidRequest(),
        ],
        [
          'MISSING_REQUIRED_FIELD',
          'Required field is missing',
          'A required parameter was not provided',
          new MissingRequiredField({ field: 'prompt' }),
        ],
        [
          'INVALID_FIELD_VALUE',
          'Field value is invalid',
          "Parameter value doesn't meet requirements",
          new InvalidFieldValue({ field: 'seed' }),
        ],
        [
          'UNSUPPORTED_MODEL',
          'Model is not supported',
          "Specified model doesn't exist or isn't available",
          new UnsupportedModel({ model: 'gpt-9' }),
        ],
        [
          'INVALID_FILE_FORMAT',
          'File format is not supported',
          'Uploaded file format is not accepted',
          new InvalidFileFormat(),
        ],
        [
          'FILE_TOO_LARGE',
          'File size exceeds limit',
          'File is larger than allowed maximum',
          new FileTooLarge(),
        ],
      ],
    )

    const schema = z.object({ model: z.string(), prompt: z.string(), seed: z.int() })

    test('"General request validation error": problems of several kinds that a validator found', () => {
      const error = createZodError(schema, { model: 7, seed: 0.5 })
      for (const { status, body } of answerInBothModes('ai-api', error)) {
        expect(status).toBe(400)
        expect(body.error).toMatchObject({ code: 'INVALID_REQUEST', details: { field: 'model' } })
      }
    })

    test('"A required parameter was not provided": one or several that a validator missed', () => {
      for (const [request, field] of [
        [{ model: 'echo', seed: 1 }, 'prompt'],
        [{}, 'model'],
      ] as const) {
        const error = createZodError(schema, request)
        for (const { status, body } of answerInBothModes('ai-api', error)) {
          expect(status).toBe(400)
          expect(body.error).toMatchObject({ code: 'MISSING_REQUIRED_FIELD', details: { field } })
        }
      }
    })

    test('"A required parameter was not provided": the details name the field', () => {
      const { body } = answer('ai-api', new MissingRequiredField({ field: 'prompt' }))
      expect(body.error!.details).toMatchObject({ field: 'prompt' })
    })

    test('"Specified model doesn\'t exist or isn\'t available": the details name the field', () => {
      for (const { body } of answerInBothModes('ai-api', new UnsupportedModel({ model: 'gpt-9' })))
        expect(body.error!.details).toMatchObject({ field: 'model' })
    })

    test('"File is larger than allowed maximum": the limit of an upload parser', () => {
      for (const { status, body } of answerInBothModes('ai-api', multerError))
        expect([status, body.error!.code]).toEqual([400, 'FILE_TOO_LARGE'])
    })
  })

  describe('Request Errors, 404 - Not Found', () => {
    testCodes(
      [404],
      [
        [
          'RESOURCE_NOT_FOUND',
          'Resource not found',
          "Requested resource doesn't exist",
          new ResourceNotFound(),
        ],
        ['ENDPOINT_NOT_FOUND', 'Endpoint not found', "API endpoint doesn't exist", new EndpointNotFound()],
        [
          'MODEL_NOT_FOUND',
          'Model not found',
          "Specified model doesn't exist",
          new ModelNotFound({ model: 'gpt-9' }),
        ],
      ],
    )

    test('"API endpoint doesn\'t exist": a request that no route matches', () => {
      for (const { status, body } of answerInBothModes('ai-api', createRoutingError('GET', [])))
        expect([status, body.error!.code]).toEqual([404, 'ENDPOINT_NOT_FOUND'])
    })
  })

  describe('Rate Limiting Errors, 429 - Rate Limit Exceeded', () => {
    testCodes(
      [429],
      [
        [
          'RATE_LIMIT_EXCEEDED',
          'Rate limit exceeded',
          'Too many requests in the time window',
          new RateLimitExceeded({ retryAfter: 1 }),
        ],
        [
          'CONCURRENT_LIMIT_EXCEEDED',
          'Too many concurrent requests',
          'Too many simultaneous requests',
          new ConcurrentLimitExceeded(),
        ],
      ],
    )

    test('"Too many requests in the time window": the result of a limiter', () => {
      for (const { status, body } of answerInBothModes('ai-api', limiterResult))
        expect([status, body.error!.code]).toEqual([429, 'RATE_LIMIT_EXCEEDED'])
    })
  })

  describe('Server Errors, 500 - Internal Server Error', () => {
    testCodes(
      [500],
      [
        ['INTERNAL_ERROR', 'Internal server error', 'Unexpected server error', new InternalError()],
        [
          'MODEL_UNAVAILABLE',
          'Model is temporarily unavailable',
          'AI model is down for maintenance',
          new ModelUnavailable(),
        ],
        [
          'PROCESSING_ERROR',
          'Error processing request',
          'Error occurred during request processing',
          new ProcessingError(),
        ],
      ],
    )

    test('"Unexpected server error": any value that a handler throws', () => {
      for (const thrown of [new TypeError('a secret'), 'a secret', undefined]) {
        for (const { status, body } of answerInBothModes('ai-api', thrown)) {
          expect(status).toBe(500)
          expect(body.error).toEqual({ code: 'INTERNAL_ERROR', message: 'Internal server error' })
        }
      }
    })
  })

  describe('Server Errors, 502/503 - Service Unavailable', () => {
    testCodes(
      [502, 503],
      [
        [
          'SERVICE_UNAVAILABLE',
          'Service is temporarily unavailable',
          'API is down for maintenance',
          new ServiceUnavailable({ retryAfter: 1 }),
        ],
        ['OVERLOADED', 'Service is overloaded', 'Server is experiencing high load', new Overloaded()],
      ],
    )

    test('"502/503 - Service Unavailable": a 502 has one of these codes in strict mode', () => {
      const { status, body } = answer('ai-api:strict', new UpstreamError())
      expect(status).toBe(502)
      expect(body.error).toEqual({
        code: 'SERVICE_UNAVAILABLE',
        message: 'Service is temporarily unavailable',
      })
    })

    test.each([502, 503])(
      '"502/503 - Service Unavailable": a client reads both codes with %i',
      async (status) => {
        for (const code of ['SERVICE_UNAVAILABLE', 'OVERLOADED']) {
          const body = { success: false, error: { code, message: 'm' }, meta: { request_id: 'req_1' } }
          const error = await parseError(Response.json(body, { status }))
          expect(error).toMatchObject({ status, retryable: true })
          expect(error).toBeInstanceOf(
            code === 'OVERLOADED' ? Overloaded : status === 502 ? UpstreamError : ServiceUnavailable,
          )
        }
      },
    )
  })

  describe('Field-Specific Errors, Text Generation Errors', () => {
    testFields([
      [
        'PROMPT_TOO_LONG',
        'Prompt exceeds maximum length',
        'prompt',
        'Input text is too long',
        new PromptTooLong(),
      ],
      [
        'INVALID_TEMPERATURE',
        'Temperature must be between 0 and 2',
        'temperature',
        'Temperature value is out of range',
        new InvalidTemperature(),
      ],
      [
        'INVALID_MAX_TOKENS',
        'Max tokens must be positive',
        'max_tokens',
        'Token limit is invalid',
        new InvalidMaxTokens(),
      ],
    ])
  })

  describe('Field-Specific Errors, Image Generation Errors', () => {
    testFields([
      [
        'INVALID_IMAGE_SIZE',
        'Image size is not supported',
        'size',
        'Specified dimensions are invalid',
        new InvalidImageSize(),
      ],
      [
        'INVALID_IMAGE_QUALITY',
        'Image quality is not supported',
        'quality',
        'Quality setting is invalid',
        new InvalidImageQuality(),
      ],
      [
        'PROMPT_VIOLATION',
        'Prompt violates content policy',
        'prompt',
        'Image description contains prohibited content',
        new PromptViolation(),
      ],
    ])
  })

  test('the tables list all codes: strict mode sends no other', () => {
    const listed = new Set([
      ...['MISSING_API_KEY', 'INVALID_API_KEY', 'EXPIRED_API_KEY', 'REVOKED_API_KEY'],
      ...['INSUFFICIENT_PERMISSIONS', 'ACCOUNT_SUSPENDED', 'QUOTA_EXCEEDED'],
      ...['INVALID_REQUEST', 'MISSING_REQUIRED_FIELD', 'INVALID_FIELD_VALUE', 'UNSUPPORTED_MODEL'],
      ...['INVALID_FILE_FORMAT', 'FILE_TOO_LARGE'],
      ...['RESOURCE_NOT_FOUND', 'ENDPOINT_NOT_FOUND', 'MODEL_NOT_FOUND'],
      ...['RATE_LIMIT_EXCEEDED', 'CONCURRENT_LIMIT_EXCEEDED'],
      ...['INTERNAL_ERROR', 'MODEL_UNAVAILABLE', 'PROCESSING_ERROR', 'SERVICE_UNAVAILABLE', 'OVERLOADED'],
      ...['PROMPT_TOO_LONG', 'INVALID_TEMPERATURE', 'INVALID_MAX_TOKENS'],
      ...['INVALID_IMAGE_SIZE', 'INVALID_IMAGE_QUALITY', 'PROMPT_VIOLATION'],
    ])
    const sent = new Set(thrownValues.map((thrown) => answer('ai-api:strict', thrown).body.error!.code))
    expect(sent).toEqual(listed)
  })

  describe('Error Handling Examples', () => {
    /** The function of the section "JavaScript"; it logs through a parameter. */
    async function handleAPIError(
      response: Response,
      log: (label: string, message: string) => void,
    ): Promise<unknown> {
      if (!response.ok) {
        const error = (await response.json()) as { error: { message: string } }
        switch (response.status) {
          case 401:
            log('Authentication failed:', error.error.message)
            break
          case 429:
            log('Rate limited:', error.error.message)
            break
          case 400:
            log('Bad request:', error.error.message)
            break
          default:
            log('API error:', error.error.message)
        }
        throw new Error(error.error.message)
      }
      return response.json()
    }

    test.each([
      ['Authentication failed:', new MissingApiKey(), 'API key is required'],
      ['Rate limited:', new RateLimitExceeded({ retryAfter: 1 }), 'Rate limit exceeded'],
      ['Bad request:', new InvalidTemperature(), 'Temperature must be between 0 and 2'],
      ['API error:', new TypeError('a secret'), 'Internal server error'],
    ])('the sample function reports "%s"', async (label, thrown, message) => {
      for (const { text, status } of answerInBothModes('ai-api', thrown)) {
        const log = vi.fn<(label: string, message: string) => void>()
        await expect(handleAPIError(new Response(text, { status }), log)).rejects.toThrow(message)
        expect(log.mock.calls).toEqual([[label, message]])
      }
    })

    test('"case 429: … // Implement retry logic"', async () => {
      expect(isRetryable(await sendToClient('ai-api', new RateLimitExceeded({ retryAfter: 1 })))).toBe(true)
    })
  })

  describe('Retry Logic, Exponential Backoff', () => {
    test.each([
      new InternalError(),
      new ModelUnavailable(),
      new ProcessingError(),
      new UpstreamError(),
      new ServiceUnavailable({ retryAfter: 1 }),
      new Overloaded(),
    ])('"maxRetries = 3", "const delay = Math.pow(2, attempt) * 1000": $code', async (thrown) => {
      const error = await sendToClient('ai-api', thrown)
      expect(await countAttempts(error)).toEqual({ attempts: 3, delays: [2000, 4000] })
    })

    test.each([
      new InvalidRequest(),
      new MissingApiKey(),
      new PermissionDenied(),
      new QuotaExceeded(),
      new ModelNotFound({ model: 'gpt-9' }),
      new RequestTimeout(),
    ])('"Don\'t retry on client errors (4xx)": $code', async (thrown) => {
      const error = await sendToClient('ai-api', thrown)
      expect(error.status).toBeLessThan(500)
      expect(await countAttempts(error)).toEqual({ attempts: 1, delays: [] })
    })

    test('the sample repeats any function: a POST only if the caller declares it idempotent', async () => {
      const error = await sendToClient('ai-api', new InternalError())
      expect((await countAttempts(error, { idempotent: false })).attempts).toBe(1)
      expect((await countAttempts(error, { idempotent: true })).attempts).toBe(3)
    })
  })

  describe('Request ID', () => {
    test('"Every error response includes a unique request ID"', () => {
      const ids = thrownValues.flatMap((thrown) =>
        answerInBothModes('ai-api', thrown).map(({ headers, body }) => {
          expect(headers['x-request-id']).toBe(body.meta!.request_id)
          return body.meta!.request_id
        }),
      )
      expect(new Set(ids).size).toBe(2 * thrownValues.length)
    })

    test('"unique": requests with the same X-Request-Id get different ids, in the form of the sample', () => {
      const requestHeaders = { 'x-request-id': 'same' }
      const ids = [1, 2].flatMap(() =>
        answerInBothModes('ai-api', new InvalidRequest(), { requestHeaders }).map(
          ({ body }) => body.meta!.request_id,
        ),
      )
      expect(new Set(ids).size).toBe(4)
      for (const id of ids) expect(id).toMatch(/^req_[a-z0-9]+$/)
    })

    test('"unique": a service behind its own proxy can trust the id of the proxy', () => {
      const options = { requestHeaders: { 'x-request-id': 'req_proxy1' }, trustRequestId: true }
      expect(answer('ai-api', new InvalidRequest(), options).body.meta!.request_id).toBe('req_proxy1')
    })

    test.each(['ai-api', undefined] as const)(
      'the sample, without `success` and `timestamp`: a client reads it with the envelope %s',
      async (envelope) => {
        const sample = `{
"error": {
"code": "INVALID_REQUEST",
"message": "The request was invalid"
},
"meta": {
"request_id": "req_1234567890"
}
}`
        const error = await parseError(new Response(sample, { status: 400 }), { envelope })
        expect(error).toMatchObject({
          code: 'invalid_request',
          message: 'The request was invalid',
          requestId: 'req_1234567890',
        })
      },
    )

    test('"Include this request ID when contacting support": the error of a client has it', async () => {
      const sent = answer('ai-api', new InternalError())
      const error = await readAnswer(sent, 'ai-api')
      expect(error.requestId).toBe(sent.body.meta!.request_id)
    })
  })
})
