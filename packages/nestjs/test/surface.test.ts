import { expect, test } from 'vitest'
import { expectErrorClasses, listOtherExports } from '../../node/test/error-classes.ts'
import * as nestjs from '@faultline/nestjs'

test('every error class of core is re-exported', () => {
  expectErrorClasses(nestjs)
})

test('the public surface does not change by accident', () => {
  expect(listOtherExports(nestjs)).toMatchInlineSnapshot(`
    [
      "ApiError",
      "ClientClosedRequest",
      "FaultlineExceptionFilter",
      "FaultlineModule",
      "FaultlineOptions",
      "attach",
      "createResponder",
      "declareDetails",
      "defineErrors",
      "drain",
      "envelopes",
      "errorClasses",
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
      "validationExceptionFactory",
    ]
  `)
})
