import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { envelopes } from '@faultline/core'
import { attach, faultline, RateLimitExceeded } from '@faultline/express'
import express from 'express'

test('an app answers in its envelope', async () => {
  const options = { envelope: 'ai-api', onError: () => {} }
  const app = faultline(express(), options)
  app.get('/', async () => {
    throw new RateLimitExceeded({ retryAfter: 30 })
  })
  const server = attach(app.listen(0, '127.0.0.1'), options)
  await once(server, 'listening')
  const response = await fetch(`http://127.0.0.1:${server.address().port}/`)
  const { status, headers } = response
  assert.deepEqual([status, headers.get('retry-after')], [429, '30'])
  const error = envelopes['ai-api'].parse({ status, headers, body: await response.text() })
  assert.ok(error instanceof RateLimitExceeded)
  server.close()
})
