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
      "envelopes",
      "faultline",
      "isApiError",
      "logTo",
      "requestId",
      "serverOptions",
      "stream",
    ]
  `)
})
