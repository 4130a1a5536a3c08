import assert from 'node:assert/strict'
import { CANARY } from '../canary.ts'
import { formatRequest, type RawResponse } from '../raw-client.ts'
import { expectCode, expectReusable, OK, toScenario, type Scenario } from '../scenario.ts'
import type { RequestTarget, WireRequest } from '../wire-request.ts'

const notFound = (name: string, build: WireRequest['build']): WireRequest => ({
  name,
  build,
  codes: ['endpoint_not_found'],
})
const notFoundOrInvalid = (name: string, formatLine: (target: RequestTarget) => string): WireRequest => ({
  name,
  build: (target) => target.format(formatLine(target)),
  codes: ['endpoint_not_found', 'invalid_request'],
})

/** Creates a scenario of HEAD: the response has the head of the response to GET, and no body. */
function expectHead(name: string, path: string, status: number): Scenario {
  return {
    name,
    async run(context) {
      const client = await context.client()
      const id = { 'x-request-id': 'id-1' }
      const head = await client.send(formatRequest(`HEAD ${path}`, id)).response('HEAD')
      const whole = await client.send(formatRequest(`GET ${path}`, id)).response()
      const withoutDate = ({ headers: { date: _date, ...headers } }: RawResponse): object => headers
      assert.deepEqual([head.status, head.body, whole.status], [status, '', status])
      assert.deepEqual(withoutDate(head), withoutDate(whole))
      assert.equal(head.headers['content-length'], String(whole.length))
      await expectReusable(client)
    },
  }
}

/**
 * Creates a scenario of OPTIONS on a route: the framework's own response, or method_not_allowed. If `Allow` is sent, it must
 * contain GET, HEAD and POST.
 */
function expectOptions(name: string, bytes: Buffer): Scenario {
  return {
    name,
    async run(context) {
      const client = await context.client()
      const response = await client.send(bytes).response()
      if (response.status >= 300) context.expect(response, 'method_not_allowed')
      const allow = response.headers['allow']?.split(/, ?/).filter((method) => method !== 'OPTIONS')
      if (allow !== undefined) assert.deepEqual(allow.toSorted(), ['GET', 'HEAD', 'POST'])
      await expectReusable(client)
    },
  }
}

/** Requests without a route, on any server. */
export const unroutedRequests: readonly WireRequest[] = [
  notFound('unknown-route', ({ root, format }) => format(`GET ${root}/nope`)),
  notFound('unknown-route-html-accept', ({ root, format }) =>
    format(`GET ${root}/nope`, { accept: 'text/html' }),
  ),
  notFound('unknown-route-reflect', ({ root, format }) =>
    format(`GET ${root}/<script>${CANARY}</script>?${CANARY}=1`),
  ),
  notFound('unknown-route-long', ({ root, format }) => format(`GET ${root}/${CANARY.repeat(1500)}`)),
  notFound('unknown-post-json', ({ root, format }) =>
    format(`POST ${root}/nope`, { 'content-type': 'application/json' }, `{"a":"${CANARY}"}`),
  ),
  notFound('OPTIONS-unknown', ({ root, format }) => format(`OPTIONS ${root}/nope`)),
  notFound('absolute-form', ({ root, format }) => format(`GET http://localhost${root}/nope`)),
  notFound('double-slash', ({ format }) => format('GET //')),
  notFound('double-slash-host', ({ format }) => format(`GET //${CANARY}.example/pets`)),
  notFound('empty-query', ({ root, format }) => format(`GET ${root}/nope?`)),
  notFound('unknown-route-PROPFIND', ({ root, format }) => format(`PROPFIND ${root}/nope`)),
  // A body parser may run before routing, and rejects the body first.
  {
    name: 'unknown-post-malformed-json',
    build: ({ root, format }) =>
      format(`POST ${root}/nope`, { 'content-type': 'application/json' }, `{${CANARY}`),
    codes: ['endpoint_not_found', 'malformed_body'],
  },
  // Targets that a framework may reject before routing.
  notFoundOrInvalid('OPTIONS-star', () => 'OPTIONS *'),
  notFoundOrInvalid('absolute-form-bad', () => `GET http://[${CANARY}/`),
  notFoundOrInvalid('backslash', ({ root }) => `GET ${root}/\\${CANARY}`),
]

/** Requests without a route or with an unsupported method, and unusual requests that must still reach their route. */
export const routingScenarios: readonly Scenario[] = [
  ...unroutedRequests.map(toScenario),

  expectCode('wrong-method', formatRequest('PUT /pets'), 'method_not_allowed'),
  expectCode('wrong-method-DELETE', formatRequest('DELETE /pets'), 'method_not_allowed'),
  expectCode('method-PURGE', formatRequest('PURGE /pets'), 'method_not_allowed'),
  expectCode('method-TRACE', formatRequest('TRACE /pets'), 'method_not_allowed'),
  expectCode('method-QUERY', formatRequest('QUERY /pets'), ['method_not_allowed', 'invalid_request']),
  expectCode('wrong-method-with-param', formatRequest('PUT /pets/7?a=/b'), 'method_not_allowed'),
  expectCode('semicolon', formatRequest('GET /pets/7;a=1'), OK),
  expectCode(
    'upgrade-websocket',
    formatRequest('GET /pets', { connection: 'Upgrade', upgrade: 'websocket' }),
    OK,
  ),
  expectCode('upgrade-h2c', formatRequest('GET /pets', { connection: 'Upgrade', upgrade: 'h2c' }), OK),
  expectOptions('OPTIONS-known', formatRequest('OPTIONS /pets')),
  expectOptions(
    'OPTIONS-preflight',
    formatRequest('OPTIONS /pets', { origin: 'http://a.example', 'access-control-request-method': 'GET' }),
  ),

  expectHead('HEAD-failing', '/conflict', 409),
  expectHead('HEAD-failing-500', '/broken', 500),
  expectHead('HEAD-unknown', '/nope', 404),
  {
    name: 'HEAD-then-GET-keepalive',
    async run(context) {
      const client = await context.client()
      client.send(formatRequest('HEAD /broken'), formatRequest('GET /broken'), formatRequest('GET /ok'))
      const { status, body } = await client.response('HEAD')
      assert.deepEqual([status, body], [500, ''])
      context.expect(await client.response(), 'internal_error')
      context.expect(await client.response(), OK)
      await context.expectErrors('internal_error', 'internal_error')
    },
  },
]
