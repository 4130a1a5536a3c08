import { createResponder } from '@faultline/core/slim'
import { openai } from '@faultline/core/envelopes'
import { RateLimitExceeded } from '@faultline/core/errors'
import { serve } from '@faultline/test-kit'
import Koa from 'koa'
import { expect, test } from 'vitest'
import * as slim from '../src/slim.ts'

const responder = createResponder({ envelope: openai, onError: [] })
const wrongArgument = { envelope: openai } as unknown as typeof responder
const error = new RateLimitExceeded({ retryAfter: 30 })

test('the app sends the envelope of the responder', async () => {
  const app = slim.faultline(new Koa(), responder)
  app.use((context, next) => {
    if (context.path === '/limited') throw error
    return next()
  })
  const listener = app.callback()
  const url = await serve((request, response) => void listener(request, response))
  expect(await (await fetch(`${url}/limited`)).json()).toMatchObject({
    error: { code: 'rate_limit_exceeded' },
  })
  expect(await (await fetch(`${url}/unknown`)).json()).toMatchObject({
    error: { type: 'invalid_request_error' },
  })
})

test('options are rejected', () => {
  expect(() => slim.faultline(new Koa(), wrongArgument)).toThrow('a slim entry requires a responder')
})
