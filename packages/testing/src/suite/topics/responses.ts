import assert from 'node:assert/strict'
import { CANARY } from '../canary.ts'
import { formatRequest } from '../raw-client.ts'
import { expectCode, expectReusable, OK, type Scenario } from '../scenario.ts'
import { startWaitingRequest } from './protocol.ts'

/** Creates a scenario of a failure after the head: the response is truncated and the connection closed. */
function expectTruncated(name: string, path: string, code = 'internal_error'): Scenario {
  return {
    name,
    async run(context) {
      const client = await context.client()
      client.send(formatRequest(`GET ${path}`))
      await client.closed()
      // Bytes that were written just before the connection was destroyed may not have been sent.
      if (client.rest !== '') {
        const response = await client.response()
        assert.deepEqual(
          [response.status, response.complete],
          [200, false],
          'A truncated response looks complete',
        )
        assert.ok('{"half":'.startsWith(response.body), 'The body has bytes that the handler did not write')
      }
      await context.expectErrors(code)
    },
  }
}

/** Creates a scenario of a failure after the response: the response is complete, and onError is called once. */
function expectFirstResponse(name: string, path: string): Scenario {
  return {
    name,
    async run(context) {
      const client = await context.client()
      const { status, body } = await client.send(formatRequest(`GET ${path}`)).response()
      assert.deepEqual([status, body], [200, '{"first":true}'])
      await expectReusable(client)
      await context.expectErrors('internal_error')
    },
  }
}

/** Creates a scenario of an error response that the handler sends itself. */
function expectOwnResponse(name: string, path: string, status: number, body: string): Scenario {
  return {
    name,
    async run(context) {
      const client = await context.client()
      const response = await client.send(formatRequest(`GET ${path}`)).response()
      assert.deepEqual([response.status, response.body], [status, body])
      await expectReusable(client)
      await context.expectErrors()
    },
  }
}

/** Creates a scenario of an unusual redirect: it succeeds or fails, and never splits the head. */
function expectRedirect(name: string, to: string): Scenario {
  return {
    name,
    async run(context) {
      const client = await context.client()
      const response = await client
        .send(formatRequest(`GET /redirect?to=${encodeURIComponent(to)}`))
        .response()
      assert.equal(response.headers['set-cookie'], undefined)
      if (response.status === 302) await context.expectErrors()
      else context.expect(response, 'internal_error')
      await expectReusable(client)
    },
  }
}

/** Creates a scenario of a client that disconnects while a handler runs. */
function expectDisconnect(
  name: string,
  path: string,
  disconnect: 'end' | 'resetAndDestroy',
  ...codes: string[]
): Scenario {
  return {
    name,
    async run(context) {
      const client = await context.client()
      await startWaitingRequest((bytes) => client.send(bytes), path)
      client.socket[disconnect]()
      await client.closed()
      await context.expectErrors(...codes)
      context.expect(await context.request(formatRequest('GET /ok')), OK)
      if (codes.length > 0) assert.equal(context.hookCalls[0]?.error.cause, context.hookCalls[0]?.thrown)
      assert.ok(!client.rest.includes(CANARY))
    },
  }
}

const expectNotFound = (name: string, headers: Record<string, string>): Scenario =>
  expectCode(name, formatRequest('GET /failure?of=long-message', headers), 'not_found')

