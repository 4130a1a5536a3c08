import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { stream, streamSSE } from 'hono/streaming'
import { afterAll, describe, expect, test, vi } from 'vitest'
import {
  errorHandler,
  faultline,
  MalformedBody,
  ModelOverloaded,
  PayloadTooLarge,
  type ApiError,
  type FaultlineOptions,
} from '../src/index.ts'

const SECRET = 'sk-live-secret'
const closers: (() => void)[] = []

afterAll(() => {
  for (const close of closers) close()
})

interface Served {
  readonly url: string
  readonly port: number
  readonly heard: ApiError[]
}

interface How {
  /** Whether node-server puts its own Request and Response in place of the global ones. */
  readonly overrides: boolean
  /** Whether node-server's request and response come to the app. */
  readonly bindings?: boolean
}

async function serve(
  build: (app: Hono) => void,
  { overrides, bindings = true }: How = { overrides: false },
): Promise<Served> {
  const { Request, Response } = globalThis
  const app = new Hono()
  const heard: ApiError[] = []
  const options: FaultlineOptions = { envelope: 'ai-api', onError: (error) => void heard.push(error) }
  faultline(app, options)
  build(app)
  const listener = getRequestListener(bindings ? app.fetch : (request) => app.fetch(request), {
    overrideGlobalObjects: overrides,
    errorHandler: errorHandler(options),
  }) as (request: IncomingMessage, response: ServerResponse) => Promise<void>
  const server = createServer((request, response) => void listener(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    server.close()
    server.closeAllConnections()
    Object.assign(globalThis, { Request, Response })
  })
  const { port } = server.address() as AddressInfo
  return { port, heard, url: `http://127.0.0.1:${port}` }
}

