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
      "envelopes",
      "faultline",
      "isApiError",
      "logTo",
      "requestId",
      "stream",
    ]
  `)
})
