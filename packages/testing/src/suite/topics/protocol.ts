import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { formatRequest } from '../raw-client.ts'
import { begun } from '../routes.ts'
import { answered, asked, OK, PLANTED, type Scenario } from '../scenario.ts'
import { fixturePlaces, type Places, type WireRequest } from '../wire-request.ts'

const chunks = ({ json, host }: Places): string =>
  `POST ${json} HTTP/1.1\r\n${host}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`
const head = fixturePlaces.host

const refused = (name: string, make: WireRequest['make'], code = 'invalid_request'): WireRequest => ({
  name,
  make,
  codes: [code],
  isRefused: true,
})

/** An old version of HTTP has no keep-alive. */
function closing(name: string, bytes: string, code: string): Scenario {
  return {
    name,
    async run(stage) {
      const client = await stage.client()
      stage.expect(await client.send(bytes).response(), code)
      assert.equal(await client.closed(), 'end')
    },
  }
}

/** A request that does not arrive in time. */
function late(name: string, parts: readonly string[]): Scenario {
  return {
    name,
    isSlow: true,
    async run(stage) {
      const client = await stage.client()
      for (const part of parts) client.send(part)
      const response = await client.response()
      stage.expect(response, 'request_timeout')
      assert.equal(response.headers['connection'], 'close')
      await client.closed()
      await stage.expectErrors('request_timeout')
      stage.expect(await stage.request(formatRequest('GET /ok')), OK)
    },
  }
}

let id = 0

/** Sends a request to a handler that waits, and settles when it has begun. */
export async function hold(send: (bytes: Buffer) => unknown, path = '/hold'): Promise<void> {
  const name = `protocol-${++id}`
  const waiting = new Promise<void>((resolve) => begun.set(name, resolve))
  send(formatRequest(`GET ${path}?id=${name}`))
  await Promise.race([waiting, sleep(2000)])
  begun.delete(name)
}

