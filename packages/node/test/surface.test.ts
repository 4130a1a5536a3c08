import { expect, test } from 'vitest'
import * as node from '../src/index.ts'
import { expectErrorClasses, listOtherExports } from './error-classes.ts'

test('every error class of core is re-exported', () => {
  expectErrorClasses(node)
})

test('the public surface does not change by accident', () => {
  expect(listOtherExports(node)).toMatchInlineSnapshot(`
    [
      "ApiError",
      "ClientClosedRequest",
      "NodeRequest",
      "attach",
      "createResponder",
      "envelopes",
      "handleClientError",
      "isApiError",
      "logTo",
      "requestId",
      "sendError",
      "sendNotFound",
      "setRequestIdHeaders",
      "stream",
    ]
  `)
})
