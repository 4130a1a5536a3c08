import { createRequire } from 'node:module'
import Framework from 'koa'
import { expect, test } from 'vitest'
import { expectErrorClasses, listOtherExports } from '../../node/test/error-classes.ts'
import * as koa from '../src/index.ts'

test('every error class of core is re-exported', () => {
  expectErrorClasses(koa)
})

test('the public surface does not change by accident', () => {
  expect(listOtherExports(koa)).toMatchInlineSnapshot(`
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
  const copy = createRequire(import.meta.url)('@faultline/koa') as typeof koa
  expect(copy.faultline).not.toBe(koa.faultline)
  const app = koa.faultline(new Framework(), { envelope: 'ai-api' })
  expect(() => copy.faultline(app, { envelope: 'ai-api' })).toThrow(
    'faultline: already called on this app; call it once per app',
  )
})
