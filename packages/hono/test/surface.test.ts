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
      "envelopes",
      "errorHandler",
      "faultline",
      "isApiError",
      "logTo",
      "requestId",
      "stream",
    ]
  `)
})
