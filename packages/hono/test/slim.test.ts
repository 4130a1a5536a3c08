import { createResponder } from '@faultline/core/slim'
import { openai } from '@faultline/core/envelopes'
import { RateLimitExceeded } from '@faultline/core/errors'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import * as slim from '../src/slim.ts'

const responder = createResponder({ envelope: openai, onError: [] })
const wrongArgument = { envelope: openai } as unknown as typeof responder
const error = new RateLimitExceeded({ retryAfter: 30 })

test('the app sends the envelope of the responder', async () => {
  const app = slim.faultline(new Hono(), responder)
  app.get('/limited', () => {
    throw error
  })
  expect(await (await app.request('/limited')).json()).toMatchObject({
    error: { code: 'rate_limit_exceeded' },
  })
  expect(await (await app.request('/unknown')).json()).toMatchObject({
    error: { type: 'invalid_request_error' },
  })
})

test('options are rejected', () => {
  expect(() => slim.faultline(new Hono(), wrongArgument)).toThrow('a slim entry requires a responder')
})