/** Failures after a handler has set headers, sent a response or begun a stream. */
export const responseScenarios: readonly Scenario[] = [
  expectCode('bigint-body', formatRequest('GET /body?of=bigint'), 'internal_error'),
  expectCode('circular-body', formatRequest('GET /body?of=circular'), 'internal_error'),
  expectCode('throwing-to-json-body', formatRequest('GET /body?of=throwing-to-json'), 'internal_error'),
  {
    name: 'undefined-body',
    async run(context) {
      const response = await context.request(formatRequest('GET /nothing'))
      if (response.status >= 300) context.expect(response, ['internal_error', 'endpoint_not_found'])
    },
  },
  expectCode('error-after-headers', formatRequest('GET /headers?failure=unavailable'), 'service_unavailable'),
  expectCode(
    'internal-error-after-headers',
    formatRequest('GET /headers?failure=internal'),
    'internal_error',
  ),
  expectCode(
    'retry-after-already-set',
    formatRequest('GET /headers?failure=unavailable-without-retry-after&retry-after=120'),
    'service_unavailable',
  ),
  expectCode(
    'retry-after-of-error',
    formatRequest('GET /headers?failure=limited&retry-after=120'),
    'rate_limit_exceeded',
  ),
  expectCode('error-after-status', formatRequest('GET /status'), 'internal_error'),
  expectCode('set-bad-header', formatRequest('GET /set-bad-header'), 'internal_error'),
  expectCode(
    'request-id-with-html',
    formatRequest('GET /conflict', { 'x-request-id': `<script>${CANARY}</script>` }),
    'conflict',
  ),
  expectCode(
    'request-id-long',
    formatRequest('GET /conflict', { 'x-request-id': CANARY.repeat(10) }),
    'conflict',
  ),
  expectCode('request-id-valid', formatRequest('GET /conflict', { 'x-request-id': 'a.b_C-9' }), 'conflict'),
  expectNotFound('accept-xml', { accept: 'application/xml' }),
  expectNotFound('accept-html', { accept: 'text/html' }),
  expectNotFound('accept-none', { accept: '' }),
  expectNotFound('conditional-get-error', {
    'if-none-match': '*',
    'if-modified-since': 'Thu, 01 Jan 2099 00:00:00 GMT',
  }),
  expectNotFound('range-on-error', { range: 'bytes=0-1' }),
  expectNotFound('accept-encoding-gzip', { 'accept-encoding': 'gzip' }),

  expectTruncated('truncated-after-head', '/half'),
  expectTruncated('truncated-later', '/half-later'),
  {
    name: 'pipelined-stream-error-then-ok',
    async run(context) {
      const client = await context.client()
      client.send(Buffer.concat([formatRequest('GET /half-later'), formatRequest('GET /ok')]))
      await client.closed()
      if (client.rest === '') return
      const { status, complete } = await client.response()
      assert.deepEqual([status, complete, client.rest], [200, false, ''])
    },
  },
  {
    name: 'event-stream',
    async run(context) {
      const client = await context.client()
      const response = await client.send(formatRequest('GET /events')).response()
      assert.deepEqual([response.status, response.complete], [200, true])
      const [one, half, error, end] = response.body.split('\n\n')
      assert.deepEqual([one, half, end], ['data: {"n":1}', 'data: {"half":', ''])
      assert.match(error ?? '', /^event: error\ndata: \{.*"UPSTREAM_ERROR".*\}$/)
      await expectReusable(client)
      await context.expectErrors('upstream_error')
    },
  },
  expectFirstResponse('error-after-response', '/error-after-response'),
  expectFirstResponse('second-response', '/second-response'),
  expectCode('stream-fails-first', formatRequest('GET /stream?fails=first'), 'upstream_error'),
  expectTruncated('stream-fails-later', '/stream?fails=later'),
  {
    name: 'stream-completes',
    async run(context) {
      const { body, complete } = await context.request(formatRequest('GET /stream?fails=never'))
      assert.deepEqual([body, complete], ['{"half":true}', true])
      await context.expectErrors()
    },
  },

  expectCode('own-500', formatRequest('GET /own?response=500'), 'internal_error'),
  expectCode('own-empty-404', formatRequest('GET /own?response=empty-404'), 'not_found'),
  expectOwnResponse('own-500-json', '/own?response=500-json', 500, '{"own":true}'),
  expectOwnResponse('error-handled-by-user', '/user-error?handler=responds', 418, '{"mine":true}'),
  expectCode(
    'error-passed-on-by-user',
    formatRequest('GET /user-error?handler=returns-undefined'),
    'internal_error',
  ),
  expectCode('error-in-user-handler', formatRequest('GET /user-error?handler=throws'), 'internal_error'),

  expectRedirect('redirect-crlf', `/a\r\nset-cookie: ${CANARY}`),
  expectRedirect('redirect-utf8', '/zürich🏔'),
  expectRedirect('redirect-bad', 'http://['),
]

/** Clients that disconnect. */
export const clientScenarios: readonly Scenario[] = [
  expectDisconnect('disconnect-before-throw', '/wait-then-throw', 'end', 'client_closed_request'),
  expectDisconnect('reset-mid-request', '/wait-then-throw', 'resetAndDestroy', 'client_closed_request'),
  expectDisconnect('disconnect-mid-event-stream', '/wait-in-events', 'end', 'client_closed_request'),
  expectDisconnect('reset-mid-event-stream', '/wait-in-events', 'resetAndDestroy', 'client_closed_request'),
  expectDisconnect('disconnect-mid-request', '/wait-then-respond', 'end'),
]
