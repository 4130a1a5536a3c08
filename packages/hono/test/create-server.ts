import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { attach, drain } from '@faultline/node'
import {
  knownGap,
  BODY_LIMITS,
  listen,
  type CreateServer,
  type FixtureRoute,
  type Gaps,
  type HandlerResult,
  type MountedApp,
} from '@faultline/testing'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { Hono, type Context, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { validator } from 'hono/validator'
import { errorHandler, faultline, stream as sendStream } from '../src/index.ts'

interface Env {
  Bindings: HttpBindings
}

const limit = bodyLimit({ maxSize: BODY_LIMITS.body })

const parsers: Readonly<Record<NonNullable<FixtureRoute['body']>, MiddlewareHandler[]>> = {
  json: [limit, validator('json', (value) => value)],
  form: [limit, validator('form', (value) => value)],
  upload: [bodyLimit({ maxSize: BODY_LIMITS.file }), validator('form', (value) => value)],
}

/** Serves the suite's fixture. */
export const createServer: CreateServer = async ({ outer, server: serverOptions, ...fixture }) => {
  const app = createApp(fixture)
  const served = outer ? addRoutes(new Hono<Env>().route(outer.path, app), outer.routes) : app
  const listener = getRequestListener(served.fetch, {
    errorHandler: errorHandler(fixture.options),
  })
  const server = attach(
    createHttpServer(serverOptions, (request, response) => void listener(request, response)),
    fixture.options,
  )
  return listen(server, drain)
}

/** Mounted apps have all their routes before `route` copies them. */
function createApp({ options, routes, mounted = [] }: Omit<MountedApp, 'path'>): Hono<Env> {
  const app = faultline(new Hono<Env>(), options)
  for (const inner of mounted) app.route(inner.path, createApp(inner))
  return addRoutes(app, routes)
}

function addRoutes(app: Hono<Env>, routes: readonly FixtureRoute[]): Hono<Env> {
  for (const route of routes) {
    const { method, path, body, isMiddleware, onError } = route
    if (isMiddleware) app.use(path, createMiddleware(route))
    else {
      const inner = new Hono<Env>()
      inner.on(method, [path], ...(body ? parsers[body] : []), createHandler(route))
      if (onError) {
        inner.onError((error, context) => {
          const reply = onError(error)
          if (reply === undefined) throw error
          return send(reply, context)
        })
      }
      app.route('/', inner)
    }
  }
  return app
}

function run({ handle }: FixtureRoute, context: Context<Env>): ReturnType<FixtureRoute['handle']> {
  const reject = (): never => {
    throw new Error('A fetch handler has no response to write to')
  }
  return handle({
    url: context.req.url.replace(/^https?:\/\/[^/]*/, ''),
    params: context.req.param(),
    body: (context.req as { valid(target: string): unknown }).valid('json'),
    header: (name, value) => context.header(name, value),
    status: (status) => context.status(status as 200),
    closed: once(context.env.outgoing, 'close'),
    write: reject,
    send: reject,
  })
}

function createHandler(route: FixtureRoute): (context: Context<Env>) => Response | Promise<Response> {
  return (context) => {
    const result = run(route, context)
    return result instanceof Promise ? result.then((reply) => send(reply, context)) : send(result, context)
  }
}

function createMiddleware(route: FixtureRoute): MiddlewareHandler<Env> {
  return async (context, next) => {
    const reply = await run(route, context)
    if (reply !== undefined) return send(reply, context)
    await next()
    return undefined
  }
}

function send(reply: HandlerResult | undefined, context: Context<Env>): Response | Promise<Response> {
  if (reply === undefined) return context.body(null)
  if ('redirect' in reply) return context.redirect(reply.redirect)
  if ('source' in reply) return sendStream(context, reply.source, reply)
  if ('stream' in reply) {
    const { stream } = reply
    const bytes = ReadableStream.from(encoded(stream))
    return context.body(bytes, 200, { 'content-type': reply.contentType })
  }
  if ('text' in reply) {
    const headers = { 'content-type': reply.contentType ?? 'text/plain' }
    return context.body(reply.text, reply.status as 200, headers)
  }
  return context.json(reply.json as object, (reply.status ?? 200) as 200)
}

async function* encoded(parts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  for await (const part of parts) yield encoder.encode(part)
}

export const gaps: Gaps = {
  'exchange/preset-status-of-an-unknown-error':
    'Hono answers 500 to an unknown error, regardless of a status that was set.',
  ...knownGap(
    'Hono does not decompress request bodies, so a compressed body is invalid JSON to its parser.',
    'body/encoding-gzip-garbage',
    'body/encoding-br-garbage',
    'body/encoding-deflate-garbage',
    'body/encoding-gzip-truncated',
  ),
  ...knownGap(
    'A fetch handler returns a response. It cannot write to one, and nothing can fail after it.',
    'response/truncated-after-head',
    'response/truncated-later',
    'response/pipelined-stream-error-then-ok',
    'response/event-stream',
    'response/error-after-response',
    'response/second-response',
    'client/disconnect-mid-event-stream',
    'client/reset-mid-event-stream',
  ),
}
