import { createRequire } from 'node:module'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { expectErrorClasses, listOtherExports } from '../../node/test/error-classes.ts'
import * as hono from '../src/index.ts'

test('every error class of core is re-exported', () => {
  expectErrorClasses(hono)
})

test('the public surface does not change by accident', () => {
  expect(listOtherExports(hono)).toMatchInlineSnapshot(`
    [
      "ApiError",
      "ClientClosedRequest",
      "createResponder",
      "declareDetails",
      "defineErrors",
      "envelopes",
      "errorClasses",
      "errorHandler",
      "faultline",
      "faultlineOptions",
      "getTraceId",
      "isApiError",
      "isErrorCode",
      "isOneOf",
      "logTo",
      "logToTerminal",
      "matchError",
      "recognizeClass",
      "requestId",
      "stream",
    ]
  `)
})

test('another copy of the package detects the installation', () => {
  const copy = createRequire(import.meta.url)('@faultline/hono') as typeof hono
  expect(copy.faultline).not.toBe(hono.faultline)
  const app = hono.faultline(new Hono(), { envelope: 'ai-api' })
  expect(() => copy.faultline(app, { envelope: 'ai-api' })).toThrow(
    'faultline: already called on this app; call it once per app',
  )
})
