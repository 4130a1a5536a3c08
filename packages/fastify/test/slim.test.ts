import { createResponder, recognizeError } from '@faultline/core/slim'
import { openai } from '@faultline/core/envelopes'
import { RateLimitExceeded } from '@faultline/core/errors'
import fastify from 'fastify'
import { expect, test } from 'vitest'
import * as slim from '../src/slim.ts'

const responder = createResponder({ envelope: openai, onError: [], recognizers: [recognizeError] })
const wrongArgument = { envelope: openai } as unknown as typeof responder
const error = new RateLimitExceeded({ retryAfter: 30 })

test('the app sends the envelope of the responder', async () => {
  const app = fastify({ ...slim.serverOptions(responder) })
  await app.register(slim.faultline, responder)
  app.get('/limited', () => {
    throw error
  })
  expect((await app.inject('/limited')).json()).toMatchObject({ error: { code: 'rate_limit_exceeded' } })
  expect((await app.inject('/unknown')).json()).toMatchObject({ error: { type: 'invalid_request_error' } })
  expect((await app.inject('/%')).json()).toMatchObject({ error: { type: 'invalid_request_error' } })
  await app.close()
})

test('options are rejected', async () => {
  expect(() => slim.serverOptions(wrongArgument)).toThrow('a slim entry requires a responder')
  await expect(fastify().register(slim.faultline, wrongArgument)).rejects.toThrow(
    'a slim entry requires a responder',
  )
})
