import { createRequire } from 'node:module'
import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { expectErrorClasses, listOtherExports } from '../../node/test/error-classes.ts'
import * as fastify from '../src/index.ts'

test('every error class of core is re-exported', () => {
  expectErrorClasses(fastify)
})

test('the public surface does not change by accident', () => {
  expect(listOtherExports(fastify)).toMatchInlineSnapshot(`
    [
      "ApiError",
      "ClientClosedRequest",
      "attach",
      "createResponder",
      "declareDetails",
      "defineErrors",
      "drain",
      "envelopes",
      "errorClasses",
      "faultline",
      "getTraceId",
      "isApiError",
      "isErrorCode",
      "isOneOf",
      "logTo",
      "logToTerminal",
      "matchError",
      "recognizeClass",
      "requestId",
      "serverOptions",
      "stream",
    ]
  `)
})

test('another copy of the package detects the registration', async () => {
  const copy = createRequire(import.meta.url)('@faultline/fastify') as typeof fastify
  expect(copy.faultline).not.toBe(fastify.faultline)
  const app = Fastify()
  await app.register(fastify.faultline, { envelope: 'ai-api' })
  await expect(app.register(copy.faultline, { envelope: 'ai-api' }).after()).rejects.toThrow(
    'faultline: already registered on this Fastify instance; register it once',
  )
  await app.close()
})
