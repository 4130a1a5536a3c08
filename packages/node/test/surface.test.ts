import { createServer } from 'node:http'
import { createRequire } from 'node:module'
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
      "declareDetails",
      "defineErrors",
      "drain",
      "envelopes",
      "errorClasses",
      "faultlineOptions",
      "getTraceId",
      "guardConnection",
      "handleClientError",
      "isApiError",
      "isErrorCode",
      "isOneOf",
      "logTo",
      "logToTerminal",
      "matchError",
      "recognizeClass",
      "rejectUpgrade",
      "replaceForeignBodies",
      "requestId",
      "sendError",
      "sendNotFound",
      "sendSocketError",
      "setRequestIdHeaders",
      "stream",
    ]
  `)
})

test('another copy of the package detects that attach() was called', () => {
  const copy = createRequire(import.meta.url)('@faultline/node') as typeof node
  expect(copy.attach).not.toBe(node.attach)
  const server = node.attach(createServer(), { envelope: 'ai-api' })
  expect(() => copy.attach(server, { envelope: 'ai-api' })).toThrow(
    'attach: the server is already attached, by app.listen() or an earlier call; remove this call',
  )
})
