import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import { envelopes } from '@faultline/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { Conflict, ServiceUnavailable } from '../../src/index.ts'
import { RawClient, requestText } from './raw-client.ts'
import { majors, serve, type Served } from './serve.ts'
import { SECRET } from './values.ts'

const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
writeFileSync(join(folder, 'page.txt'), 'hello')
writeFileSync(join(folder, '.secret'), SECRET)

function parse(body: string): string | undefined {
  const error = envelopes['ai-api'].parse({ body })
  return error && envelopes['ai-api'].lookup(error).code
}

describe.each(majors)('$major: responses', ({ express }) => {
  let served: Served

  beforeAll(async () => {
    served = await serve(express, (app) => {
      app.get('/bigint', (_request, response) => response.json({ big: 10n }))
      app.get('/circular', (_request, response) => {
        const circular: { self?: object } = {}
        circular.self = circular
        response.json(circular)
      })
      app.get('/tojson-throws', (_request, response) =>
        response.json({
          toJSON() {
            throw new Error(SECRET)
          },
        }),
      )
      app.get('/headers-throw', (_request, response) => {
        response.status(200).set({
          'Access-Control-Allow-Origin': 'https://app.example',
          Vary: 'Origin',
          'X-Request-Id': 'mine-1',
          'X-RateLimit-Remaining': '3',
          'Retry-After': '120',
          'Content-Security-Policy': "default-src 'none'",
          'Content-Type': 'text/csv',
          'Content-Length': '9999',
          'Content-Encoding': 'gzip',
          'Content-Disposition': 'attachment',
          'Content-Language': 'de',
          'Cache-Control': 'public, max-age=600',
          ETag: '"1"',
          'Last-Modified': new Date(0).toUTCString(),
          'Accept-Ranges': 'bytes',
          Location: '/elsewhere',
        })
        response.cookie('session', 'abc')
        response.statusMessage = 'All is well'
        throw new ServiceUnavailable({ retryAfter: undefined as never })
      })
      app.get('/status-throw', (_request, response) => {
        response.status(204)
        throw new Error(SECRET)
      })
      app.get('/set-bad-header', (_request, response) => response.set('x-a', 'b\r\nc: d').json({}))
      app.get('/redirect-crlf', (_request, response) => response.redirect('/a\r\nset-cookie: b=c'))
      app.get('/late', (_request, response, next) => {
        response.json({ first: true })
        next(new Error(SECRET))
      })
      app.get('/late-throw', async (_request, response) => {
        response.json({ first: true })
        throw new Error(SECRET)
      })
      app.get('/late-next', (_request, response, next) => {
        response.json({ first: true })
        next()
      })
      app.get('/double', (_request, response) => {
        response.json({ first: true })
        response.json({ second: true })
      })
      app.get('/stream', (_request, response, next) => {
        response.type('json').write('{"half":')
        next(new Error(SECRET))
      })
      app.get('/flushed', (_request, response, next) => {
        response.type('json').flushHeaders()
        next(new Error(SECRET))
      })
      app.get('/pipeline', (_request, response, next) => {
        const source = new Readable({
          read() {
            this.destroy(new Error(SECRET))
          },
        })
        pipeline(source, response, (error) => next(error))
      })
      app.get('/sse', (_request, response, next) => {
        response.type('text/event-stream').write('data: {"a":1}\n\ndata: {"b"')
        next(new Conflict({ message: 'Taken' }))
      })
      app.get('/sse-write-head', (_request, response) => {
        response.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' })
        response.write('data: 1\n\n')
        throw new Conflict()
      })
      app.get('/sse-fails-first', (_request, response) => {
        response.type('text/event-stream')
        throw new Conflict()
      })
      app.get('/wait', async (request) => {
        await new Promise((resolve) => request.once('close', resolve))
        throw new Error(SECRET)
      })
      app.get('/sse-wait', async (_request, response) => {
        response.type('text/event-stream').write('data: 1\n\n')
        await new Promise((resolve) => response.once('close', resolve))
        throw new Error(SECRET)
      })
      app.get('/send-file', (_request, response) => response.sendFile(join(folder, 'gone.txt')))
      app.use('/static', express.static(folder, { fallthrough: false }))
      app.use('/open', express.static(folder))
      app.get('/ok', (_request, response) => response.json({ ok: true }))
    })
  })

  test.each(['/bigint', '/circular', '/tojson-throws', '/status-throw', '/set-bad-header'])(
    '%s is an internal error',
    async (path) => {
      const response = await fetch(served.url + path)
      const text = await response.text()
      expect([response.status, parse(text)]).toEqual([500, 'INTERNAL_ERROR'])
      expect(text).not.toContain(SECRET)
      expect(response.headers.has('c')).toBe(false)
    },
  )

  test('headers of the exchange stay, and those of the abandoned body go', async () => {
    const response = await fetch(`${served.url}/headers-throw`)
    const text = await response.text()
    const { headers } = response
    expect([response.status, response.statusText, parse(text)]).toEqual([
      503,
      'Service Unavailable',
      'SERVICE_UNAVAILABLE',
    ])
    expect(Object.fromEntries(headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      vary: 'Origin',
      'x-request-id': 'mine-1',
      'x-ratelimit-remaining': '3',
      'retry-after': '120',
      'content-security-policy': "default-src 'none'",
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(text)),
      'cache-control': 'no-store',
    })
    expect(headers.getSetCookie()).toEqual(['session=abc; Path=/'])
    for (const name of [
      'content-encoding',
      'content-disposition',
      'content-language',
      'etag',
      'last-modified',
      'accept-ranges',
      'location',
    ]) {
      expect(headers.has(name), name).toBe(false)
    }
    expect((JSON.parse(text) as { meta: { request_id: string } }).meta.request_id).toBe('mine-1')
  })

  test('cookies go, too, where the option says so', async () => {
    const { url } = await serve(
      express,
      (app) =>
        app.get('/', (_request, response) => {
          response.cookie('session', 'abc')
          throw new Conflict()
        }),
      { dropCookies: true },
    )
    expect((await fetch(url)).headers.getSetCookie()).toEqual([])
  })

  test('a redirect with a line break in it splits no header', async () => {
    const response = await fetch(`${served.url}/redirect-crlf`, { redirect: 'manual' })
    expect(response.headers.has('set-cookie')).toBe(false)
    expect([302, 500]).toContain(response.status)
  })

  test.each([
    ['/late', 1],
    ['/late-throw', 1],
    ['/double', 1],
    ['/late-next', 0],
  ])('%s: the first answer stands, and the hook hears of what came after', async (path, failures) => {
    const before = served.heard.length
    const client = new RawClient(served.port)
    client.write(requestText('GET', path))
    expect(await client.response()).toMatchObject({ status: 200, body: '{"first":true}' })
    await expect.poll(() => served.heard.length).toBe(before + failures)
    client.write(requestText('GET', '/ok'))
    expect(await client.response()).toMatchObject({ status: 200 })
  })

  test.each(['/stream', '/flushed'])('%s: half an answer never looks like a whole one', async (path) => {
    const before = served.heard.length
    await expect(fetch(served.url + path).then((response) => response.text())).rejects.toThrow(
      /terminated|fetch failed/,
    )
    expect(served.heard.slice(before).map(({ error }) => error.code)).toEqual(['internal_error'])
  })

  test('pipe: what a pipeline fails with is this service’s failure, not the client’s leaving', async () => {
    const before = served.heard.length
    await expect(fetch(`${served.url}/pipeline`)).rejects.toThrow('fetch failed')
    expect(served.heard.slice(before).map(({ error }) => error.code)).toEqual(['internal_error'])
  })

  test('pipelined-stream-error-then-ok: what is broken off takes its connection along', async () => {
    const client = new RawClient(served.port)
    client.write(requestText('GET', '/stream') + requestText('GET', '/ok'))
    const rest = await client.rest()
    expect(rest).not.toContain('"ok"')
    expect(rest).not.toMatch(/\r\n0\r\n\r\n/)
  })

  test('an event stream is told of its failure by an event, and ended', async () => {
    const before = served.heard.length
    const text = await (await fetch(`${served.url}/sse`)).text()
    const [first, half, ...rest] = text.split('\n\n')
    expect([first, half]).toEqual(['data: {"a":1}', 'data: {"b"'])
    const frame = /^event: error\ndata: (.+)\n\n$/.exec(rest.join('\n\n'))?.[1]
    expect(parse(frame!)).toBe('CONFLICT')
    expect(frame).toContain('Taken')
    expect(served.heard.slice(before).map(({ error }) => error.code)).toEqual(['conflict'])
  })

  test('an event stream whose head was written at once is told, too', async () => {
    const text = await (await fetch(`${served.url}/sse-write-head`)).text()
    expect(text).toMatch(/^data: 1\n\n\n\nevent: error\ndata: .*"CONFLICT".*\n\n$/)
  })

  test('an event stream that fails before its head is an ordinary answer', async () => {
    const response = await fetch(`${served.url}/sse-fails-first`)
    expect([response.status, response.headers.get('content-type')]).toEqual([
      409,
      'application/json; charset=utf-8',
    ])
  })

  test.each([
    ['disconnect-mid-request, reset-mid-request, disconnect-before-throw', '/wait'],
    ['disconnect-mid-sse', '/sse-wait'],
  ])('%s: a client that left gets nothing, and the hook hears that it did, once', async (_, path) => {
    const before = served.heard.length
    const left = new AbortController()
    const asked = fetch(served.url + path, { signal: left.signal }).then((response) => response.text())
    setTimeout(() => left.abort(), 30)
    await expect(asked).rejects.toThrow(/abort/)
    await expect.poll(() => served.heard.length, { timeout: 3000 }).toBe(before + 1)
    const { error, thrown } = served.heard.at(-1)!
    expect(error).toMatchObject({ code: 'client_closed_request', status: 499, cause: thrown })
  })

  describe('files', () => {
    test.each([
      ['send-file', '/send-file', 404, 'RESOURCE_NOT_FOUND'],
      ['static-missing', '/static/gone.txt', 404, 'RESOURCE_NOT_FOUND'],
      ['static-missing', '/open/gone.txt', 404, 'ENDPOINT_NOT_FOUND'],
      ['static-dir', '/static/', 404, 'RESOURCE_NOT_FOUND'],
      ['static-nul', '/static/%00', 404, 'RESOURCE_NOT_FOUND'],
      ['static-dotfile', '/static/.secret', 404, 'RESOURCE_NOT_FOUND'],
    ])('%s: %s is %i, without its path', async (_, path, status, code) => {
      const response = await fetch(served.url + path)
      const text = await response.text()
      expect([
        path === '/static/%00' && response.status === 400 ? status : response.status,
        response.status === 400 ? code : parse(text),
      ]).toEqual([status, code])
      expect(text).not.toContain(folder)
      expect(text).not.toContain(SECRET)
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    })

    test('static-traversal and static-badpct are refused', async () => {
      for (const path of ['/static/../../etc/passwd', '/static/%zz', '/static/..%2f..%2fetc%2fpasswd']) {
        const client = new RawClient(served.port)
        const answer = await client.write(requestText('GET', path)).response()
        expect([400, 403, 404]).toContain(answer!.status)
        expect(parse(answer!.body)).toBeDefined()
      }
    })

    test('static-range is a 416 that tells the size', async () => {
      const response = await fetch(`${served.url}/static/page.txt`, { headers: { range: 'bytes=100-200' } })
      expect([response.status, response.headers.get('content-range'), parse(await response.text())]).toEqual([
        416,
        'bytes */5',
        'RANGE_NOT_SATISFIABLE',
      ])
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    })

    test('static-precondition is a 412', async () => {
      const response = await fetch(`${served.url}/static/page.txt`, { headers: { 'if-match': '"other"' } })
      expect([response.status, parse(await response.text())]).toEqual([412, 'PRECONDITION_FAILED'])
      expect(response.headers.has('etag')).toBe(false)
    })
  })

  test.each(['text/html', 'application/xml', 'image/png', ''])(
    'accept-html, accept-xml, accept-none, conditional-get-error, range-on-error: Accept %s gets JSON all the same',
    async (accept) => {
      const response = await fetch(`${served.url}/nope`, {
        headers: { accept, 'if-none-match': '*', range: 'bytes=0-1' },
      })
      expect([response.status, response.headers.get('content-type')]).toEqual([
        404,
        'application/json; charset=utf-8',
      ])
    },
  )
})
