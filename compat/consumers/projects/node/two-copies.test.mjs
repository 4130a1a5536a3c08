import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import express from 'express'
import { Hono } from 'hono'
import Koa from 'koa'
import * as importedCore from '@faultline/core'
import * as imported from '@faultline/express'

const require = createRequire(import.meta.url)
const required = require('@faultline/express')
const requiredCore = require('@faultline/core')
const options = { envelope: 'ai-api', onError: () => {} }

/** Requests a path of a server that is not listening yet. @returns status and body */
async function ask(server, path) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const response = await fetch(`http://127.0.0.1:${server.address().port}${path}`)
  server.close()
  return { status: response.status, headers: response.headers, body: await response.text() }
}

test('there are two copies', () => {
  assert.notEqual(imported.ApiError, required.ApiError)
})

const copies = { 'the imported copy': imported, 'the required copy': required }

for (const [name, ours] of Object.entries(copies)) {
  const other = ours === imported ? required : imported

  test(`errors of the other copy are instances of the classes of ${name}`, () => {
    class OutOfCredits extends other.RateLimitExceeded {}
    const error = new OutOfCredits()
    assert.ok(error instanceof ours.ApiError)
    assert.ok(error instanceof ours.RateLimitExceeded)
    assert.ok(!(error instanceof ours.NotFound))
    assert.ok(ours.isApiError(error, 'rate_limit_exceeded'))
    const { isApiErrorClass } = ours === imported ? importedCore : requiredCore
    assert.ok(isApiErrorClass(OutOfCredits))
  })

  test(`an app of ${name} answers with errors and envelopes of the other copy`, async () => {
    const app = ours.faultline(express(), { ...options, envelope: other.envelopes['ai-api'] })
    app.get('/', () => {
      throw new other.RateLimitExceeded({ retryAfter: 30 })
    })
    const { status, headers, body } = await ask(createServer(app), '/')
    assert.deepEqual([status, headers.get('retry-after')], [429, '30'])
    assert.ok(ours.envelopes['ai-api'].parse({ status, headers, body }) instanceof other.RateLimitExceeded)
  })

  test(`error handlers and servers of ${name} accept a responder of the other copy`, async () => {
    const responder = other.createResponder(options)
    const app = express()
    app.get('/', () => {
      throw new ours.NotFound()
    })
    app.use(ours.notFound(responder), ours.errorHandler(responder))
    const { status } = await ask(ours.attach(createServer(app), responder), '/')
    assert.equal(status, 404)
  })

  test(`attach() of ${name} refuses a server that the other copy is attached to`, () => {
    const server = createServer()
    other.attach(server, options)
    assert.throws(() => ours.attach(server, options), TypeError)
    assert.equal(server.listenerCount('checkExpectation'), 1)
  })
}

const newApps = { express: () => express(), koa: () => new Koa(), hono: () => new Hono() }

for (const [framework, newApp] of Object.entries(newApps)) {
  test(`faultline() of @faultline/${framework} refuses an app on which the other copy was called`, async () => {
    const esm = await import(`@faultline/${framework}`)
    const cjs = require(`@faultline/${framework}`)
    assert.notEqual(esm.faultline, cjs.faultline)
    for (const [first, second] of [
      [esm, cjs],
      [cjs, esm],
    ]) {
      const app = first.faultline(newApp(), options)
      assert.throws(() => second.faultline(app, options), TypeError)
    }
  })
}
