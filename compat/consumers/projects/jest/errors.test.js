const events = require('node:events')
const express = require('express')
const { ApiError, envelopes, isApiError } = require('@faultline/core')
const { faultline, RateLimitExceeded } = require('@faultline/express')
const entries = require('../entries.json')

// Vitest itself cannot be required.
test.each(entries.filter((entry) => entry !== '@faultline/testing/vitest'))('%s can be required', (entry) => {
  expect(Object.keys(require(entry))).not.toEqual([])
})

test('an Express app answers in its envelope', async () => {
  const app = faultline(express(), { envelope: 'ai-api', onError: () => {} })
  app.get('/', async () => {
    throw new RateLimitExceeded({ retryAfter: 30 })
  })
  const server = app.listen(0, '127.0.0.1')
  await events.once(server, 'listening')
  const { status, headers, ...response } = await fetch(`http://127.0.0.1:${server.address().port}/`).then(
    async (answer) => ({ status: answer.status, headers: answer.headers, body: await answer.text() }),
  )
  server.close()
  expect([status, headers.get('retry-after')]).toEqual([429, '30'])
  const error = envelopes['ai-api'].parse({ status, headers, body: response.body })
  expect(error).toBeInstanceOf(ApiError)
  expect(isApiError(error, 'rate_limit_exceeded')).toBe(true)
})
