import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { CANARY, listen } from '@faultline/test-kit'
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

const closers: (() => void)[] = []

afterAll(() => {
  for (const close of closers) close()
})

interface Served {
  readonly url: string
  readonly port: number
  readonly errors: ApiError[]
}

interface ServeOptions {
  /** Whether node-server replaces the global Request and Response. */
  readonly overrides: boolean
  /** Whether the app receives node-server's request and response. */
  readonly bindings?: boolean
}

async function serve(
  build: (app: Hono) => void,
  { overrides, bindings = true }: ServeOptions = { overrides: false },
): Promise<Served> {
  const { Request, Response } = globalThis
  const app = new Hono()
  const errors: ApiError[] = []
  const options: FaultlineOptions = { envelope: 'ai-api', onError: (error) => void errors.push(error) }
  faultline(app, options)
  build(app)
  const listener = getRequestListener(bindings ? app.fetch : (request) => app.fetch(request), {
    overrideGlobalObjects: overrides,
    errorHandler: errorHandler(options),
  }) as (request: IncomingMessage, response: ServerResponse) => Promise<void>
  closers.push(() => void Object.assign(globalThis, { Request, Response }))
  const url = await listen(createServer((request, response) => void listener(request, response)))
  return { port: Number(new URL(url).port), errors, url }
}

