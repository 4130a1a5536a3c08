import { createResponder } from '@faultline/core/slim'
import { openai } from '@faultline/core/envelopes'
import { RateLimitExceeded } from '@faultline/core/errors'
import { serve } from '@faultline/test-kit'
import express from 'express'
import { expect, test } from 'vitest'
import * as slim from '../src/slim.ts'

const responder = createResponder({ envelope: openai, onError: [] })
const wrongArgument = { envelope: openai } as unknown as typeof responder
const error = new RateLimitExceeded({ retryAfter: 30 })

test('the app sends the envelope of the responder', async () => {
  const app = express()
  slim.faultline(app, responder)
  app.get('/limited', () => {
    throw error
  })
  const url = await serve(app)
  expect(await (await fetch(`${url}/limited`)).json()).toMatchObject({
    error: { code: 'rate_limit_exceeded' },
  })
  expect(await (await fetch(`${url}/unknown`)).json()).toMatchObject({
    error: { type: 'invalid_request_error' },
  })
})

test('the handlers alone send the envelope of the responder', async () => {
  const app = express()
  app.get('/limited', () => {
    throw error
  })
  app.use(slim.notFound(responder), slim.errorHandler(responder))
  const url = await serve(app)
  expect((await fetch(`${url}/limited`)).status).toBe(429)
  expect(await (await fetch(`${url}/unknown`)).json()).toMatchObject({
    error: { type: 'invalid_request_error' },
  })
})

test('options are rejected', () => {
  const message = 'faultline: a slim entry requires a responder, not an object'
  expect(() => slim.faultline(express(), wrongArgument)).toThrow(message)
  expect(() => slim.errorHandler(wrongArgument)).toThrow(message)
  expect(() => slim.notFound(wrongArgument)).toThrow(message)
})
