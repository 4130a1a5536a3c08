import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server, type Http2Server } from 'node:http2'
import { connect } from 'node:net'
import { PassThrough } from 'node:stream'
import { createAdaptorServer } from '@hono/node-server'
import { createResponder, type ApiError, type Responder } from '@faultline/core'
import { exchange, listen } from '@faultline/test-kit'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { describe, expect, test } from 'vitest'
import { attach, drain, sendError, stream } from '../src/index.ts'

/** A responder and the codes that its hook received. */
function record(): { responder: Responder<IncomingMessage>; codes: string[] } {
  const codes: string[] = []
  return {
    responder: createResponder({
      envelope: 'ai-api',
      onError: ({ code }: ApiError) => void codes.push(code),
    }),
    codes,
  }
}

const EVENTS = 'text/event-stream'

async function* countForever(): AsyncGenerator<{ count: number }> {
  for (let count = 1; ; count += 1) {
    yield { count }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** A Node stream of events that does not end. */
function openEvents(): PassThrough {
  const events = new PassThrough()
  events.write('data: 1\n\n')
  return events
}

/** Servers that answer `/events` with an endless event stream, `/slow` after 100 ms, and `/never` not at all. */
const createServers: Readonly<
  Record<string, (responder: Responder<IncomingMessage>) => Server | Promise<Server>>
> = {
  'node:http'(responder) {
    return createServer((request, response) => {
      if (request.url === '/events')
        stream(response, countForever()).catch((error: unknown) =>
          sendError(responder, error, request, response),
        )
      else if (request.url === '/slow') setTimeout(() => response.end('done'), 100)
    })
  },
  Express(responder) {
    const app = express()
    app.get('/events', async (_request, response) => stream(response, countForever()))
    app.get('/slow', (_request, response) => void setTimeout(() => response.send('done'), 100))
    app.get('/never', () => {})
    app.use((error: unknown, request: IncomingMessage, response: ServerResponse, _next: unknown) => {
      sendError(responder, error, request, response)
    })
    return createServer(app)
  },
  Koa() {
    const app = new Koa()
    app.silent = true
    app.use(async (context) => {
      if (context.path === '/events') {
        context.type = EVENTS
        context.body = openEvents()
      } else if (context.path === '/slow') {
        await new Promise((resolve) => setTimeout(resolve, 100))
        context.body = 'done'
      } else await new Promise(() => {})
    })
    const handle = app.callback()
    return createServer((request, response) => void handle(request, response))
  },
  async Fastify() {
    const app = fastify()
    app.get('/events', (_request, reply) => reply.type(EVENTS).send(openEvents()))
    app.get('/slow', (_request, reply) => void setTimeout(() => void reply.send('done'), 100))
    app.get('/never', () => {})
    await app.ready()
    return app.server
  },
  Hono() {
    const app = new Hono()
    app.get('/events', () => {
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(Buffer.from('data: 1\n\n')),
      })
      return new Response(body, { headers: { 'content-type': EVENTS } })
    })
    app.get('/slow', async (context) => {
      await new Promise((resolve) => setTimeout(resolve, 100))
      return context.text('done')
    })
    app.get('/never', () => new Promise<never>(() => {}))
    return createAdaptorServer({ fetch: app.fetch }) as Server
  },
}

describe.each(Object.entries(createServers))('drain() of %s', (_name, create) => {
  test('waits for a request in progress, announces the end, and refuses new connections', async () => {
    const { responder, codes } = record()
    const server = attach(await create(responder), responder)
    const url = await listen(server)
    const idle = connect(Number(new URL(url).port), '127.0.0.1')
    await once(idle, 'connect')
    const arrived = once(server, 'request')
    const pending = fetch(`${url}/slow`)
    await arrived
    const drained = drain(server)
    expect(drain(server)).toBe(drained)
    const response = await pending
    expect([response.status, response.headers.get('connection'), await response.text()]).toEqual([
      200,
      'close',
      'done',
    ])
    await drained
    await expect(fetch(`${url}/slow`)).rejects.toThrow('fetch failed')
    expect(codes).toEqual([])
    idle.destroy()
  })

  test('ends an event stream with its error event at the end of the time limit', async () => {
    const { responder, codes } = record()
    const server = attach(await create(responder), responder)
    const url = await listen(server)
    const response = await fetch(`${url}/events`)
    const started = performance.now()
    const [text] = await Promise.all([response.text(), drain(server, { timeout: 100 })])
    expect(text).toMatch(/^data: [^]*\n\nevent: error\ndata: .*"code":"SERVICE_UNAVAILABLE".*\n\n$/)
    expect(performance.now() - started).toBeLessThan(5000)
    expect(codes).toEqual(['service_unavailable'])
  })

  test('answers a request without a response at the end of the time limit', async () => {
    const { responder, codes } = record()
    const server = attach(await create(responder), responder)
    const url = await listen(server)
    const arrived = once(server, 'request')
    const pending = fetch(`${url}/never`)
    await arrived
    await drain(server, { timeout: 50 })
    const response = await pending
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { error: { code: 'SERVICE_UNAVAILABLE' } },
    ])
    expect(codes).toEqual(['service_unavailable'])
  })
})

test('drain() cuts unfinished responses after the time limit, also on a server that is not attached', async () => {
  const server = createServer((_request, response) => void response.write('half'))
  await listen(server)
  const received = exchange(server, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await once(server, 'request')
  await drain(server, { timeout: 20 })
  expect(await received).toContain('half')
})

test('drain() of a server that does not listen resolves', async () => {
  await drain(createServer())
})

test('drain() over HTTP/2 lets streams end and closes the session', async () => {
  const { responder } = record()
  const h2 = createHttp2Server((_request, response) => void setTimeout(() => response.end('done'), 50))
  const server: Http2Server = attach(h2 as Http2Server & Server, responder)
  const session = connectHttp2(await listen(server))
  const request = session.request({ ':path': '/' })
  let body = ''
  request.setEncoding('utf8').on('data', (text: string) => (body += text))
  await once(server, 'request')
  await drain(server as Http2Server & Server)
  expect(body).toBe('done')
})

test('drain() names a value that is not a server', () => {
  expect(() => Reflect.apply(drain, undefined, [{}])).toThrow(
    new TypeError(
      'drain: the first argument must be a node:http Server, not an object; pass the return value of app.listen()',
    ),
  )
})
