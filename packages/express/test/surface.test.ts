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
      "envelopes",
      "errorHandler",
      "faultline",
      "isApiError",
      "logTo",
      "notFound",
      "requestId",
      "stream",
    ]
  `)
})
