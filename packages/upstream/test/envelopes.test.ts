import {
  envelopes,
  InvalidRequest,
  ModelNotFound,
  ModelOverloaded,
  PromptTooLong,
  PromptViolation,
  QuotaExceeded,
  RateLimitExceeded,
  Unauthenticated,
  type ApiError,
} from '@faultline/core'
import { describe, expect, test } from 'vitest'
import { fromUpstream, fromUpstreamResponse } from '../src/index.ts'

/** Errors of an upstream that uses this library, with the code that each has for its client. */
const failures: readonly (readonly [ApiError, string])[] = [
  [new InvalidRequest({ message: 'No' }), 'invalid_request'],
  [new PromptTooLong({}), 'prompt_too_long'],
  [new PromptViolation(), 'prompt_violation'],
  [new Unauthenticated(), 'failed_request'],
  [new ModelNotFound({ model: 'gpt-9' }), 'model_not_found'],
  [new RateLimitExceeded({ retryAfter: 9 }), 'rate_limit_exceeded'],
  [new QuotaExceeded(), 'failed_request'],
  [new ModelOverloaded(), 'model_overloaded'],
]

describe.each(Object.values(envelopes))('an upstream with the envelope $id', (envelope) => {
  const rows = failures.map(([error, code]) => ({
    error,
    code,
    response: envelope.render(error, { requestId: 'req_up' }),
  }))
  // Some envelopes have no code for some of these errors.
  const identifiable = rows.filter(({ error, response }) => envelope.parse(response)?.code === error.code)

  test.each(identifiable)('is recognized: $error', async ({ code, response: { status, headers, body } }) => {
    const response = new Response(JSON.stringify(body), { status, headers: { ...headers } })
    const error = await fromUpstreamResponse(response)
    expect(error.code).toBe(code)
    if (code === 'rate_limit_exceeded') expect(error.retryAfter).toBe(9)
    expect(fromUpstream({ status, headers: {}, error: body }).code).toBe(code)
  })

  test('is recognized within a stream', () => {
    const event = envelope.errorEvents(new ModelOverloaded(), { requestId: 'req_up' })
    expect(fromUpstream(`data: {"x":1}\n\n${event}`).code).toBe('model_overloaded')
  })
})
