import assert from 'node:assert/strict'
import { CANARY } from '../canary.ts'
import { formatRequest } from '../raw-client.ts'
import { waitingRequests } from '../routes.ts'
import { expectCode, OK, toScenario, type Scenario } from '../scenario.ts'
import { waitUntil } from '../wait-until.ts'
import { fixtureTarget, type RequestTarget, type WireRequest } from '../wire-request.ts'

const formatChunkedHead = ({ jsonPath, hostLine }: RequestTarget): string =>
  `POST ${jsonPath} HTTP/1.1\r\n${hostLine}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`
const { hostLine: fixtureHostLine } = fixtureTarget

const rejected = (name: string, build: WireRequest['build'], code = 'invalid_request'): WireRequest => ({
  name,
  build,
  codes: [code],
  isRejectedByParser: true,
})

/** Creates a scenario of an old version of HTTP, which has no keep-alive. */
function expectClose(name: string, bytes: string, code: string): Scenario {
  return {
    name,
    async run(context) {
      const client = await context.client()
      context.expect(await client.send(bytes).response(), code)
      assert.equal(await client.closed(), 'end')
    },
  }
}

/** Creates a scenario of a request that does not arrive in time. */
function expectTimeout(name: string, parts: readonly string[]): Scenario {
  return {
    name,
    server: 'short-timeouts',
    async run(context) {
      const client = await context.client()
      for (const part of parts) client.send(part)
      const response = await client.response()
      context.expect(response, 'request_timeout')
      assert.equal(response.headers['connection'], 'close')
      await client.closed()
      await context.expectErrors('request_timeout')
      context.expect(await context.request(formatRequest('GET /ok')), OK)
    },
  }
}

let requestCount = 0

/** Sends a request whose handler waits until the client disconnects. Resolves when the handler has started. */
export async function startWaitingRequest(send: (bytes: Buffer) => unknown, path: string): Promise<void> {
  requestCount += 1
  const id = `waiting-${requestCount}`
  send(formatRequest(`GET ${path}?id=${id}`))
  // The handler adds the id when it starts.
  await waitUntil(() => waitingRequests.delete(id), 'the handler has started')
}

