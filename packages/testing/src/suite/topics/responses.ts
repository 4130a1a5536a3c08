import assert from 'node:assert/strict'
import { formatRequest } from '../raw-client.ts'
import { answered, goesOn, OK, PLANTED, type Scenario } from '../scenario.ts'
import { hold } from './protocol.ts'

/** An answer that was begun and can't be ended: it may not look whole, and the connection ends. */
function cut(name: string, path: string, code = 'internal_error'): Scenario {
  return {
    name,
    async run(stage) {
      const client = await stage.client()
      client.send(formatRequest(`GET ${path}`))
      await client.closed()
      // What was written in the same turn may never have left.
      if (client.rest !== '') {
        const response = await client.response()
        assert.deepEqual([response.status, response.complete], [200, false], 'Half an answer looks whole')
        assert.ok('{"half":'.startsWith(response.body), 'There is more than what was written')
      }
      await stage.expectErrors(code)
    },
  }
}

/** A handler's own answer stands; a failure after it is told to the hook, once. */
function first(name: string, path: string): Scenario {
  return {
    name,
    async run(stage) {
      const client = await stage.client()
      const { status, body } = await client.send(formatRequest(`GET ${path}`)).response()
      assert.deepEqual([status, body], [200, '{"first":true}'])
      await goesOn(client)
      await stage.expectErrors('internal_error')
    },
  }
}

/** An answer of the handler's own that is none of the envelope's. */
function own(name: string, path: string, status: number, body: string): Scenario {
  return {
    name,
    async run(stage) {
      const client = await stage.client()
      const response = await client.send(formatRequest(`GET ${path}`)).response()
      assert.deepEqual([response.status, response.body], [status, body])
      await goesOn(client)
      await stage.expectErrors()
    },
  }
}

/** A redirect to an odd place is made, or fails; it never splits the head. */
function redirect(name: string, to: string): Scenario {
  return {
    name,
    async run(stage) {
      const client = await stage.client()
      const response = await client
        .send(formatRequest(`GET /redirect?to=${encodeURIComponent(to)}`))
        .response()
      assert.equal(response.headers['set-cookie'], undefined)
      if (response.status === 302) await stage.expectErrors()
      else stage.expect(response, 'internal_error')
      await goesOn(client)
    },
  }
}

function leaving(name: string, path: string, leave: 'end' | 'resetAndDestroy', ...codes: string[]): Scenario {
  return {
    name,
    async run(stage) {
      const client = await stage.client()
      await hold((bytes) => client.send(bytes), path)
      client.socket[leave]()
      await client.closed()
      await stage.expectErrors(...codes)
      stage.expect(await stage.request(formatRequest('GET /ok')), OK)
      if (codes.length > 0) assert.equal(stage.hookCalls[0]?.error.cause, stage.hookCalls[0]?.thrown)
      assert.ok(!client.rest.includes(PLANTED))
    },
  }
}

const missing = (name: string, headers: Record<string, string>): Scenario =>
  answered(name, formatRequest('GET /fails?with=missing', headers), 'not_found')

