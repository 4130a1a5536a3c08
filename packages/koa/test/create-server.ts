import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { Readable } from 'node:stream'
import {
  BODY_LIMITS,
  knownGap,
  listen,
  UPLOAD_LIMITS,
  type CreateServer,
  type FixtureRoute,
  type HandlerResult,
  type MountedApp,
} from '@faultline/testing'
import { bodyParser } from '@koa/bodyparser'
import multer from '@koa/multer'
import { Router } from '@koa/router'
import Koa, { type Context, type Middleware } from 'koa'
import mount from 'koa-mount'
import { attach, drain, faultline, stream } from '../src/index.ts'

const json = bodyParser({ enableTypes: ['json'], jsonLimit: BODY_LIMITS.body })

const parsers: Readonly<Record<NonNullable<FixtureRoute['body']>, Middleware>> = {
  json,
  form: bodyParser({ enableTypes: ['form'], formLimit: BODY_LIMITS.body }),
  upload: multer({ limits: UPLOAD_LIMITS }).single('file') as Middleware,
}

/** Returns a function that serves the suite's fixture on a version of Koa. */
export function createServerWith(App: typeof Koa): CreateServer {
  function addRoutes(app: Koa, routes: readonly FixtureRoute[]): Koa {
    app.silent = true
    const router = new Router()
    for (const route of routes) {
      const middleware = [
        ...(route.onError ? [catching(route)] : []),
        ...(route.body ? [parsers[route.body]] : []),
        middlewareOf(route),
      ]
      if (route.isMiddleware)
        app.use((context, next) => (context.path === route.path ? middleware[0]!(context, next) : next()))
      else router.register(route.path, [route.method], middleware)
    }
    app.use(router.routes()).use(router.allowedMethods())
    return app
  }

  function createApp({ options, routes, mounted = [] }: Omit<MountedApp, 'path'>): Koa {
    const app = faultline(new App(), options)
    for (const inner of mounted) app.use(mount(inner.path, createApp(inner)))
    return addRoutes(app, routes)
  }

  return async ({ outer, server: serverOptions, ...fixture }) => {
    const app = createApp(fixture)
    const served = outer ? addRoutes(new App().use(mount(outer.path, app)), outer.routes) : app
    const handle = served.callback()
    const server = attach(
      createHttpServer(serverOptions, (request, response) => void handle(request, response)),
      fixture.options,
    )
    return listen(server, drain)
  }
}

function middlewareOf({ handle, isMiddleware }: FixtureRoute): Middleware {
  return async (context, next) => {
    const reply = await handle({
      url: context.originalUrl,
      params: (context as Context & { params?: Record<string, string> }).params ?? {},
      body: context.request.body,
      header: (name, value) => context.set(name, value),
      status(status) {
        context.status = status
      },
      closed: once(context.res, 'close'),
      write(contentType, part) {
        context.respond = false
        context.res.writeHead(200, { 'content-type': contentType }).write(part)
      },
      send(body) {
        context.respond = false
        context.res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      },
    })
    if (reply === undefined && isMiddleware) await next()
    else await send(reply, context)
  }
}

function catching({ onError }: FixtureRoute): Middleware {
  return async (context, next) => {
    try {
      await next()
    } catch (error) {
      const reply = onError!(error)
      if (reply === undefined) throw error
      await send(reply, context)
    }
  }
}

async function send(reply: HandlerResult | undefined, context: Context): Promise<void> {
  if (context.respond === false) return
  if (reply === undefined) context.status = 204
  else if ('redirect' in reply) context.redirect(reply.redirect)
  else if ('source' in reply) await stream(context, reply.source, reply)
  else if ('stream' in reply) {
    context.type = reply.contentType
    context.body = Readable.from(reply.stream)
  } else {
    context.status = reply.status ?? 200
    if ('text' in reply && reply.contentType) context.type = reply.contentType
    context.body = 'text' in reply ? reply.text : reply.json
  }
}

export const gaps = knownGap(
  'Koa answers 500 to an unknown error, regardless of a status that was set.',
  'exchange/preset-status-of-an-unknown-error',
)

export const createServer = createServerWith(Koa)
