import { createResponder } from '@faultline/core'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  AccountSuspended,
  AppNotFound,
  ConcurrentLimitExceeded,
  Conflict,
  EndpointNotFound,
  errorClasses,
  ExpiredApiKey,
  FailedRequest,
  FileTooLarge,
  HeadersTooLarge,
  InternalError,
  InvalidApiKey,
  InvalidApp,
  InvalidContentMedia,
  InvalidFieldValue,
  InvalidFileFormat,
  InvalidMaxTokens,
  InvalidRequest,
  InvalidTemperature,
  isRetryable,
  MalformedBody,
  MissingApiKey,
  MissingRequiredField,
  ModelNotFound,
  ModelOverloaded,
  ModelServerError,
  ModelTimeout,
  ModelUnavailable,
  parseError,
  PayloadTooLarge,
  PermissionDenied,
  PromptTooLong,
  PromptViolation,
  QuotaExceeded,
  RateLimitExceeded,
  readEvents,
  RevokedApiKey,
  StreamError,
  StreamTerminated,
  UnavailableContentMedia,
  UnknownWorkspace,
  UnsafeContent,
  UnsupportedInterface,
  UnsupportedMediaType,
  UnsupportedModel,
  ValidationFailed,
  type ApiError,
  type ErrorCode,
} from '../../src/index.ts'
import { countAttempts } from '../count-attempts.ts'
import {
  answer,
  answerInBothModes,
  compactJson,
  createRequest,
  createZodError,
  malformedJson,
  multerError,
  readAnswer,
  sendToClient,
  thrownValues,
} from './answer.ts'

type Row = readonly [code: string, retryable: 'Yes' | 'Yes*' | 'No', description: string, error: ApiError]

/** Tests the rows of a table with the columns Code, Retryable and Description. */
function testCodes(rows: readonly Row[]): void {
  test.each(rows)('%s | %s | %s', async (code, retryable, _, error) => {
    for (const sent of answerInBothModes('a15t', error)) {
      expect(sent.body.error!.code).toBe(code)
      for (const envelope of ['a15t', undefined] as const) {
        const read = await readAnswer(sent, envelope)
        // Several errors can have one code; a client reads the most general of them.
        expect(error).toBeInstanceOf(errorClasses[read.code as ErrorCode])
        expect(isRetryable(read)).toBe(retryable !== 'No')
        const { attempts } = await countAttempts(read)
        expect(attempts > 1).toBe(retryable !== 'No')
      }
    }
  })
}

/** Tests that each of several thrown values has a code. */
function testKinds(
  code: string,
  status: number,
  kinds: readonly (readonly [quotation: string, thrown: unknown])[],
): void {
  const rows = kinds.map(([quotation, thrown]) => ({ quotation, thrown }))
  test.each(rows)(`${code}: $quotation ($thrown.name)`, ({ thrown }) => {
    for (const sent of answerInBothModes('a15t', thrown)) {
      expect(sent.status).toBe(status)
      expect(sent.body.error!.code).toBe(code)
    }
  })
}