/** What handlers set, send and begin before they fail. */
export const responses: readonly Scenario[] = [
  answered('bigint', formatRequest('GET /body?of=bigint'), 'internal_error'),
  answered('circular', formatRequest('GET /body?of=circular'), 'internal_error'),
  answered('tojson-throws', formatRequest('GET /body?of=tojson-throws'), 'internal_error'),
  {
    name: 'undefined-body',
    async run(stage) {
      const response = await stage.request(formatRequest('GET /nothing'))
      if (response.status >= 300) stage.expect(response, ['internal_error', 'endpoint_not_found'])
    },
  },
  answered('headers-throw', formatRequest('GET /headers?fails=unavailable'), 'service_unavailable'),
  answered('an internal error after headers', formatRequest('GET /headers?fails=planted'), 'internal_error'),
  answered(
    'Retry-After that was set stays',
    formatRequest('GET /headers?fails=bare&retry-after=120'),
    'service_unavailable',
  ),
  answered(
    'Retry-After of the error wins',
    formatRequest('GET /headers?fails=limited&retry-after=120'),
    'rate_limit_exceeded',
  ),
  answered('status-throw', formatRequest('GET /status'), 'internal_error'),
  answered('set-bad-header', formatRequest('GET /set-bad-header'), 'internal_error'),
  answered(
    'request-id-reflect',
    formatRequest('GET /conflict', { 'x-request-id': `<script>${PLANTED}</script>` }),
    'conflict',
  ),
  answered(
    'request-id-long',
    formatRequest('GET /conflict', { 'x-request-id': PLANTED.repeat(10) }),
    'conflict',
  ),
  answered(
    'a good request id comes back',
    formatRequest('GET /conflict', { 'x-request-id': 'a.b_C-9' }),
    'conflict',
  ),
  missing('accept-xml', { accept: 'application/xml' }),
  missing('accept-html', { accept: 'text/html' }),
  missing('accept-none', { accept: '' }),
  missing('conditional-get-error', {
    'if-none-match': '*',
    'if-modified-since': 'Thu, 01 Jan 2099 00:00:00 GMT',
  }),
  missing('range-on-error', { range: 'bytes=0-1' }),
  missing('accept-encoding-gzip', { 'accept-encoding': 'gzip' }),

  cut('stream', '/half'),
  cut('stream that fails later', '/half-later'),
  {
    name: 'pipelined-stream-error-then-ok',
    async run(stage) {
      const client = await stage.client()
      client.send(Buffer.concat([formatRequest('GET /half-later'), formatRequest('GET /ok')]))
      await client.closed()
      if (client.rest === '') return
      const { status, complete } = await client.response()
      assert.deepEqual([status, complete, client.rest], [200, false, ''])
    },
  },
  {
    name: 'sse',
    async run(stage) {
      const client = await stage.client()
      const response = await client.send(formatRequest('GET /events')).response()
      assert.deepEqual([response.status, response.complete], [200, true])
      const [one, half, error, end] = response.body.split('\n\n')
      assert.deepEqual([one, half, end], ['data: {"n":1}', 'data: {"half":', ''])
      assert.match(error!, /^event: error\ndata: \{.*"UPSTREAM_ERROR".*\}$/)
      await goesOn(client)
      await stage.expectErrors('upstream_error')
    },
  },
  first('late', '/late'),
  first('double', '/double'),
  answered('pipe', formatRequest('GET /stream?fails=first'), 'upstream_error'),
  cut('pipe-late', '/stream?fails=later'),
  {
    name: 'a stream that does not fail',
    async run(stage) {
      const { body, complete } = await stage.request(formatRequest('GET /stream?fails=never'))
      assert.deepEqual([body, complete], ['{"half":true}', true])
      await stage.expectErrors()
    },
  },

  own('send500', '/own?answer=send500', 500, 'own'),
  own('send500json', '/own?answer=send500json', 500, '{"own":true}'),
  own('an error that the user’s handler answers', '/mine?then=answer', 418, 'mine'),
  answered('an error that it hands on', formatRequest('GET /mine?then=hand-on'), 'internal_error'),
  answered('error-in-handler', formatRequest('GET /mine?then=fail'), 'internal_error'),

  redirect('redirect-crlf', `/a\r\nset-cookie: ${PLANTED}`),
  redirect('redirect-utf8', '/zürich🏔'),
  redirect('redirect-bad', 'http://['),
]

/** Clients that leave. */
export const clients: readonly Scenario[] = [
  leaving('disconnect-before-throw', '/hold', 'end', 'client_closed_request'),
  leaving('reset-mid-request', '/hold', 'resetAndDestroy', 'client_closed_request'),
  leaving('disconnect-mid-sse', '/hold-events', 'end', 'client_closed_request'),
  leaving('reset in an event stream', '/hold-events', 'resetAndDestroy', 'client_closed_request'),
  leaving('disconnect-mid-request', '/hold-quietly', 'end'),
]
