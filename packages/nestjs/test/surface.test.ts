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
      "drain",
      "envelopes",
      "errorClasses",
      "isApiError",
      "isErrorCode",
      "logTo",
      "requestId",
      "serverOptions",
      "stream",
      "validationExceptionFactory",
    ]
  `)
})
