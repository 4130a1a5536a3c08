import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { ResponderOptions } from '@faultline/core'
import * as onExpress from '@faultline/express'
import * as onFastify from '@faultline/fastify'
import * as onHono from '@faultline/hono'
import * as onKoa from '@faultline/koa'
import { listen } from '@faultline/test-kit'
import { getRequestListener } from '@hono/node-server'
import { serveStatic as honoStatic } from '@hono/node-server/serve-static'
import { Router } from '@koa/router'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import koaStatic from 'koa-static'
import { afterAll } from 'vitest'

const FOLDER = fileURLToPath(new URL('./public', import.meta.url))

const page = (title: string, repetitions = 1): string =>
  `<!doctype html>\n<html lang="en"><head><title>${title}</title></head><body>${'<p>Text</p>'.repeat(repetitions)}</body></html>\n`

/** A response of a web app, written by its handlers. */
interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
  /** Whether the body is sent in chunks, as a template engine or a proxy does. */
  readonly isStreamed?: true
}

/** The responses that an ordinary web app writes itself, by path. */
export const answers: Readonly<Record<string, Answer>> = {
  '/home': { status: 200, type: 'text/html', body: page('Home') },
  '/not-found-page': { status: 404, type: 'text/html', body: page('Not found') },
  '/long-error-page': { status: 500, type: 'text/html', body: page('Sorry', 500) },
  '/streamed-error-page': { status: 404, type: 'text/html', body: page('Not found', 500), isStreamed: true },
  '/form-fragment': {
    status: 422,
    type: 'text/html',
    body: '<form id="f"><p class="error">The name is missing</p></form>',
    headers: { 'hx-retarget': '#f', 'cache-control': 'no-store' },
  },
  '/download': {
    status: 200,
    type: 'application/octet-stream',
    body: 'data'.repeat(1000),
    headers: { 'content-disposition': 'attachment; filename="a.bin"' },
  },
  '/csv-errors': { status: 422, type: 'text/csv', body: 'line,problem\n1,empty\n' },
  '/feed': { status: 503, type: 'application/xml', body: '<feed/>' },
  '/image': { status: 404, type: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg"/>' },
  '/own-json': { status: 400, type: 'application/json', body: '{"mine":true}' },
  '/events': { status: 200, type: 'text/event-stream', body: 'data: 1\n\ndata: 2\n\n', isStreamed: true },
  '/moved': { status: 301, type: 'text/plain', body: '', headers: { location: '/home' } },
  '/see-other': {
    status: 303,
    type: 'text/html',
    body: '<a href="/home">Home</a>',
    headers: { location: '/home' },
  },
  '/text': { status: 200, type: 'text/plain', body: 'Forbidden' },
}

/** Starts a web app, with Faultline if options are given. */
export type StartWebApp = (options: ResponderOptions | undefined) => Promise<string>

const toStream = ({ body }: Answer): Readable =>
  Readable.from([Buffer.from(body.slice(0, 10)), Buffer.from(body.slice(10))])

const startExpress: StartWebApp = (options) => {
  const app = options === undefined ? express() : onExpress.faultline(express(), options)
  for (const [path, answer] of Object.entries(answers)) {
    app.get(path, (_request, response) => {
      response
        .status(answer.status)
        .type(answer.type)
        .set(answer.headers ?? {})
      if (answer.isStreamed) toStream(answer).pipe(response)
      else response.send(answer.body)
    })
  }
  app.use('/files', express.static(FOLDER))
  app.get('/sent-file', (_request, response) => {
    response.status(404).sendFile('page.html', { root: FOLDER })
  })
  return listen(createServer(app))
}

const startKoa: StartWebApp = (options) => {
  const app = options === undefined ? new Koa() : onKoa.faultline(new Koa(), options)
  const router = new Router()
  for (const [path, answer] of Object.entries(answers)) {
    router.get(path, (context) => {
      context.status = answer.status
      context.set(answer.headers ?? {})
      context.body = answer.isStreamed ? toStream(answer) : answer.body
      context.type = answer.type
    })
  }
  router.get('/sent-file', (context) => {
    context.status = 404
    context.type = 'text/html'
    context.body = createReadStream(`${FOLDER}/page.html`)
  })
  app.use(async (context, next) => {
    if (context.path.startsWith('/files/')) {
      context.path = context.path.slice('/files'.length)
      await koaStatic(FOLDER)(context, next)
    } else await next()
  })
  app.use(router.routes() as Koa.Middleware)
  const handle = app.callback()
  return listen(createServer((request, response) => void handle(request, response)))
}

const closers: (() => unknown)[] = []
afterAll(async () => {
  for (const close of closers) await close()
})

const startFastify: StartWebApp = async (options) => {
  const app = Fastify({ forceCloseConnections: true })
  closers.push(() => app.close())
  if (options !== undefined) await app.register(onFastify.faultline, options)
  for (const [path, answer] of Object.entries(answers)) {
    app.get(path, (_request, reply) => {
      void reply
        .code(answer.status)
        .headers(answer.headers ?? {})
        .type(answer.type)
      void reply.send(answer.isStreamed ? toStream(answer) : answer.body)
    })
  }
  await app.register(fastifyStatic, { root: FOLDER, prefix: '/files/' })
  app.get('/sent-file', (_request, reply) => {
    void reply
      .code(404)
      .type('text/html')
      .send(createReadStream(`${FOLDER}/page.html`))
  })
  return app.listen({ port: 0, host: '127.0.0.1' })
}

const startHono: StartWebApp = (options) => {
  const app = options === undefined ? new Hono() : onHono.faultline(new Hono(), options)
  for (const [path, answer] of Object.entries(answers)) {
    app.get(path, (context) => {
      const headers = { 'content-type': answer.type, ...answer.headers }
      const body = answer.isStreamed ? (Readable.toWeb(toStream(answer)) as ReadableStream) : answer.body
      return context.body(body, answer.status as 200, headers)
    })
  }
  app.use('/files/*', honoStatic({ root: FOLDER, rewriteRequestPath: (path) => path.replace('/files', '') }))
  app.get('/sent-file', (context) => {
    const file = Readable.toWeb(createReadStream(`${FOLDER}/page.html`)) as ReadableStream
    return context.body(file, 404, { 'content-type': 'text/html' })
  })
  const listener = getRequestListener(app.fetch)
  return listen(createServer((request, response) => void listener(request, response)))
}

/** Starts the same web app on each framework. */
export const webApps: Readonly<Record<string, StartWebApp>> = {
  Express: startExpress,
  Koa: startKoa,
  Fastify: startFastify,
  Hono: startHono,
}
