import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  EndpointNotFound,
  ExpiredApiKey,
  InternalError,
  InvalidApiKey,
  InvalidRequest,
  InvalidTemperature,
  isRetryable,
  MalformedBody,
  MissingApiKey,
  MissingRequiredField,
  ModelNotFound,
  parseError,
  ProcessingError,
  ResourceNotFound,
  Unauthenticated,
  UnsupportedModel,
  ValidationFailed,
} from '../../src/index.ts'
import { countAttempts } from '../count-attempts.ts'
import {
  answer,
  answerInBothModes,
  compactJson,
  createZodError,
  malformedJson,
  readAnswer,
  sendToClient,
  thrownValues,
} from './answer.ts'

describe('000_8da6f1528f709f34.txt: Error Handling', () => {
  describe('Our API follows a predictable HTTP error code format', () => {
    test.each([
      [400, 'invalid_request_error', '"The request was malformed"', malformedJson],
      [400, 'invalid_request_error', '"The request was malformed"', new MalformedBody()],
      [400, 'invalid_request_error', '"had invalid parameters"', new InvalidRequest()],
      [400, 'invalid_request_error', '"invalid model name"', new UnsupportedModel({ model: 'gpt-9' })],
      [
        400,
        'invalid_request_error',
        '"missing required fields"',
        new MissingRequiredField({ field: 'model' }),
      ],
      [
        400,
        'invalid_request_error',
        '"request validation errors"',
        new ValidationFailed({ issues: [{ message: 'must be an integer', path: ['seed'] }] }),
      ],
      [404, 'not_found_error', '"The requested resource doesn’t exist"', new ResourceNotFound()],
      [404, 'not_found_error', '"The requested resource doesn’t exist"', new EndpointNotFound()],
      [404, 'not_found_error', '"model not found"', new ModelNotFound({ model: 'gpt-9' })],
    ])('%i - %s: %s (%s)', (status, type, _, thrown) => {
      for (const sent of answerInBothModes('compactifai', thrown)) {
        expect(sent.status).toBe(status)
        expect(sent.body.error!.type).toBe(type)
      }
    })

    // The section on authentication errors shows their body, which has no type.
    test.each([
      [401, 'authentication_error', 'No valid API key was provided', new MissingApiKey()],
      [401, 'authentication_error', 'the token is not associated with a valid user', new InvalidApiKey()],
    ])('%i - %s: "%s"', async (status, type, _, error) => {
      for (const sent of answerInBothModes('compactifai', error)) {
        expect(sent.status).toBe(status)
        expect(await readAnswer(sent, 'compactifai')).toBeInstanceOf(Unauthenticated)
      }
      const body = { error: { type, message: 'm', param: null, code: null } }
      expect(await parseError(Response.json(body, { status }))).toBeInstanceOf(Unauthenticated)
    })

    // The section on internal server errors shows their body, which has no type.
    test('500 - server_error: "Something went wrong on CompactifAI’s servers"', async () => {
      for (const sent of answerInBothModes('compactifai', new InternalError())) {
        expect(sent.status).toBe(500)
        expect(await readAnswer(sent, 'compactifai')).toBeInstanceOf(InternalError)
      }
      const body = { error: { type: 'server_error', message: 'm', param: null, code: null } }
      const error = await parseError(Response.json(body, { status: 500 }), { envelope: 'compactifai' })
      expect(error).toBeInstanceOf(InternalError)
    })

    test('500 - server_error: "generally temporary issues that should be retried"', async () => {
      const sent = answer('compactifai', new TypeError('a secret'))
      for (const envelope of ['compactifai', undefined] as const) {
        const error = await readAnswer(sent, envelope)
        expect(isRetryable(error)).toBe(true)
        expect((await countAttempts(error)).attempts).toBeGreaterThan(1)
      }
    })

    test('500 - server_error: "should be retried", a POST if it is declared idempotent', async () => {
      const error = await sendToClient('compactifai', new InternalError())
      expect((await countAttempts(error, { idempotent: false })).attempts).toBe(1)
      expect((await countAttempts(error, { idempotent: true })).attempts).toBeGreaterThan(1)
    })

    test('the list has four statuses and types: strict mode sends no other', () => {
      for (const thrown of thrownValues) {
        const { status, body } = answer('compactifai:strict', thrown)
        expect([400, 401, 404, 500]).toContain(status)
        if (status === 400) expect(body.error!.type).toBe('invalid_request_error')
        if (status === 404) expect(body.error!.type).toBe('not_found_error')
      }
    })
  })

  describe('Errors are always returned as JSON', () => {
    const sample = `{
"error": {
"type": "invalid_request_error",
"message": "Invalid request: Model 'nonexistent-model' not found; available: [model1, model2]",
"param": null,
"code": null
}
}`

    test('"always returned as JSON": every error and any other thrown value', () => {
      for (const thrown of thrownValues) {
        for (const { headers, body } of answerInBothModes('compactifai', thrown)) {
          expect(headers['content-type']).toMatch(/^application\/json\b/)
          expect(body).toBeTypeOf('object')
        }
      }
    })

    test('"with a top-level error object": each status except 401 and 500, which have `detail`', () => {
      for (const thrown of thrownValues) {
        for (const { status, body } of answerInBothModes('compactifai', thrown))
          expect(Object.keys(body)).toEqual([status === 401 || status === 500 ? 'detail' : 'error'])
      }
    })

    test('the sample, byte for byte', () => {
      const error = new UnsupportedModel({ model: 'nonexistent-model', available: ['model1', 'model2'] })
      for (const { status, text } of answerInBothModes('compactifai', error)) {
        expect(status).toBe(400)
        expect(text).toBe(compactJson(sample))
      }
    })

    test('the sample: a client reads its type and its message', async () => {
      for (const envelope of ['compactifai', undefined] as const) {
        const error = await parseError(new Response(sample, { status: 400 }), { envelope })
        expect(error.code).toBe('invalid_request')
        expect(error.message).toContain("Model 'nonexistent-model' not found; available: [model1, model2]")
      }
    })

    test('"The API uses a consistent error format": the members of `error` are those of the sample', () => {
      for (const { body } of thrownValues.flatMap((thrown) => answerInBothModes('compactifai', thrown)))
        if (body.error !== undefined)
          expect(Object.keys(body.error)).toEqual(['type', 'message', 'param', 'code'])
    })

    test.each([
      ['type', 'The type of error returned (always present)', expect.stringMatching(/_error$/)],
      ['message', 'A human-readable message providing more details', expect.stringMatching(/./)],
      ['param', 'currently always null in our implementation', null],
      ['code', 'currently always null in our implementation', null],
    ] as const)('%s | %s', (member, _, expected) => {
      for (const { body } of thrownValues.flatMap((thrown) => answerInBothModes('compactifai', thrown)))
        if (body.error !== undefined) expect(body.error[member]).toEqual(expected)
    })

    test.each([
      [404, 'not_found_error', 'not_found'],
      [400, 'invalid_request_error', 'invalid_request'],
      [401, 'authentication_error', 'unauthenticated'],
      [500, 'server_error', 'internal_error'],
    ])(
      '"optionally param and code values": a client reads %i %s without them',
      async (status, type, code) => {
        for (const optional of [{}, { param: null }, { code: null }]) {
          const body = { error: { type, message: 'm', ...optional } }
          const error = await parseError(Response.json(body, { status }), { envelope: 'compactifai' })
          expect([error.status, error.code, error.message]).toEqual([status, code, 'm'])
          expect(isRetryable(error)).toBe(status === 500)
        }
      },
    )
  })

  describe('Authentication errors occur when', () => {
    const sample = `{
"detail": "Token is not associated with a valid user"
}`

    test.each([
      ['No Bearer token is provided in the Authorization header', new MissingApiKey()],
      ['The provided token is not in a valid format', new InvalidApiKey()],
      ['The token is not associated with a valid user in our system', new InvalidApiKey()],
      ['The token is not associated with a valid user in our system', new ExpiredApiKey()],
      ['The token is not associated with a valid user in our system', new Unauthenticated()],
    ])('"%s" (%s): the sample, byte for byte', (_, error) => {
      for (const { status, headers, text } of answerInBothModes('compactifai', error)) {
        expect(status).toBe(401)
        expect(text).toBe(compactJson(sample))
        expect(headers['www-authenticate']).toMatch(/^Bearer\b/)
      }
    })

    test('the sample: a client reads an authentication error', async () => {
      for (const envelope of ['compactifai', undefined] as const) {
        const error = await parseError(new Response(sample, { status: 401 }), { envelope })
        expect(error).toBeInstanceOf(Unauthenticated)
      }
    })
  })

  describe('When requesting a model that doesn’t exist', () => {
    test('"Returns 404 for path parameter validation (e.g., /models/{invalid-model})"', () => {
      const error = new ModelNotFound({ model: 'invalid-model', available: ['available-model-1'] })
      for (const { status, body } of answerInBothModes('compactifai', error)) {
        expect(status).toBe(404)
        expect(body.error!.type).toBe('not_found_error')
        expect(body.error!.message).toContain("Model 'invalid-model' not found")
      }
    })

    test('"Returns 400 for request body validation": the sample, byte for byte', () => {
      const sample = `{
"error": {
"type": "invalid_request_error",
"message": "Invalid request: Model 'invalid-model' not found; available: [available-model-1, available-model-2]",
"param": null,
"code": null
}
}`
      const available = ['available-model-1', 'available-model-2']
      const error = new UnsupportedModel({ model: 'invalid-model', available })
      for (const { status, text } of answerInBothModes('compactifai', error)) {
        expect(status).toBe(400)
        expect(text).toBe(compactJson(sample))
      }
    })
  })

  describe('Our API automatically validates request bodies', () => {
    const schema = z.object({ model: z.string(), temperature: z.number().min(0).max(2) })

    test.each([
      ['Missing required fields', 'several', createZodError(schema, {})],
      ['Missing required fields', 'one', createZodError(schema, { model: 'echo' })],
      ['Missing required fields', 'thrown by the handler', new MissingRequiredField({ field: 'model' })],
      ['Invalid data types', 'several', createZodError(schema, { model: 7, temperature: '1' })],
      ['Values outside allowed ranges', 'one', createZodError(schema, { model: 'echo', temperature: 3 })],
      ['Values outside allowed ranges', 'thrown by the handler', new InvalidTemperature()],
    ])('"returns 400 errors for malformed requests": "%s", %s', (_, __, thrown) => {
      for (const { status, body } of answerInBothModes('compactifai', thrown)) {
        expect(status).toBe(400)
        expect(body.error).toEqual({
          type: 'invalid_request_error',
          message: expect.stringMatching(/^Invalid request: ./),
          param: null,
          code: null,
        })
      }
    })
  })

  describe('Internal server errors return a generic error message', () => {
    const sample = `{
"detail": "Unexpected server error"
}`

    test.each([
      new InternalError({ message: 'a secret' }),
      new InternalError({ message: 'a public message', expose: true }),
      new ProcessingError(),
      new TypeError('a secret'),
      'a string',
      undefined,
    ])('the sample, byte for byte, for any failure: %s', (thrown) => {
      for (const { status, text } of answerInBothModes('compactifai', thrown)) {
        expect(status).toBe(500)
        expect(text).toBe(compactJson(sample))
      }
    })

    test('the sample: a client reads an internal error', async () => {
      for (const envelope of ['compactifai', undefined] as const) {
        const error = await parseError(new Response(sample, { status: 500 }), { envelope })
        expect(error).toBeInstanceOf(InternalError)
      }
    })
  })
})
