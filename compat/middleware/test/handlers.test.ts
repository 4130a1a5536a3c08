import 'reflect-metadata'
import rateLimitPlugin from '@fastify/rate-limit'
import { faultline as faultlineExpress } from '@faultline/express'
import { authenticate, passInvalid } from '@faultline/express/middleware'
import { faultline as faultlineFastify } from '@faultline/fastify'
import { createLimitError } from '@faultline/fastify/middleware'
import { faultline as faultlineKoa } from '@faultline/koa'
import { throwRateLimited } from '@faultline/koa/middleware'
import { recognizeHealthCheck } from '@faultline/nestjs/middleware'
import { serve } from '@faultline/test-kit'
import { ServiceUnavailableException } from '@nestjs/common'
import express from 'express'
import { body, validationResult } from 'express-validator'
import Fastify from 'fastify'
import Koa from 'koa'
import rateLimit from 'koa-ratelimit'
import passport from 'passport'
import { Strategy } from 'passport-http-bearer'
import { expect, test } from 'vitest'

// Facts that the ready handlers send beyond the status: fields, waits and kinds of failures.

const options = { envelope: 'ai-api', onError() {} } as const

function createGuardedApp(): Promise<string> {
  const instance = new passport.Passport()
  instance.use(
    new Strategy((token: string, done: (error: null, user: object | false) => void) =>
      done(null, token === 'right' ? { id: 1 } : false),
    ),
  )
  const app = faultlineExpress(express(), options)
  app.get('/', authenticate(instance, 'bearer', { session: false }), (request, response) => {
    response.json({ user: request.user })
  })
  return serve(app)
}

test('authenticate of Express lets a valid user through', async () => {
  const response = await fetch(await createGuardedApp(), { headers: { authorization: 'Bearer right' } })
  expect([response.status, await response.json()]).toEqual([200, { user: { id: 1 } }])
})

test('authenticate of Express distinguishes a missing key from an invalid one, and keeps the challenge', async () => {
  const url = await createGuardedApp()
  const missing = await fetch(url)
  const invalid = await fetch(url, { headers: { authorization: 'Bearer wrong' } })
  expect(await missing.json()).toMatchObject({ error: { code: 'MISSING_API_KEY' } })
  expect(await invalid.json()).toMatchObject({ error: { code: 'INVALID_API_KEY' } })
  expect(invalid.headers.get('www-authenticate')).toBe('Bearer realm="Users", error="invalid_token"')
})

test('authenticate of Express keeps a status other than 401', async () => {
  const response = await fetch(await createGuardedApp(), { headers: { authorization: 'Bearer' } })
  expect([response.status, await response.json()]).toMatchObject([
    400,
    { error: { code: 'INVALID_REQUEST' } },
  ])
})

test('passInvalid of Express passes a valid request on, and names all fields of an invalid one', async () => {
  const app = faultlineExpress(express(), options)
  app.post('/', express.json(), body('a').isInt(), body('b.c').isEmail(), passInvalid(validationResult))
  app.post('/', (_request, response) => {
    response.json({ ok: true })
  })
  const url = await serve(app)
  const send = (value: object): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(value),
    })
  expect(await (await send({ a: 1, b: { c: 'me@example.com' } })).json()).toEqual({ ok: true })
  const response = await send({ a: 'x', b: { c: 'y' } })
  expect(await response.json()).toMatchObject({
    error: { details: { field: 'a', issues: [{ field: 'a' }, { field: 'b.c' }] } },
  })
})

test('throwRateLimited of Koa passes on the wait', async () => {
  const app = faultlineKoa(new Koa(), options)
  app.use(
    rateLimit({
      driver: 'memory',
      db: new Map<string, unknown>(),
      max: 1,
      duration: 20_000,
      id: () => 'key',
      onLimited: throwRateLimited,
    }),
  )
  app.use((context) => {
    context.body = 'ok'
  })
  const handle = app.callback()
  const url = await serve((request, response) => void handle(request, response))
  await (await fetch(url)).text()
  const response = await fetch(url)
  expect(await response.json()).toMatchObject({ error: { code: 'RATE_LIMIT_EXCEEDED' } })
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(10)
  expect(response.headers.get('x-ratelimit-limit')).toBe('1')
})

test('createLimitError of Fastify passes on the wait, and refuses a banned client with 403', async () => {
  const app = Fastify()
  await app.register(faultlineFastify, options)
  await app.register(rateLimitPlugin, {
    max: 1,
    ban: 1,
    timeWindow: 20_000,
    errorResponseBuilder: createLimitError,
  })
  app.get('/', () => 'ok')
  const responses = [await app.inject('/'), await app.inject('/'), await app.inject('/')]
  expect(responses.map(({ statusCode }) => statusCode)).toEqual([200, 429, 403])
  expect(Number(responses[1]!.headers['retry-after'])).toBeGreaterThan(10)
  expect(responses[2]!.json()).toMatchObject({ error: { code: 'INSUFFICIENT_PERMISSIONS' } })
  await app.close()
})

test('recognizeHealthCheck of NestJS names the indicators that are down', () => {
  const database = { status: 'down', message: 'connect ECONNREFUSED 10.0.0.1:5432' }
  const report = { status: 'error', info: {}, error: { database }, details: { database } }
  expect(recognizeHealthCheck(new ServiceUnavailableException(report))).toMatchObject({
    status: 503,
    message: 'Unhealthy: database',
  })
  expect(recognizeHealthCheck(new ServiceUnavailableException('down'))).toBeUndefined()
  expect(recognizeHealthCheck(new Error('x'))).toBeUndefined()
})
