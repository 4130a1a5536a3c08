const assert = require('node:assert/strict')
const events = require('node:events')
const { test } = require('node:test')
const { RateLimitExceeded, envelopes } = require('@faultline/core')
const express = require('express')

test('an app that requires the packages and imports them answers in its envelope', async () => {
  const { faultline } = await import('@faultline/express')
  const options = { envelope: 'ai-api', onError: () => {} }
  const app = faultline(express(), options)
  app.get('/', async () => {
    throw new RateLimitExceeded({ retryAfter: 30 })
  })
  const server = app.listen(0, '127.0.0.1')
  await events.once(server, 'listening')
  const response = await fetch(`http://127.0.0.1:${server.address().port}/`)
  const { status, headers } = response
  assert.deepEqual([status, headers.get('retry-after')], [429, '30'])
  const error = envelopes['ai-api'].parse({ status, headers, body: await response.text() })
  assert.ok(error instanceof RateLimitExceeded)
  server.close()
})