/** What is no request, or none that can be served. */
export const unparsed: readonly WireRequest[] = [
  refused('bad-request-line', () => `${PLANTED}\r\n\r\n`),
  refused('bad-version', ({ host }) => `GET / HTTP/9.9\r\n${host}\r\n`),
  refused('http-2-preface', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  refused('tls-hello', () => `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${PLANTED}`),
  refused('bad-header-name', ({ host }) => `GET / HTTP/1.1\r\n${host}a ${PLANTED}: b\r\n\r\n`),
  refused('bad-header-char', ({ host }) => `GET / HTTP/1.1\r\n${host}a: ${PLANTED}\0\r\n\r\n`),
  refused('header-bare-lf', ({ host }) => `GET / HTTP/1.1\r\n${host}a: ${PLANTED}\n\r\n\r\n`),
  refused('header-obs-fold', ({ host }) => `GET / HTTP/1.1\r\n${host}a: b\r\n ${PLANTED}\r\n\r\n`),
  refused('header-no-colon', ({ host }) => `GET / HTTP/1.1\r\n${host}${PLANTED}\r\n\r\n`),
  refused(
    'cl-invalid',
    ({ root, host }) => `POST ${root}/nope HTTP/1.1\r\n${host}Content-Length: ${PLANTED}\r\n\r\n`,
  ),
  refused(
    'cl-negative',
    ({ root, host }) => `POST ${root}/nope HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\n`,
  ),
  refused(
    'cl-dup',
    ({ root, host }) =>
      `POST ${root}/nope HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\n${PLANTED}`,
  ),
  refused(
    'cl-and-te',
    ({ root, host }) =>
      `POST ${root}/nope HTTP/1.1\r\n${host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ),
  refused('te-unknown', (places) => `${chunks(places).replace('chunked', PLANTED)}{}`),
  refused('method-unknown-BREW', ({ host }) => `BREW / HTTP/1.1\r\n${host}\r\n`),
  refused('method-lowercase', ({ host }) => `get / HTTP/1.1\r\n${host}\r\n`),
  refused('no-leading-slash', ({ host }) => `GET ${PLANTED} HTTP/1.1\r\n${host}\r\n`),
  refused('raw-utf8-path', ({ host }) => `GET /plantéd HTTP/1.1\r\n${host}\r\n`),
  refused('raw-nul-path', ({ host }) => `GET /plant\0ed HTTP/1.1\r\n${host}\r\n`),
  refused('space-in-path', ({ host }) => `GET /plan ted HTTP/1.1\r\n${host}\r\n`),
  refused('chunk-bad-size', (places) => `${chunks(places)}${PLANTED}\r\n`),
  refused('trailer-bad', (places) => `${chunks(places)}2\r\n{}\r\n0\r\nplan ted\r\n\r\n`),
  refused(
    'header-overflow-431',
    ({ host }) => `GET / HTTP/1.1\r\n${host}a: ${'a'.repeat(20_000)}\r\n\r\n`,
    'headers_too_large',
  ),
  refused(
    'url-overflow',
    ({ host }) => `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`,
    'headers_too_large',
  ),
  refused(
    'chunk-ext-overflow',
    (places) => `${chunks(places)}2;a=${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
    'payload_too_large',
  ),
  refused(
    'CONNECT',
    () => `CONNECT ${PLANTED}:443 HTTP/1.1\r\nHost: ${PLANTED}:443\r\n\r\n`,
    'method_not_allowed',
  ),
]

/** What is decided below any framework, by Node's parser and its server. */
export const protocol: readonly Scenario[] = [
  ...unparsed.map(asked),
  {
    name: 'chunk-bad-after-ok',
    async run(stage) {
      const client = await stage.client()
      client.send(
        Buffer.concat([
          formatRequest('GET /ok'),
          Buffer.from(`${chunks(fixturePlaces)}2\r\n{}\r\n${PLANTED}\r\n`),
        ]),
      )
      stage.expect(await client.response(), OK)
      await client.closed()
      assert.ok(!client.rest.includes(PLANTED))
    },
  },

  answered('two-hosts', `GET /nope HTTP/1.1\r\n${head}Host: b\r\n\r\n`, 'endpoint_not_found'),
  answered('bad-host', `GET /nope HTTP/1.1\r\nHost: a b:c\r\n\r\n`, [
    'endpoint_not_found',
    'invalid_request',
  ]),
  // Node 20 takes them, later ones call them too large.
  answered('many-headers-1500', `GET /nope HTTP/1.1\r\n${head}${'a:1\r\n'.repeat(1500)}\r\n`, [
    'endpoint_not_found',
    'headers_too_large',
  ]),
  answered('many-headers-2100-short', `GET /nope HTTP/1.1\r\n${head}${'a:1\r\n'.repeat(2100)}\r\n`, [
    'endpoint_not_found',
    'headers_too_large',
  ]),
  closing('http-1.0', `GET /nope HTTP/1.0\r\n${head}\r\n`, 'endpoint_not_found'),
  closing('http-0.9', `GET /nope HTTP/0.9\r\n${head}\r\n`, 'endpoint_not_found'),
  closing('http-1.0-throw', `GET /broken HTTP/1.0\r\n${head}\r\n`, 'internal_error'),

  answered('expect-417', formatRequest('GET /ok', { expect: PLANTED }), 'expectation_failed'),
  {
    name: 'garbage-after-ok',
    async run(stage) {
      const client = await stage.client()
      client.send(Buffer.concat([formatRequest('GET /ok'), Buffer.from(`${PLANTED} garbage\r\n\r\n`)]))
      // A handler that takes a moment is overtaken: there is one answer either way.
      stage.expect(await client.response(), [OK, 'invalid_request'])
      await client.closed()
      assert.ok(!client.rest.includes(PLANTED))
    },
  },
  {
    name: 'pipelined-slow-then-garbage',
    async run(stage) {
      const client = await stage.client()
      await hold((bytes) => client.send(bytes), '/hold-quietly')
      stage.expect(await client.send(`${PLANTED}\r\n\r\n`).response(), 'invalid_request')
      await client.closed()
      assert.equal(client.rest, '')
      await stage.expectErrors('invalid_request')
    },
  },
  {
    name: 'half-close-slow',
    async run(stage) {
      const client = await stage.client()
      await hold((bytes) => client.send(bytes), '/hold-quietly')
      client.socket.end()
      await client.closed()
      assert.equal(client.rest, '')
      await stage.expectErrors()
    },
  },
]

/** What takes too long to arrive. */
export const slow: readonly Scenario[] = [
  late('timeout-408-headers', ['GET / HTTP/1.1\r\n']),
  late('timeout-idle-no-bytes', []),
  late('timeout-drip', ['G', 'E', 'T', ' /']),
  late('timeout-408-body', [
    formatRequest(
      'POST /json',
      { 'content-type': 'application/json', 'content-length': '100' },
      '{"half":',
    ).toString(),
  ]),
]