/** What a connection gives for what is written to it, until it has been silent for a while. */
async function raw(
  port: number,
  parts: readonly string[],
  silence = 60,
): Promise<{ text: string; closed: boolean }> {
  const socket = connect(port, '127.0.0.1')
  const got = { text: '', closed: false }
  socket.on('data', (data) => (got.text += data.toString()))
  socket.on('error', () => {})
  socket.on('close', () => (got.closed = true))
  for (const [index, part] of parts.entries()) {
    socket.write(part)
    const isLast = index === parts.length - 1
    await new Promise((resolve) => setTimeout(resolve, isLast ? Math.min(silence, 200) : silence))
  }
  socket.destroy()
  return { ...got }
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`

async function* chunks(
  failsAfter: number,
  thrown: unknown = new Error(SECRET),
  gap = 0,
): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < failsAfter; sent++) {
    yield new TextEncoder().encode(`data: ${sent}\n\n`)
    if (gap > 0) await new Promise((resolve) => setTimeout(resolve, gap))
  }
  throw thrown
}

const EVENTS = { 'content-type': 'text/event-stream' }

describe.each<How>([{ overrides: false }, { overrides: true }])('a body stream, %o,', (how) => {
  test.each(['text/event-stream', 'application/json', 'text/plain'])(
    'of %s that fails at once is answered with its status, and the headers of the exchange',
    async (type) => {
      const { url, heard } = await serve(
        (app) =>
          app.get('/', (context) => {
            context.header('access-control-allow-origin', '*')
            context.header('etag', '"1"')
            return context.body(ReadableStream.from(chunks(0, new ModelOverloaded())), 200, {
              'content-type': type,
            })
          }),
        how,
      )
      const response = await fetch(url)
      expect(response.status).toBe(503)
      expect(await response.json()).toMatchObject({ error: { code: 'OVERLOADED' } })
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'access-control-allow-origin': '*',
        'content-type': 'application/json; charset=utf-8',
      })
      expect(response.headers.has('etag')).toBe(false)
      expect(heard.map(({ code }) => code)).toEqual(['model_overloaded'])
    },
  )

  test.each([0, 20])('of events that fails after some, %i ms each, ends in an error event', async (gap) => {
    const { url, heard } = await serve(
      (app) =>
        app.get('/', (context) => context.body(ReadableStream.from(chunks(3, undefined, gap)), 200, EVENTS)),
      how,
    )
    const response = await fetch(url)
    const text = await response.text()
    expect(response.status).toBe(200)
    expect(text.startsWith('data: 0\n\ndata: 1\n\ndata: 2\n\n\n\n')).toBe(true)
    expect(text).toContain('INTERNAL_ERROR')
    expect(text).not.toContain(SECRET)
    expect(heard.map(({ code }) => code)).toEqual(['internal_error'])
  })

  test.each([
    [1, 0],
    [2, 0],
    [5, 0],
    [1, 20],
    [3, 20],
  ])('of anything else that fails after %i chunks, %i ms each, is broken off', async (count, gap) => {
    const { port, heard } = await serve(
      (app) =>
        app.get('/', (context) =>
          context.body(ReadableStream.from(chunks(count, undefined, gap)), 200, {
            'content-type': 'application/x-ndjson',
          }),
        ),
      how,
    )
    const { text, closed } = await raw(port, [get('/')], 200)
    expect(closed).toBe(true)
    expect(text).not.toMatch(/Error|secret|broke/)
    expect(text.endsWith('\r\n0\r\n\r\n')).toBe(false)
    expect(heard.map(({ code }) => code)).toEqual(['internal_error'])
  })

  test('tells no message where an app is served without node-server’s bindings, either', async () => {
    // node-server logs what it writes.
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { port } = await serve(
      (app) => app.get('/', (context) => context.body(ReadableStream.from(chunks(2)))),
      { ...how, bindings: false },
    )
    const { text, closed } = await raw(port, [get('/')], 200)
    expect(closed).toBe(true)
    expect(text).not.toContain('secret')
    log.mockRestore()
  })

  test('of events that says nothing is open after a moment', async () => {
    const { url } = await serve(
      (app) => app.get('/', (context) => context.body(new ReadableStream(), 200, EVENTS)),
      how,
    )
    const left = new AbortController()
    const response = await fetch(url, { signal: left.signal })
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
    left.abort()
  })

  test.each([
    ['before its first chunk', 0, 'application/json'],
    ['between two chunks', 1, 'application/json'],
    ['before its first event', 0, 'text/event-stream'],
    ['between two events', 1, 'text/event-stream'],
  ])('is cancelled when the client leaves %s', async (_, count, type) => {
    const cancel = vi.fn<() => void>()
    const { url, heard } = await serve(
      (app) =>
        app.get('/', (context) =>
          context.body(
            new ReadableStream({
              start(controller) {
                for (let sent = 0; sent < count; sent++)
                  controller.enqueue(new TextEncoder().encode('data: 1\n\n'))
              },
              cancel,
            }),
            200,
            { 'content-type': type },
          ),
        ),
      how,
    )
    const left = new AbortController()
    const answered = fetch(url, { signal: left.signal }).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 50))
    left.abort()
    await answered
    await expect.poll(() => cancel.mock.calls.length).toBe(1)
    await expect.poll(() => heard.map(({ code }) => code)).toEqual(['client_closed_request'])
  })

  test('that fails because the client has left is no failure of the server’s', async () => {
    const { url, heard } = await serve(
      (app) =>
        app.get('/', ({ req }) => {
          const { signal } = req.raw
          const body = new ReadableStream({
            start(controller) {
              signal.addEventListener('abort', () => controller.error(signal.reason))
            },
          })
          return new Response(body, { headers: { 'content-type': 'application/json' } })
        }),
      how,
    )
    const left = new AbortController()
    const answered = fetch(url, { signal: left.signal }).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 50))
    left.abort()
    await answered
    await expect.poll(() => heard.map(({ code }) => code)).toEqual(['client_closed_request'])
  })

  test('that does not fail comes whole', async () => {
    const parts = Array.from({ length: 200 }, (_, index) => `${index} ${'x'.repeat(1000)}\n`)
    const { url, heard } = await serve((app) => {
      app.get('/', (context) =>
        context.body(ReadableStream.from(parts.map((part) => new TextEncoder().encode(part)))),
      )
      app.get('/text', (context) => context.text('whole'))
      app.get('/json', (context) => context.json({ whole: true }, 201))
      app.get('/none', (context) => context.body(null, 204))
      app.get('/sse', (context) =>
        streamSSE(context, async (sse) => {
          await sse.writeSSE({ data: 'a' })
          await sse.writeSSE({ data: 'b' })
        }),
      )
    }, how)
    expect(await (await fetch(url)).text()).toBe(parts.join(''))
    const text = await fetch(`${url}/text`)
    expect([text.headers.get('content-length'), await text.text()]).toEqual(['5', 'whole'])
    const json = await fetch(`${url}/json`)
    expect([json.status, json.headers.get('content-length'), await json.text()]).toEqual([
      201,
      '14',
      '{"whole":true}',
    ])
    expect((await fetch(`${url}/none`)).status).toBe(204)
    expect(await (await fetch(`${url}/sse`)).text()).toBe('data: a\n\ndata: b\n\n')
    expect(heard).toEqual([])
  })
})

test('a text costs nothing: node-server’s own Response is handed on as it was made', async () => {
  const made: Response[] = []
  const { url } = await serve(
    (app) =>
      app.get('/', (context) => {
        made.push(context.text('x'))
        return made[0]!
      }),
    { overrides: true },
  )
  await (await fetch(url)).text()
  const [response] = made
  // It makes a fetch Response of itself when it is asked for its body.
  expect(Object.getOwnPropertySymbols(response!).map(String)).toEqual(['Symbol(cache)'])
})

describe.each<How>([{ overrides: false }, { overrides: true }])('HEAD, %o,', (how) => {
  test('of a failure has the headers of GET, and no body', async () => {
    const { url } = await serve((app) => {
      app.get('/error', () => {
        throw new Error(SECRET)
      })
      app.get('/text', () => {
        throw SECRET
      })
    }, how)
    for (const path of ['/error', '/text', '/nope']) {
      const headers = { 'x-request-id': 'mine' }
      const [gotten, head] = await Promise.all([
        fetch(url + path, { headers }),
        fetch(url + path, { headers, method: 'HEAD' }),
      ])
      const { length } = await gotten.text()
      expect([head.status, await head.text()]).toEqual([gotten.status, ''])
      for (const name of ['content-length', 'content-type', 'cache-control', 'x-request-id'])
        expect([name, head.headers.get(name)]).toEqual([name, gotten.headers.get(name)])
      expect(head.headers.get('content-length')).toBe(String(length))
    }
  })
})

describe.each<How>([{ overrides: false }, { overrides: true }])('the connection, %o,', (how) => {
  const post = (path: string, body: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  const postChunked = (path: string, body: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`

  test.each<[string, string, string]>([
    ['an empty body', post('/parse', ''), '400'],
    ['a body that nobody reads', post('/only-get', 'x'.repeat(500_000)), '405'],
    ['a body whose reading was given up', postChunked('/limited', 'x'.repeat(500_000)), '413'],
    ['a body that is too large', post('/limited', 'x'.repeat(500_000)), '413'],
    ['a body of no told length', postChunked('/only-get', 'x'.repeat(500_000)), '405'],
  ])('serves the next request after %s', async (_, first, status) => {
    const { port } = await serve((app) => {
      app.get('/only-get', (context) => context.text('got'))
      app.post('/parse', async (context) => {
        throw new MalformedBody({ cause: await context.req.text() })
      })
      app.post(
        '/limited',
        bodyLimit({
          maxSize: 1000,
          onError() {
            throw new PayloadTooLarge()
          },
        }),
        (context) => context.text('taken'),
      )
    }, how)
    // node-server breaks a connection whose body has not ended half a second after the answer.
    const { text, closed } = await raw(port, [first, get('/only-get')], 700)
    expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => code)).toEqual([status, '200'])
    expect(closed).toBe(false)
  })
})

describe('a request that no fetch Request can be made of', () => {
  test.each([
    ['a backslash in the path', 'GET /a\\b HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a bad Host', 'GET / HTTP/1.1\r\nHost: a b/\r\n\r\n'],
    ['no path', 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ])('for %s is answered, too', async (_, request) => {
    const { port, heard } = await serve((app) => app.get('/', (context) => context.text('got')))
    const { text, closed } = await raw(port, [request, get('/')])
    const [head, body] = text.split('\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1\.1 400 [^]*content-type: application\/json; charset=utf-8/)
    expect(body).toContain('"INVALID_REQUEST"')
    expect(text).toContain('HTTP/1.1 200')
    expect(closed).toBe(false)
    expect(heard.map(({ code }) => code)).toEqual(['invalid_request'])
  })
})

test('Hono’s own stream helpers take a failure to themselves, as the README says', async () => {
  const silent = vi.spyOn(console, 'error').mockImplementation(() => {})
  const { url, heard } = await serve((app) =>
    app.get('/', (context) =>
      stream(context, async (out) => {
        await out.write('half')
        throw new Error(SECRET)
      }),
    ),
  )
  expect(await (await fetch(url)).text()).toBe('half')
  expect(heard).toEqual([])
  silent.mockRestore()
})