/** Invalid requests, and CONNECT. A server rejects them before a route is selected. */
export const unparsedRequests: readonly WireRequest[] = [
  rejected('bad-request-line', () => `${CANARY}\r\n\r\n`),
  rejected('bad-version', ({ hostLine }) => `GET / HTTP/9.9\r\n${hostLine}\r\n`),
  rejected('http-2-preface', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  rejected('tls-hello', () => `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${CANARY}`),
  rejected('bad-header-name', ({ hostLine }) => `GET / HTTP/1.1\r\n${hostLine}a ${CANARY}: b\r\n\r\n`),
  rejected('bad-header-char', ({ hostLine }) => `GET / HTTP/1.1\r\n${hostLine}a: ${CANARY}\0\r\n\r\n`),
  rejected('header-bare-lf', ({ hostLine }) => `GET / HTTP/1.1\r\n${hostLine}a: ${CANARY}\n\r\n\r\n`),
  rejected(
    'header-line-folding',
    ({ hostLine }) => `GET / HTTP/1.1\r\n${hostLine}a: b\r\n ${CANARY}\r\n\r\n`,
  ),
  rejected('header-no-colon', ({ hostLine }) => `GET / HTTP/1.1\r\n${hostLine}${CANARY}\r\n\r\n`),
  rejected(
    'content-length-invalid',
    ({ root, hostLine }) => `POST ${root}/nope HTTP/1.1\r\n${hostLine}Content-Length: ${CANARY}\r\n\r\n`,
  ),
  rejected(
    'content-length-negative',
    ({ root, hostLine }) => `POST ${root}/nope HTTP/1.1\r\n${hostLine}Content-Length: -1\r\n\r\n`,
  ),
  rejected(
    'content-length-duplicate',
    ({ root, hostLine }) =>
      `POST ${root}/nope HTTP/1.1\r\n${hostLine}Content-Length: 1\r\nContent-Length: 2\r\n\r\n${CANARY}`,
  ),
  rejected(
    'content-length-and-transfer-encoding',
    ({ root, hostLine }) =>
      `POST ${root}/nope HTTP/1.1\r\n${hostLine}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ),
  rejected(
    'transfer-encoding-unknown',
    (target) => `${formatChunkedHead(target).replace('chunked', CANARY)}{}`,
  ),
  rejected('method-unknown-BREW', ({ hostLine }) => `BREW / HTTP/1.1\r\n${hostLine}\r\n`),
  rejected('method-lowercase', ({ hostLine }) => `get / HTTP/1.1\r\n${hostLine}\r\n`),
  rejected('no-leading-slash', ({ hostLine }) => `GET ${CANARY} HTTP/1.1\r\n${hostLine}\r\n`),
  rejected('raw-utf8-path', ({ hostLine }) => `GET /plantéd HTTP/1.1\r\n${hostLine}\r\n`),
  rejected('raw-nul-path', ({ hostLine }) => `GET /plant\0ed HTTP/1.1\r\n${hostLine}\r\n`),
  rejected('space-in-path', ({ hostLine }) => `GET /plan ted HTTP/1.1\r\n${hostLine}\r\n`),
  rejected('chunk-bad-size', (target) => `${formatChunkedHead(target)}${CANARY}\r\n`),
  rejected('trailer-bad', (target) => `${formatChunkedHead(target)}2\r\n{}\r\n0\r\nplan ted\r\n\r\n`),
  rejected(
    'header-overflow-431',
    ({ hostLine }) => `GET / HTTP/1.1\r\n${hostLine}a: ${'a'.repeat(20_000)}\r\n\r\n`,
    'headers_too_large',
  ),
  rejected(
    'url-overflow',
    ({ hostLine }) => `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${hostLine}\r\n`,
    'headers_too_large',
  ),
  rejected(
    'chunk-ext-overflow',
    (target) => `${formatChunkedHead(target)}2;a=${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
    'payload_too_large',
  ),
  rejected('no-host', ({ root }) => `GET ${root}/nope HTTP/1.1\r\n\r\n`),
  rejected(
    'CONNECT',
    () => `CONNECT ${CANARY}:443 HTTP/1.1\r\nHost: ${CANARY}:443\r\n\r\n`,
    'method_not_allowed',
  ),
]

/** Requests that test HTTP itself: parsing, limits, protocol versions, connections and pipelining. */
export const protocolScenarios: readonly Scenario[] = [
  ...unparsedRequests.map(toScenario),
  {
    name: 'chunk-bad-after-ok',
    async run(context) {
      const client = await context.client()
      client.send(
        Buffer.concat([
          formatRequest('GET /ok'),
          Buffer.from(`${formatChunkedHead(fixtureTarget)}2\r\n{}\r\n${CANARY}\r\n`),
        ]),
      )
      context.expect(await client.response(), OK)
      await client.closed()
      assert.ok(!client.rest.includes(CANARY))
    },
  },

  expectCode('two-hosts', `GET /nope HTTP/1.1\r\n${fixtureHostLine}Host: b\r\n\r\n`, 'endpoint_not_found'),
  expectCode('bad-host', `GET /nope HTTP/1.1\r\nHost: a b:c\r\n\r\n`, [
    'endpoint_not_found',
    'invalid_request',
  ]),
  // Node.js 20 accepts so many headers. Later versions may not.
  expectCode('many-headers-1500', `GET /nope HTTP/1.1\r\n${fixtureHostLine}${'a:1\r\n'.repeat(1500)}\r\n`, [
    'endpoint_not_found',
    'headers_too_large',
  ]),
  expectCode(
    'many-headers-2100-short',
    `GET /nope HTTP/1.1\r\n${fixtureHostLine}${'a:1\r\n'.repeat(2100)}\r\n`,
    ['endpoint_not_found', 'headers_too_large'],
  ),
  expectClose('http-1.0', `GET /nope HTTP/1.0\r\n${fixtureHostLine}\r\n`, 'endpoint_not_found'),
  expectClose('http-0.9', `GET /nope HTTP/0.9\r\n${fixtureHostLine}\r\n`, 'endpoint_not_found'),
  expectClose('http-1.0-throw', `GET /broken HTTP/1.0\r\n${fixtureHostLine}\r\n`, 'internal_error'),

  expectCode('expect-417', formatRequest('GET /ok', { expect: CANARY }), 'expectation_failed'),
  {
    name: 'garbage-after-ok',
    async run(context) {
      const client = await context.client()
      client.send(Buffer.concat([formatRequest('GET /ok'), Buffer.from(`${CANARY} garbage\r\n\r\n`)]))
      // The parser's error can be sent before the response of a handler that is still running.
      context.expect(await client.response(), [OK, 'invalid_request'])
      await client.closed()
      assert.ok(!client.rest.includes(CANARY))
    },
  },
  {
    name: 'pipelined-slow-then-garbage',
    async run(context) {
      const client = await context.client()
      await startWaitingRequest((bytes) => client.send(bytes), '/wait-then-respond')
      context.expect(await client.send(`${CANARY}\r\n\r\n`).response(), 'invalid_request')
      await client.closed()
      assert.equal(client.rest, '')
      await context.expectErrors('invalid_request')
    },
  },
  {
    name: 'half-close-slow',
    async run(context) {
      const client = await context.client()
      await startWaitingRequest((bytes) => client.send(bytes), '/wait-then-respond')
      client.socket.end()
      await client.closed()
      assert.equal(client.rest, '')
      await context.expectErrors()
    },
  },
]

/** Requests that arrive too slowly. */
export const slowScenarios: readonly Scenario[] = [
  expectTimeout('timeout-408-headers', ['GET / HTTP/1.1\r\n']),
  expectTimeout('timeout-idle-no-bytes', []),
  expectTimeout('timeout-drip', ['G', 'E', 'T', ' /']),
  expectTimeout('timeout-408-body', [
    formatRequest(
      'POST /json',
      { 'content-type': 'application/json', 'content-length': '100' },
      '{"half":',
    ).toString(),
  ]),
]
