import { createRequire } from 'node:module'
import framework from 'express'
import { expect, test } from 'vitest'
import { expectErrorClasses, listOtherExports } from '../../node/test/error-classes.ts'
import * as express from '../src/index.ts'

test('every error class of core is re-exported', () => {
  expectErrorClasses(express)
})

test('the public surface does not change by accident', () => {
  expect(listOtherExports(express)).toMatchInlineSnapshot(`
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
      "notFound",
      "recognizeClass",
      "requestId",
      "stream",
    ]
  `)
})

test('another copy of the package detects the installation', () => {
  const copy = createRequire(import.meta.url)('@faultline/express') as typeof express
  expect(copy.faultline).not.toBe(express.faultline)
  const app = express.faultline(framework(), { envelope: 'ai-api' })
  expect(() => copy.faultline(app, { envelope: 'ai-api' })).toThrow(
    'faultline: already called on this app; call it once per app',
  )
})
