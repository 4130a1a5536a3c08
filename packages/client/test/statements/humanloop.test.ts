import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  AccountSuspended,
  EndpointNotFound,
  ExpiredApiKey,
  GatewayTimeout,
  InternalError,
  InvalidApiKey,
  InvalidContentMedia,
  InvalidMaxTokens,
  InvalidRequest,
  isRetryable,
  MalformedBody,
  MissingApiKey,
  MissingRequiredField,
  ModelNotFound,
  ModelTimeout,
  Overloaded,
  parseError,
  PermissionDenied,
  PromptTooLong,
  PromptViolation,
  QuotaExceeded,
  RateLimitExceeded,
  ResourceNotFound,
  RevokedApiKey,
  ServiceUnavailable,
  UnavailableContentMedia,
  UnsafeContent,
  UnsupportedInterface,
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

const schema = z.object({ model: z.string(), max_tokens: z.int().positive() })

/** The rows of the list of statuses, each with the values that a handler throws. */
const statuses: { status: number; title: string; description: string; thrown: unknown }[] = [
  ...[malformedJson, new MalformedBody(), new InvalidRequest()].map((thrown) => ({
    status: 400,
    title: 'Bad request',
    description: 'improperly formatted or presented',
    thrown,
  })),
  ...[new InvalidApiKey(), new ExpiredApiKey(), new RevokedApiKey()].map((thrown) => ({
    status: 401,
    title: 'Authentication issue',
    description: 'Your API key is incorrect',
    thrown,
  })),
  {
    status: 401,
    title: 'Authentication issue',
    description: 'Your API key is … missing',
    thrown: new MissingApiKey(),
  },
  ...[new PermissionDenied(), new AccountSuspended()].map((thrown) => ({
    status: 401,
    title: 'Authentication issue',
    description: 'your user does not have the rights',
    thrown,
  })),
  ...[new ResourceNotFound(), new EndpointNotFound(), new ModelNotFound({ model: 'gpt-9' })].map(
    (thrown) => ({
      status: 404,
      title: 'Not found',
      description: 'could not be located',
      thrown,
    }),
  ),
  ...[
    new UnsupportedModel({ model: 'gpt-9' }),
    new UnsupportedInterface(),
    new InvalidContentMedia(),
    new UnavailableContentMedia(),
    new UnsafeContent(),
    new PromptViolation(),
    new InvalidMaxTokens(),
    new PromptTooLong(),
  ].map((thrown) => ({
    status: 422,
    title: 'Un-processable entity',
    description: 'contained invalid instructions',
    thrown,
  })),
  ...[
    new MissingRequiredField({ field: 'model' }),
    createZodError(schema, {}),
    createZodError(schema, { model: 7, max_tokens: 'a' }),
  ].map((thrown) => ({
    status: 422,
    title: 'Un-processable entity',
    description: 'did not match the fields required',
    thrown,
  })),
  ...[new RateLimitExceeded({ retryAfter: 1 }), new QuotaExceeded()].map((thrown) => ({
    status: 429,
    title: 'Rate limit reached',
    description: 'maximum allowed number of requests',
    thrown,
  })),
  ...[new InternalError(), new TypeError('a secret')].map((thrown) => ({
    status: 500,
    title: 'Unknown exception',
    description: 'An unexpected issue occurred',
    thrown,
  })),
  {
    status: 503,
    title: 'Service unavailable',
    description: 'temporarily overloaded',
    thrown: new ServiceUnavailable({ retryAfter: 1 }),
  },
  ...[new GatewayTimeout(), new ModelTimeout()].map((thrown) => ({
    status: 504,
    title: 'Server timeout',
    description: 'did not respond in time',
    thrown,
  })),
  {
    status: 529,
    title: 'Overloaded',
    description: 'The server is currently overloaded',
    thrown: new Overloaded(),
  },
]

