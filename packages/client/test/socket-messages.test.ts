import { describe, expect, test } from 'vitest'
import {
  createResponder,
  createSocketMessage,
  envelopes,
  errorClasses,
  type ApiError,
  type Envelope,
} from '@faultline/core'
import { parseError } from '../src/index.ts'

function createMessage(envelope: Envelope, error: ApiError): string {
  const responder = createResponder({ envelope, onError: () => {} })
  const request = { method: 'GET', url: '/', header: () => undefined, raw: undefined }
  return createSocketMessage(responder.respond(error, request), 'event_7')
}

const errors = Object.values(errorClasses).map((errorClass): ApiError =>
  Reflect.construct(errorClass, [{ retryAfter: 7 }]),
)

describe('an error message over WebSocket', () => {
  test.each([envelopes['openai-responses'], envelopes.universal])(
    'has the code, the status and the wait of every error: $id',
    async (envelope) => {
      for (const error of errors) {
        const status = envelope.lookup(error).status
        const response = envelope.render(error)
        const expected = await parseError(response, { envelope })
        for (const options of [{}, { envelope }]) {
          const parsed = await parseError({ body: createMessage(envelope, error) }, options)
          expect([parsed.code, parsed.status, parsed.retryAfter]).toEqual([expected.code, status, 7])
        }
      }
    },
  )

  test.each(Object.values(envelopes))(
    'is parsed as the body without a status in every other envelope: $id',
    async (envelope) => {
      if (['openai-responses', 'universal'].includes(envelope.id)) return
      for (const error of errors) {
        const expected = await parseError({ body: envelope.render(error).body }, { envelope })
        const parsed = await parseError({ body: createMessage(envelope, error) }, { envelope })
        expect([parsed.code, parsed.status, parsed.message]).toEqual([
          expected.code,
          expected.status,
          expected.message,
        ])
      }
    },
  )

  test('that OpenAI documents for the Realtime API is parsed', async () => {
    const body = {
      event_id: 'event_890',
      type: 'error',
      error: {
        type: 'invalid_request_error',
        code: 'invalid_event',
        message: "The 'type' field is missing.",
        param: null,
        event_id: 'event_567',
      },
    }
    expect(await parseError({ body })).toMatchObject({
      code: 'invalid_event',
      status: 400,
      message: "The 'type' field is missing.",
    })
  })

  test('that OpenAI sends for the Responses API is parsed', async () => {
    const error = {
      code: 'previous_response_not_found',
      message: "Previous response with id 'resp_1' not found.",
      param: 'previous_response_id',
    }
    expect(await parseError({ body: { type: 'error', status: 400, error } })).toMatchObject({
      code: 'previous_response_not_found',
      status: 400,
      message: error.message,
      field: 'previous_response_id',
    })
    const limited = { type: 'usage_limit_reached', message: 'The usage limit has been reached' }
    expect(
      await parseError({
        body: { type: 'error', status: 429, error: limited, headers: { 'Retry-After': '12' } },
      }),
    ).toMatchObject({ status: 429, message: limited.message, retryAfter: 12 })
  })
})