/** Writes to a connection and returns the bytes that arrive until it has been idle for a while. */
async function raw(
  port: number,
  parts: readonly string[],
  silence = 60,
): Promise<{ text: string; closed: boolean }> {
  const socket = connect(port, '127.0.0.1')
  const received = { text: '', closed: false }
  socket.on('data', (data) => (received.text += data.toString()))
  socket.on('error', () => {})
  socket.on('close', () => (received.closed = true))
  for (const [index, part] of parts.entries()) {
    socket.write(part)
    const isLast = index === parts.length - 1
    await new Promise((resolve) => setTimeout(resolve, isLast ? Math.min(silence, 200) : silence))
  }
  socket.destroy()
  return { ...received }
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`

async function* chunks(
  failsAfter: number,
  thrown: unknown = new Error(CANARY),
  gap = 0,
): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < failsAfter; i++) {
    yield new TextEncoder().encode(`data: ${i}\n\n`)
    if (gap > 0) await new Promise((resolve) => setTimeout(resolve, gap))
  }
  throw thrown
}

const EVENTS = { 'content-type': 'text/event-stream' }

describe.each<ServeOptions>([{ overrides: false }, { overrides: true }])('a body stream, %o,', (how) => {
  test.each(['text/event-stream', 'application/json', 'text/plain'])(
    'of %s that fails before its first chunk is answered with its status and the headers of the exchange',
    async (type) => {
      const { url, errors } = await serve(
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
      expect(errors.map(({ code }) => code)).toEqual(['model_overloaded'])
    },
  )

  test.each([0, 20])('of events that fails later (%i ms per event) ends with an error event', async (gap) => {
    const { url, errors } = await serve(
      (app) =>
        app.get('/', (context) => context.body(ReadableStream.from(chunks(3, undefined, gap)), 200, EVENTS)),
      how,
    )
    const response = await fetch(url)
    const text = await response.text()
    expect(response.status).toBe(200)
    expect(text.startsWith('data: 0\n\ndata: 1\n\ndata: 2\n\nevent: error\n')).toBe(true)
    expect(text).toContain('INTERNAL_ERROR')
    expect(text).not.toContain(CANARY)
    expect(errors.map(({ code }) => code)).toEqual(['internal_error'])
  })

  test('of newline-delimited JSON that fails later ends with the error as a line', async () => {
    const lines = ReadableStream.from(
      (async function* generate() {
        yield Buffer.from('{"n":1}\n{"n')
        await Promise.resolve()
        throw new Error(CANARY)
      })(),
    )
    const headers = { 'content-type': 'application/x-ndjson' }
    const { url, errors } = await serve(
      (app) => app.get('/', (context) => context.body(lines, 200, headers)),
      how,
    )
    const [first, error, end] = (await (await fetch(url)).text()).split('\n')
    expect([first, end]).toEqual(['{"n":1}', ''])
    expect(JSON.parse(error!)).toMatchObject({ success: false, error: { code: 'INTERNAL_ERROR' } })
    expect(errors.map(({ code }) => code)).toEqual(['internal_error'])
  })

  test.each([
    [1, 0],
    [2, 0],
    [5, 0],
    [1, 20],
    [3, 20],
  ])('of another type that fails after %i chunks (%i ms each) is aborted', async (count, gap) => {
    const { port, errors } = await serve(
      (app) =>
        app.get('/', (context) =>
          context.body(ReadableStream.from(chunks(count, undefined, gap)), 200, {
            'content-type': 'text/plain',
          }),
        ),
      how,
    )
    const { text, closed } = await raw(port, [get('/')], 1000)
    expect(closed).toBe(true)
    expect(text).not.toMatch(/Error|secret|broke/)
    expect(text.endsWith('\r\n0\r\n\r\n')).toBe(false)
    expect(errors.map(({ code }) => code)).toEqual(['internal_error'])
  })

  test('does not send the message of an error without node-server’s bindings', async () => {
    // node-server logs the error.
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

  test('of events without an event sends its head after a moment', async () => {
    const { url } = await serve(
      (app) => app.get('/', (context) => context.body(new ReadableStream(), 200, EVENTS)),
      how,
    )
    const controller = new AbortController()
    const response = await fetch(url, { signal: controller.signal })
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
    controller.abort()
  })

  test.each([
    ['before its first chunk', 0, 'application/json'],
    ['between two chunks', 1, 'application/json'],
    ['before its first event', 0, 'text/event-stream'],
    ['between two events', 1, 'text/event-stream'],
  ])('is cancelled when the client disconnects %s', async (_, count, type) => {
    const cancel = vi.fn<() => void>()
    const { url, errors } = await serve(
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
    const controller = new AbortController()
    const pending = fetch(url, { signal: controller.signal }).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 50))
    controller.abort()
    await pending
    await expect.poll(() => cancel.mock.calls.length).toBe(1)
    await expect.poll(() => errors.map(({ code }) => code)).toEqual(['client_closed_request'])
  })

  test('that fails because the client disconnected is client_closed_request', async () => {
    const { url, errors } = await serve(
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
    const controller = new AbortController()
    const pending = fetch(url, { signal: controller.signal }).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 50))
    controller.abort()
    await pending
    await expect.poll(() => errors.map(({ code }) => code)).toEqual(['client_closed_request'])
  })

  test('that does not fail is sent completely', async () => {
    const parts = Array.from({ length: 200 }, (_, index) => `${index} ${'x'.repeat(1000)}\n`)
    const { url, errors } = await serve((app) => {
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
    expect(errors).toEqual([])
  })
})

test('node-server’s Response with a string body is passed on unchanged', async () => {
  const responses: Response[] = []
  const { url } = await serve(
    (app) =>
      app.get('/', (context) => {
        responses.push(context.text('x'))
        return responses[0]!
      }),
    { overrides: true },
  )
  await (await fetch(url)).text()
  const [response] = responses
  // Reading its body would convert it to a fetch Response.
  expect(Object.getOwnPropertySymbols(response!).map(String)).toEqual(['Symbol(cache)'])
})

describe.each<ServeOptions>([{ overrides: false }, { overrides: true }])('HEAD, %o,', (how) => {
  test('of an error has the headers of GET and no body', async () => {
    const { url } = await serve((app) => {
      app.get('/error', () => {
        throw new Error(CANARY)
      })
      app.get('/text', () => {
        throw CANARY
      })
    }, how)
    for (const path of ['/error', '/text', '/nope']) {
      const [getResponse, head] = await Promise.all([
        fetch(url + path),
        fetch(url + path, { method: 'HEAD' }),
      ])
      const { length } = await getResponse.text()
      expect([head.status, await head.text()]).toEqual([getResponse.status, ''])
      for (const name of ['content-length', 'content-type', 'cache-control'])
        expect([name, head.headers.get(name)]).toEqual([name, getResponse.headers.get(name)])
      expect(head.headers.get('content-length')).toBe(String(length))
    }
  })
})

describe.each<ServeOptions>([{ overrides: false }, { overrides: true }])('the connection, %o,', (how) => {
  const post = (path: string, body: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  const postChunked = (path: string, body: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`

  test.each<[string, string, string]>([
    ['an empty body', post('/parse', ''), '400'],
    ['an unread body', post('/only-get', 'x'.repeat(500_000)), '405'],
    ['a partially read body', postChunked('/limited', 'x'.repeat(500_000)), '413'],
    ['a body that is too large', post('/limited', 'x'.repeat(500_000)), '413'],
    ['a body without a length', postChunked('/only-get', 'x'.repeat(500_000)), '405'],
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
    // node-server closes a connection whose body has not ended half a second after the response.
    const { text, closed } = await raw(port, [first, get('/only-get')], 700)
    expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => code)).toEqual([status, '200'])
    expect(closed).toBe(false)
  })
})

describe('a request that cannot be converted to a fetch Request', () => {
  test.each([
    ['a backslash in the path', 'GET /a\\b HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a bad Host', 'GET / HTTP/1.1\r\nHost: a b/\r\n\r\n'],
    ['no path', 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ])('because of %s is answered', async (_, request) => {
    const { port, errors } = await serve((app) => app.get('/', (context) => context.text('got')))
    const { text, closed } = await raw(port, [request, get('/')])
    const [head, body] = text.split('\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1\.1 400 [^]*content-type: application\/json; charset=utf-8/)
    expect(body).toContain('"INVALID_REQUEST"')
    expect(text).toContain('HTTP/1.1 200')
    expect(closed).toBe(false)
    expect(errors.map(({ code }) => code)).toEqual(['invalid_request'])
  })
})

test('Hono’s own stream helpers catch errors, as the README documents', async () => {
  const silent = vi.spyOn(console, 'error').mockImplementation(() => {})
  const { url, errors } = await serve((app) =>
    app.get('/', (context) =>
      stream(context, async (out) => {
        await out.write('half')
        throw new Error(CANARY)
      }),
    ),
  )
  expect(await (await fetch(url)).text()).toBe('half')
  expect(errors).toEqual([])
  silent.mockRestore()
})