describe('003_c0eb6c9e861be9c2.txt: errors of the Humanloop API', () => {
  describe('HTTP error codes', () => {
    test.each(statuses)('$status $title: "$description" ($thrown.name)', async ({ status, thrown }) => {
      for (const sent of answerInBothModes('humanloop', thrown)) {
        expect(sent.status).toBe(status)
        expect(sent.body.detail).toMatchObject({ code: status })
        for (const envelope of ['humanloop', undefined] as const)
          expect((await readAnswer(sent, envelope)).status).toBe(status)
      }
    })

    test('"one of the following HTTP error codes": strict mode sends no other', () => {
      const sent = new Set(thrownValues.map((thrown) => answer('humanloop:strict', thrown).status))
      expect(sent).toEqual(new Set([400, 401, 404, 422, 429, 500, 503, 504, 529]))
    })

    test('503 Service unavailable: "temporarily overloaded and you should try again"', async () => {
      const error = await sendToClient('humanloop', new ServiceUnavailable({ retryAfter: 2 }))
      expect(isRetryable(error)).toBe(true)
      expect((await countAttempts(error, { idempotent: false })).delays).toEqual([2000, 2000])
    })
  })

  describe('Error details', () => {
    const sample = `{    
  "type": "unprocessable_entity_error",
  "message": "This model's maximum context length is 4097 tokens. However, you requested 10000012 tokens (12 in the messages, 10000000 in the completion). Please reduce the length of the messages or completion.",
  "code": 422,
  "origin": "OpenAI"
}`
    /** The message of the sample. */
    const message =
      "This model's maximum context length is 4097 tokens. However, you requested 10000012 tokens (12 in the messages, 10000000 in the completion). Please reduce the length of the messages or completion."

    test('"in the detail object of the response containing fields for the type, message, code and origin"', () => {
      for (const { headers, status, body } of thrownValues.flatMap((thrown) =>
        answerInBothModes('humanloop', thrown),
      )) {
        expect(headers['content-type']).toMatch(/^application\/json\b/)
        expect(Object.keys(body)).toEqual(['detail'])
        expect(Object.keys(body.detail!)).toEqual(['type', 'message', 'code', 'origin'])
        expect(body.detail).toEqual({
          type: expect.stringMatching(/^[a-z]+(?:_[a-z]+)*_error$/),
          message: expect.stringMatching(/./),
          code: status,
          origin: expect.stringMatching(/./),
        })
      }
    })

    test.each(['OpenAI', 'Anthropic', 'Cohere'])(
      '"one of the integrated model providers systems": the origin %s',
      async (origin) => {
        const error = new ValidationFailed({ issues: [], message: 'm', origin })
        for (const sent of answerInBothModes('humanloop', error)) {
          expect(sent.body.detail).toMatchObject({ origin })
          expect((await readAnswer(sent, undefined)).origin).toBe(origin)
        }
      },
    )

    test('"or directly from Humanloop": the name of the service, if the error has no origin', () => {
      for (const thrown of [
        new InvalidApiKey(),
        new ValidationFailed({ issues: [] }),
        new TypeError('a secret'),
      ])
        for (const { body } of answerInBothModes('humanloop', thrown, { serviceName: 'Humanloop' }))
          expect(body.detail).toMatchObject({ origin: 'Humanloop' })
    })

    test('"the message returned is that provided by OpenAI": the sample in `detail`, byte for byte', () => {
      for (const error of [
        new ValidationFailed({ issues: [], message, origin: 'OpenAI' }),
        new InvalidMaxTokens({ message, origin: 'OpenAI' }),
        new PromptTooLong({ message, origin: 'OpenAI' }),
      ]) {
        for (const { status, text } of answerInBothModes('humanloop', error)) {
          expect(status).toBe(422)
          expect(text).toBe(`{"detail":${compactJson(sample)}}`)
        }
      }
    })

    test('the sample in `detail`: a client reads each member', async () => {
      for (const envelope of ['humanloop', undefined] as const) {
        const response = new Response(`{"detail":${sample}}`, { status: 422 })
        const error = await parseError(response, { envelope })
        expect(error).toBeInstanceOf(ValidationFailed)
        expect(error).toMatchObject({ status: 422, message, origin: 'OpenAI' })
      }
    })

    test('"code": a client without the status of the response reads it from the body', async () => {
      const error = await parseError({ body: { detail: JSON.parse(sample) } })
      expect(error.status).toBe(422)
    })
  })
})
