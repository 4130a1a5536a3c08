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

/** What an upstream that is built with this library may answer, and what each comes to for a service that asked it. */
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

describe.each(Object.values(envelopes))('an upstream that answers in $id', (envelope) => {
  const rows = failures.map(([sent, code]) => ({
    sent,
    code,
    answer: envelope.render(sent, { requestId: 'req_up' }),
  }))
  // Where an envelope has no word for a failure, its wire does not say it.
  const told = rows.filter(({ sent, answer }) => envelope.parse(answer)?.code === sent.code)

  test.each(told)('is understood: $sent', async ({ code, answer: { status, headers, body } }) => {
    const response = new Response(JSON.stringify(body), { status, headers: { ...headers } })
    const error = await fromUpstreamResponse(response)
    expect(error.code).toBe(code)
    if (code === 'rate_limit_exceeded') expect(error.retryAfter).toBe(9)
    expect(fromUpstream({ status, headers: {}, error: body }).code).toBe(code)
  })

  test('is understood in the middle of a stream', () => {
    const frame = envelope.errorEvent(new ModelOverloaded(), { requestId: 'req_up' })
    expect(fromUpstream(`data: {"x":1}\n\n${frame}`).code).toBe('model_overloaded')
  })
})
