import assert from 'node:assert/strict'
import { formatRequest } from '../raw-client.ts'
import { answered, asked, goesOn, OK, PLANTED, type Scenario } from '../scenario.ts'
import type { Places, WireRequest } from '../wire-request.ts'

const missing = (name: string, make: WireRequest['make']): WireRequest => ({
  name,
  make,
  codes: ['endpoint_not_found'],
})
const odd = (name: string, lineOf: (places: Places) => string): WireRequest => ({
  name,
  make: (places) => places.request(lineOf(places)),
  codes: ['endpoint_not_found', 'invalid_request'],
})

/** The head of an answer is that of the same request by GET. */
function headOf(name: string, path: string, status: number): Scenario {
  return {
    name,
    async run(stage) {
      const client = await stage.client()
      const id = { 'x-request-id': 'id-1' }
      const told = await client.send(formatRequest(`HEAD ${path}`, id)).response('HEAD')
      const whole = await client.send(formatRequest(`GET ${path}`, id)).response()
      const telling = ({ headers: { date: _date, ...headers } }: typeof told): object => headers
      assert.deepEqual([told.status, told.body, whole.status], [status, '', status])
      assert.deepEqual(telling(told), telling(whole))
      assert.equal(told.headers['content-length'], String(whole.length))
      await goesOn(client)
    },
  }
}

/** OPTIONS of a path that there is: the framework's own answer, or that it is no method of the path. */
function options(name: string, bytes: Buffer): Scenario {
  return {
    name,
    async run(stage) {
      const client = await stage.client()
      const response = await client.send(bytes).response()
      if (response.status >= 300) stage.expect(response, 'method_not_allowed')
      const allow = response.headers['allow']?.split(/, ?/).filter((method) => method !== 'OPTIONS')
      if (allow !== undefined) assert.deepEqual(allow.toSorted(), ['GET', 'HEAD', 'POST'])
      await goesOn(client)
    },
  }
}

/** Requests that no route takes, whatever the server. */
export const unrouted: readonly WireRequest[] = [
  missing('unknown-route', ({ root, request }) => request(`GET ${root}/nope`)),
  missing('unknown-route-html-accept', ({ root, request }) =>
    request(`GET ${root}/nope`, { accept: 'text/html' }),
  ),
  missing('unknown-route-reflect', ({ root, request }) =>
    request(`GET ${root}/<script>${PLANTED}</script>?${PLANTED}=1`),
  ),
  missing('unknown-route-long', ({ root, request }) => request(`GET ${root}/${PLANTED.repeat(1500)}`)),
  missing('unknown-post-json', ({ root, request }) =>
    request(`POST ${root}/nope`, { 'content-type': 'application/json' }, `{"a":"${PLANTED}"}`),
  ),
  missing('OPTIONS-unknown', ({ root, request }) => request(`OPTIONS ${root}/nope`)),
  missing('absolute-form', ({ root, request }) => request(`GET http://localhost${root}/nope`)),
  missing('double-slash', ({ request }) => request('GET //')),
  missing('double-slash-host', ({ request }) => request(`GET //${PLANTED}.example/pets`)),
  missing('empty-query', ({ root, request }) => request(`GET ${root}/nope?`)),
  missing('another method', ({ root, request }) => request(`PROPFIND ${root}/nope`)),
  // A parser that runs for every path comes first.
  {
    name: 'unknown-post-badjson',
    make: ({ root, request }) =>
      request(`POST ${root}/nope`, { 'content-type': 'application/json' }, `{${PLANTED}`),
    codes: ['endpoint_not_found', 'malformed_body'],
  },
  // Servers that make a URL of what was sent can't make one of these.
  odd('OPTIONS-star', () => 'OPTIONS *'),
  odd('absolute-form-bad', () => `GET http://[${PLANTED}/`),
  odd('backslash', ({ root }) => `GET ${root}/\\${PLANTED}`),
]

/** Requests that no route takes, and what is asked of a path beside its methods. */
export const routing: readonly Scenario[] = [
  ...unrouted.map(asked),

  answered('wrong-method', formatRequest('PUT /pets'), 'method_not_allowed'),
  answered('wrong-method-DELETE', formatRequest('DELETE /pets'), 'method_not_allowed'),
  answered('method-PURGE', formatRequest('PURGE /pets'), 'method_not_allowed'),
  answered('method-TRACE', formatRequest('TRACE /pets'), 'method_not_allowed'),
  answered('method-QUERY', formatRequest('QUERY /pets'), ['method_not_allowed', 'invalid_request']),
  answered('wrong method of a parameter’s path', formatRequest('PUT /pets/7?a=/b'), 'method_not_allowed'),
  answered('semicolon', formatRequest('GET /pets/7;a=1'), OK),
  answered(
    'upgrade-websocket',
    formatRequest('GET /pets', { connection: 'Upgrade', upgrade: 'websocket' }),
    OK,
  ),
  answered('upgrade-h2c', formatRequest('GET /pets', { connection: 'Upgrade', upgrade: 'h2c' }), OK),
  options('OPTIONS-known', formatRequest('OPTIONS /pets')),
  options(
    'OPTIONS-preflight-failing',
    formatRequest('OPTIONS /pets', { origin: 'http://a.example', 'access-control-request-method': 'GET' }),
  ),

  headOf('HEAD-failing', '/conflict', 409),
  headOf('HEAD-failing-500', '/broken', 500),
  headOf('HEAD-unknown', '/nope', 404),
  {
    name: 'HEAD-then-GET-keepalive',
    async run(stage) {
      const client = await stage.client()
      client.send(formatRequest('HEAD /broken'), formatRequest('GET /broken'), formatRequest('GET /ok'))
      const { status, body } = await client.response('HEAD')
      assert.deepEqual([status, body], [500, ''])
      stage.expect(await client.response(), 'internal_error')
      stage.expect(await client.response(), OK)
      await stage.expectErrors('internal_error', 'internal_error')
    },
  },
]