describe('002_37fdb92463722095.txt: HTTP errors', () => {
  describe('HTTP errors', () => {
    test.each([
      [400, 'Invalid request: there was an issue with the format or content', new InvalidRequest()],
      [400, 'Invalid request: there was an issue with the format or content', new InvalidTemperature()],
      [401, "Unauthorized: there's an issue with your API key", new MissingApiKey()],
      [401, "Unauthorized: there's an issue with your API key", new InvalidApiKey()],
      [403, 'Forbidden: your API key does not have permission', new PermissionDenied()],
      [404, 'Not found: the requested resource was not found', new EndpointNotFound()],
      [404, 'Not found: the requested resource was not found', new ModelNotFound({ model: 'gpt-9' })],
      [404, 'Not found: the requested resource was not found', new AppNotFound()],
      [409, 'Conflict: Resource already exists on the path', new Conflict()],
      [429, 'Your account has hit a rate limit', new RateLimitExceeded({ retryAfter: 1 })],
      [429, 'Your account has hit a rate limit', new QuotaExceeded()],
      [500, 'An unexpected error has occurred', new TypeError('a secret')],
      [502, 'Bad Gateway: The API is temporarily unavailable', new ModelServerError()],
      [503, 'The API is temporarily unavailable', new ModelOverloaded()],
    ])('%i - %s (%s)', async (status, _, thrown) => {
      for (const sent of answerInBothModes('a15t', thrown)) {
        expect(sent.status).toBe(status)
        expect((await readAnswer(sent, 'a15t')).status).toBe(status)
      }
    })

    test('"predictable HTTP error code format": strict mode sends no other status', () => {
      for (const thrown of thrownValues)
        expect([400, 401, 403, 404, 409, 429, 500, 502, 503]).toContain(answer('a15t:strict', thrown).status)
    })

    test.each([new StreamError(), new StreamTerminated(), new ModelTimeout()])(
      '"an error can occur after returning a 200 response": as an event of the stream (%s)',
      async (error) => {
        const responder = createResponder({ envelope: 'a15t', onError() {} })
        const body = `data: {"text":"a"}\n\n${responder.errorEvents(error, createRequest())}`
        const response = new Response(body, { headers: { 'content-type': 'text/event-stream' } })
        const data: string[] = []
        const reading = (async () => {
          for await (const item of readEvents(response, { envelope: 'a15t' })) data.push(item.data)
        })()
        await expect(reading).rejects.toMatchObject({ code: error.code, retryable: true })
        expect(data).toEqual(['{"text":"a"}'])
      },
    )
  })

  describe('Error shapes', () => {
    test('"Errors are always returned as JSON": every error and any other thrown value', () => {
      for (const { headers, text } of thrownValues.flatMap((thrown) => answerInBothModes('a15t', thrown))) {
        expect(headers['content-type']).toMatch(/^application\/json\b/)
        expect(JSON.parse(text)).toBeTypeOf('object')
      }
    })

    test('"a top-level error object": "error | Yes | The top-level error object."', () => {
      for (const thrown of thrownValues)
        for (const { body } of answerInBothModes('a15t', thrown)) expect(Object.keys(body)).toEqual(['error'])
    })

    test.each<[member: 'type' | 'code' | 'message', description: string]>([
      ['type', 'A string representing the error type.'],
      ['code', 'A string representing the detailed error code.'],
      ['message', 'A string representing the error message.'],
    ])('%s | Yes | %s', (member) => {
      for (const { body } of thrownValues.flatMap((thrown) => answerInBothModes('a15t', thrown)))
        expect(body.error![member]).toEqual(expect.stringMatching(/./))
    })

    test('the table lists all members: no other is sent', () => {
      for (const { body } of thrownValues.flatMap((thrown) => answerInBothModes('a15t', thrown)))
        expect(Object.keys(body.error!)).toEqual(['type', 'code', 'message'])
    })

    const sample = `{
"error": {
"type": "bad_request",
"code": "invalid_argument",
"message": "Invalid 'temperature': decimal above maximum value. "
}
}`

    test('the sample, byte for byte', () => {
      const issue = 'decimal above maximum value. '
      for (const error of [
        new InvalidTemperature({ issue }),
        new ValidationFailed({ issues: [{ message: issue, path: ['temperature'] }] }),
      ]) {
        for (const { status, text } of answerInBothModes('a15t', error)) {
          expect(status).toBe(400)
          expect(text).toBe(compactJson(sample))
        }
      }
    })

    test('the sample: a client reads its code and its message', async () => {
      for (const envelope of ['a15t', undefined] as const) {
        const error = await parseError(new Response(sample, { status: 400 }), { envelope })
        expect(error).toBeInstanceOf(ValidationFailed)
        expect(error.message).toBe("Invalid 'temperature': decimal above maximum value. ")
      }
    })

    test('the sample has the type `bad_request`: every 400 has it', () => {
      for (const { status, body } of thrownValues.flatMap((thrown) => answerInBothModes('a15t', thrown)))
        expect(body.error!.type === 'bad_request').toBe(status === 400)
    })

    test('the document shows no other type: a client reads the code with any type', async () => {
      for (const type of ['bad_request', 'unauthorized', 'authentication', 'client_error']) {
        const body = { error: { type, code: 'invalid_api_key', message: 'm' } }
        const error = await parseError(Response.json(body, { status: 401 }))
        expect(error.code).toBe('invalid_api_key')
      }
    })
  })

  describe('List of possible error codes', () => {
    describe('Authentication', () => {
      testCodes([
        [
          'missing_api_key',
          'No',
          'Client did not provide an API key for a secured endpoint.',
          new MissingApiKey(),
        ],
        [
          'invalid_api_key',
          'No',
          'Client provided an API key but it was malformed or otherwise invalid for the API.',
          new InvalidApiKey(),
        ],
        [
          'unauthorized',
          'No',
          'Client was authenticated but lacks permission for target resource.',
          new PermissionDenied(),
        ],
      ])

      testKinds('invalid_api_key', 401, [
        ['"otherwise invalid"', new ExpiredApiKey()],
        ['"otherwise invalid"', new RevokedApiKey()],
      ])
      testKinds('unauthorized', 403, [['"lacks permission"', new AccountSuspended()]])
    })

    describe('Client errors', () => {
      testCodes([
        [
          'rate_limit_exceeded',
          'Yes*',
          'The client has exceeded their allocated quota and must wait before making new requests.',
          new RateLimitExceeded({ retryAfter: 1 }),
        ],
        [
          'invalid_request',
          'No',
          'Request from client could not be parsed due to size, format or content type issues.',
          new InvalidRequest(),
        ],
        [
          'invalid_argument',
          'No',
          'Request from client is missing fields or contains fields that is not compatible',
          new ValidationFailed({ issues: [{ message: 'must be an integer', path: ['seed'] }] }),
        ],
        ['not_found', 'No', 'Requested endpoint does not exist.', new EndpointNotFound()],
        [
          'unknown_model',
          'No',
          'Client provided model name could not be found.',
          new ModelNotFound({ model: 'gpt-9' }),
        ],
        [
          'invalid_content_media',
          'No',
          'Request attached media content could not be processed.',
          new InvalidContentMedia(),
        ],
        [
          'unavailable_content_media',
          'No',
          'Remote media content referenced by request could not be accessed.',
          new UnavailableContentMedia(),
        ],
        [
          'unsafe_content',
          'No',
          'The request was denied during safety pre-processing of content.',
          new UnsafeContent(),
        ],
        ['unknown_app', 'No', 'Failed to find a GIP app with the request provided ID.', new AppNotFound()],
        ['invalid_app', 'No', 'The requested GIP app is invalid and cannot be used.', new InvalidApp()],
        [
          'unsupported_interface',
          'No',
          'The requested inference API (e.g. chat) is not available for target model.',
          new UnsupportedInterface(),
        ],
      ])

      testKinds('rate_limit_exceeded', 429, [
        ['"exceeded their allocated quota"', new QuotaExceeded()],
        ['"exceeded their allocated quota"', new ConcurrentLimitExceeded()],
      ])
      testKinds('invalid_request', 400, [
        ['"size"', new PayloadTooLarge()],
        ['"size"', new FileTooLarge()],
        ['"size"', multerError],
        ['"size"', new HeadersTooLarge()],
        ['"format"', new MalformedBody()],
        ['"format"', malformedJson],
        ['"format"', new InvalidFileFormat()],
        ['"content type"', new UnsupportedMediaType()],
      ])
      const schema = z.object({ model: z.string(), seed: z.int() })
      testKinds('invalid_argument', 400, [
        ['"missing fields"', new MissingRequiredField({ field: 'prompt' })],
        ['"missing fields"', createZodError(schema, {})],
        ['"compatible with the called API"', createZodError(schema, { model: 1, seed: 'a' })],
        ['"compatible with the called API"', new InvalidFieldValue({ field: 'seed' })],
        ['"compatible with the … model"', new InvalidMaxTokens()],
        ['"compatible with the … model"', new PromptTooLong()],
      ])
      testKinds('unknown_model', 404, [
        ['"could not be found"', new UnsupportedModel({ model: 'gpt-9', available: ['echo'] })],
      ])
      testKinds('unsafe_content', 400, [['"denied during safety pre-processing"', new PromptViolation()]])

      test('"* Retryable after backing off for rate limit quota to reset"', async () => {
        const sent = answer('a15t', new RateLimitExceeded({ retryAfter: 7 }))
        expect(sent.headers['retry-after']).toBe('7')
        const { delays } = await countAttempts(await readAnswer(sent, 'a15t'))
        expect(delays).toEqual([7000, 7000])
      })
    })

    describe('Gateway internal errors', () => {
      testCodes([
        [
          'unknown_workspace',
          'No',
          'The workspace of the provided API key could not be retrieved.',
          new UnknownWorkspace(),
        ],
        [
          'failed_request',
          'No',
          'An unexpected error was encountered when building the model request or parsing the response.',
          new FailedRequest(),
        ],
        ['internal_error', 'No', 'Unexpected internal gateway error.', new InternalError()],
      ])

      testKinds('internal_error', 500, [['"Unexpected"', new TypeError('a secret')]])
    })

    describe('Model server errors', () => {
      testCodes([
        ['model_server_error', 'Yes', 'Model responded with a server error.', new ModelServerError()],
        [
          'model_overloaded',
          'Yes',
          'Model is currently overloaded and could not handle the request.',
          new ModelOverloaded(),
        ],
        [
          'model_unavailable',
          'No',
          'The gateway could not reach the model due to network, configuration or other issues.',
          new ModelUnavailable(),
        ],
        ['model_timeout', 'Yes', 'Request to model server timed out.', new ModelTimeout()],
        [
          'stream_error',
          'Yes',
          'An error was encountered while streaming a response from the model to the client.',
          new StreamError(),
        ],
        [
          'stream_terminated',
          'Yes',
          "The model stream was unexpectedly terminated from the model's side.",
          new StreamTerminated(),
        ],
      ])
    })

    test('"a list of all the possible error code": strict mode sends no other', () => {
      const listed = new Set([
        ...['missing_api_key', 'invalid_api_key', 'unauthorized'],
        ...['rate_limit_exceeded', 'invalid_request', 'invalid_argument', 'not_found', 'unknown_model'],
        ...['invalid_content_media', 'unavailable_content_media', 'unsafe_content'],
        ...['unknown_app', 'invalid_app', 'unsupported_interface'],
        ...['unknown_workspace', 'failed_request', 'internal_error'],
        ...['model_server_error', 'model_overloaded', 'model_unavailable', 'model_timeout'],
        ...['stream_error', 'stream_terminated'],
      ])
      const sent = new Set(thrownValues.map((thrown) => answer('a15t:strict', thrown).body.error!.code))
      expect(sent).toEqual(listed)
    })

    test('"whether the client can attempt the same request again": a POST if it is declared idempotent', async () => {
      const error = await sendToClient('a15t', new ModelServerError())
      expect((await countAttempts(error, { idempotent: false })).attempts).toBe(1)
      expect((await countAttempts(error, { idempotent: true })).attempts).toBeGreaterThan(1)
    })
  })
})
