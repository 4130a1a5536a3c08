import { envelopes } from '@faultline/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { attach } from '../../src/index.ts'
import { RawClient, requestText, type RawResponse } from './raw-client.ts'
import { majors, serve, type Served } from './serve.ts'

/** The envelope's code of a raw answer, whose framing must be right. */
function codeOf(answer: RawResponse | undefined): string | undefined {
  if (answer === undefined) return undefined
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  })
  expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(answer.body)))
  const error = envelopes['ai-api'].parse({ status: answer.status, body: answer.body })
  return error && envelopes['ai-api'].lookup(error).code
}

describe.each(majors)('$major: below the framework', ({ express }) => {
  let served: Served

  beforeAll(async () => {
    served = await serve(
      express,
      (app) => {
        app.get('/ok', (_request, response) => response.json({ ok: true }))
        app.post('/json', express.json(), (_request, response) => response.json({}))
        app.get('/slow', (_request, response) => {
          setTimeout(() => response.json({ slow: true }), 50)
        })
        app.get('/begun', (_request, response) => {
          response.write('half')
        })
      },
      { attach: true },
    )
  })

  test.each<[string, string, number, string]>([
    ['bad-request-line', 'GET\r\n\r\n', 400, 'INVALID_REQUEST'],
    ['bad-version', 'GET / HTTP/9.9\r\n\r\n', 400, 'INVALID_REQUEST'],
    ['http-2-preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'INVALID_REQUEST'],
    ['tls-hello', '\x16\x03\x01\x02\x00\x01\x00', 400, 'INVALID_REQUEST'],
    ['bad-header-name', 'GET / HTTP/1.1\r\nHost: x\r\nb@d name: x\r\n\r\n', 400, 'INVALID_REQUEST'],
    ['header-no-colon', 'GET / HTTP/1.1\r\nHost: x\r\nnocolon\r\n\r\n', 400, 'INVALID_REQUEST'],
    ['cl-invalid', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n', 400, 'INVALID_REQUEST'],
    ['cl-negative', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', 400, 'INVALID_REQUEST'],
    [
      'cl-and-te',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      'INVALID_REQUEST',
    ],
    ['method-unknown-BREW', 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'INVALID_REQUEST'],
    ['no-leading-slash', 'GET ok HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'INVALID_REQUEST'],
    ['raw-nul-path', 'GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'INVALID_REQUEST'],
    ['space-in-path', 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'INVALID_REQUEST'],
    [
      'header-overflow-431',
      `GET / HTTP/1.1\r\nHost: x\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'HEADERS_TOO_LARGE',
    ],
    ['url-overflow', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
    [
      'te-unknown',
      'POST /json HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: rot13\r\n\r\n',
      400,
      'INVALID_REQUEST',
    ],
  ])('%s', async (_, text, status, code) => {
    const before = served.heard.length
    const client = new RawClient(served.port)
    const answer = await client.write(text).response()
    expect([answer?.status, codeOf(answer)]).toEqual([status, code])
    expect(answer!.headers['connection']).toBe('close')
    expect(await client.rest()).toBe('')
    await expect.poll(() => served.heard.length).toBe(before + 1)
  })

  test.each([
    ['chunk-bad-size', 'zz\r\n'],
    ['trailer-bad', '0\r\nb@d trailer\r\n\r\n'],
  ])('%s is answered below, and its handler’s own failure is not heard', async (_, chunk) => {
    const before = served.heard.length
    const client = new RawClient(served.port)
    client.write(
      requestText(
        'POST',
        '/json',
        { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' },
        chunk,
      ),
    )
    const answer = await client.response()
    expect([answer?.status, codeOf(answer)]).toEqual([400, 'INVALID_REQUEST'])
    await client.rest()
    await new Promise((resolve) => setImmediate(resolve))
    expect(served.heard.slice(before).map(({ request: { method, url } }) => [method, url])).toEqual([
      ['POST', '/json'],
    ])
  })

  test('chunk-ext-overflow', async () => {
    const client = new RawClient(served.port)
    client.write(
      requestText(
        'POST',
        '/json',
        { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' },
        `1;${'x'.repeat(20_000)}\r\na\r\n`,
      ),
    )
    const answer = await client.response()
    expect([answer?.status, codeOf(answer)]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
  })

  test('expect-417', async () => {
    const client = new RawClient(served.port)
    const answer = await client.write(requestText('GET', '/ok', { Expect: 'the impossible' })).response()
    expect([answer?.status, codeOf(answer)]).toEqual([417, 'EXPECTATION_FAILED'])
    client.write(requestText('GET', '/ok'))
    expect(await client.response()).toMatchObject({ status: 200 })
  })

  test('expect-100-ok', async () => {
    const client = new RawClient(served.port)
    client.write(
      requestText('POST', '/json', {
        Expect: '100-continue',
        'Content-Type': 'application/json',
        'Content-Length': '2',
      }),
    )
    expect(await client.response()).toMatchObject({ status: 100 })
    expect(await client.write('{}').response()).toMatchObject({ status: 200 })
  })

  test('CONNECT', async () => {
    const client = new RawClient(served.port)
    const answer = await client.write('CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n').response()
    expect([answer?.status, codeOf(answer)]).toEqual([405, 'METHOD_NOT_ALLOWED'])
    expect(await client.rest()).toBe('')
  })

  test('upgrade-websocket: an upgrade that nobody takes is an ordinary request', async () => {
    const client = new RawClient(served.port)
    client.write(requestText('GET', '/ok', { Connection: 'Upgrade', Upgrade: 'websocket' }))
    expect(await client.response()).toMatchObject({ status: 200 })
  })

  test('garbage-after-ok: what came first is answered first', async () => {
    const client = new RawClient(served.port)
    client.write(requestText('GET', '/ok'))
    expect(await client.response()).toMatchObject({ status: 200 })
    expect(codeOf(await client.write('\x00\x01\r\n\r\n').response())).toBe('INVALID_REQUEST')
  })

  test('pipelined-slow-then-garbage is answered once, and closed', async () => {
    const client = new RawClient(served.port)
    client.write(`${requestText('GET', '/slow')}\x00garbage\r\n\r\n`)
    expect((await client.response())?.status).toBe(400)
    expect(await client.rest()).toBe('')
  })

  test('garbage while an answer is being written ends the connection', async () => {
    const client = new RawClient(served.port)
    client.write(requestText('GET', '/begun'))
    await client.until(() => client.received.includes('half'))
    client.write('\x00garbage\r\n\r\n')
    const rest = await client.rest()
    expect(client.closed).toBe(true)
    expect(rest).not.toContain('INVALID_REQUEST')
  })

  test('a reset in the middle of a body is told to the hook, once, as the client’s leaving', async () => {
    const before = served.heard.length
    const client = new RawClient(served.port)
    client.write(
      requestText('POST', '/json', { 'Content-Type': 'application/json', 'Content-Length': '50' }, '{'),
    )
    await served.arrived('/json')
    client.socket.resetAndDestroy()
    await expect.poll(() => served.heard.length, { timeout: 3000 }).toBe(before + 1)
    expect(served.heard.at(-1)!.error.code).toBe('client_closed_request')
  })

  test('length-short-then-fin and resets end no process, and the next client is served', async () => {
    const short = new RawClient(served.port)
    short.write(
      requestText('POST', '/json', { 'Content-Type': 'application/json', 'Content-Length': '50' }, '{'),
    )
    short.socket.end()
    await short.rest()
    const reset = new RawClient(served.port)
    reset.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n')
    await new Promise((resolve) => reset.socket.once('connect', resolve))
    reset.socket.resetAndDestroy()
    expect((await fetch(`${served.url}/ok`)).status).toBe(200)
  })

  test('timeout-408-headers, timeout-408-body, timeout-idle-no-bytes and timeout-drip', async () => {
    const slow = await serve(
      express,
      (app) => app.post('/json', express.json(), (_request, response) => response.json({})),
      {
        attach: true,
        server: { headersTimeout: 200, requestTimeout: 400, connectionsCheckingInterval: 50 },
      },
    )
    const head = new RawClient(slow.port).write('GET / HTTP/1.1\r\nHost:')
    const body = new RawClient(slow.port).write(
      requestText('POST', '/json', { 'Content-Type': 'application/json', 'Content-Length': '9' }, '{'),
    )
    const idle = new RawClient(slow.port)
    const drip = new RawClient(slow.port).write('GET /')
    const dripping = setInterval(() => drip.write('x'), 50)
    for (const client of [head, body, idle, drip]) {
      const answer = await client.response()
      expect([answer?.status, codeOf(answer)]).toEqual([408, 'REQUEST_TIMEOUT'])
      expect(await client.rest()).toBe('')
    }
    clearInterval(dripping)
  })

  test('a server takes it once', () => {
    expect(() => attach(served.server, { envelope: 'ai-api' })).toThrow(
      'attach: this server is attached already',
    )
  })
})
