import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { pipeline, Readable } from 'node:stream'
import {
  knownGap,
  BODY_LIMITS,
  listen,
  UPLOAD_LIMITS,
  mapResult,
  type CreateServer,
  type FixtureRoute,
  type Gaps,
  type HandlerResult,
  type MountedApp,
} from '@faultline/testing'
import express, {
  type ErrorRequestHandler,
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express'
import multer from 'multer'
import { attach, drain, faultline, stream } from '../src/index.ts'

/** Returns a function that serves the suite's fixture on a version of Express. */
export function createServerWith(createApp: typeof express): CreateServer {
  const parsers = {
    json: createApp.json({ limit: BODY_LIMITS.body }),
    form: createApp.urlencoded({
      extended: true,
      limit: BODY_LIMITS.body,
      parameterLimit: BODY_LIMITS.parameters,
    }),
    upload: multer({ limits: UPLOAD_LIMITS }).single('file'),
  }

  function addRoutes(app: Express, routes: readonly FixtureRoute[]): Express {
    for (const route of routes) {
      const handlers = [...(route.body ? [parsers[route.body]] : []), handlerOf(route)]
      if (route.isMiddleware) app.use(route.path, ...handlers)
      else app[route.method.toLowerCase() as 'get'](route.path, ...handlers)
      if (route.onError) app.use(route.path, errorHandlerOf(route))
    }
    return app
  }

  function createFaultlineApp({ options, routes, mounted = [] }: Omit<MountedApp, 'path'>): Express {
    const app = faultline(createApp(), options)
    for (const inner of mounted) app.use(inner.path, createFaultlineApp(inner))
    return addRoutes(app, routes)
  }

  return async ({ outer, server: serverOptions, ...fixture }) => {
    const app = createFaultlineApp(fixture)
    const served = outer ? addRoutes(createApp().use(outer.path, app), outer.routes) : app
    return listen(attach(createHttpServer(serverOptions, served), fixture.options), drain)
  }
}

function handlerOf({ handle, isMiddleware }: FixtureRoute): RequestHandler {
  return (request, response, next) => {
    const result = handle({
      url: request.originalUrl,
      params: request.params as Record<string, string>,
      body: request.body,
      header: (name, value) => void response.setHeader(name, value),
      status: (status) => void response.status(status),
      fail: next,
      closed: once(response, 'close'),
      write: (contentType, part) => void response.type(contentType).write(part),
      send: (json) => void response.json(json),
    })
    return mapResult(result, (reply) => {
      if (reply === undefined && isMiddleware) next()
      else send(reply, response, next)
    })
  }
}

function send(reply: HandlerResult | undefined, response: Response, next: NextFunction): void {
  if (reply === undefined) {
    if (!response.headersSent) response.end()
  } else if ('redirect' in reply) response.redirect(reply.redirect)
  else if ('source' in reply) stream(response, reply.source, reply).catch(next)
  else if ('stream' in reply) {
    response.type(reply.contentType)
    pipeline(Readable.from(reply.stream), response, (error) => {
      if (error) next(error)
    })
  } else if ('text' in reply) {
    if (reply.contentType) response.type(reply.contentType)
    response.status(reply.status).send(reply.text)
  } else response.status(reply.status ?? 200).json(reply.json)
}

function errorHandlerOf({ onError }: FixtureRoute): ErrorRequestHandler {
  return (error, _request: Request, response, next) => {
    const reply = onError!(error)
    if (reply === undefined) next(error)
    else send(reply, response, next)
  }
}

const NEXT_CALLS =
  'Express treats a falsy value that is thrown synchronously as a call of next(). The request continues, and no error handler is called.'
const ROUTE_EXITS =
  'Express reserves the thrown values "route" and "router" for leaving a route or a router. They are not errors.'

export const gaps: Gaps = {
  ...knownGap(
    NEXT_CALLS,
    ...['empty-string', 'null', 'undefined', 'zero', 'false', 'nan'].map((name) => `throw/${name}`),
    ...['null', 'undefined', 'zero', 'false'].map((name) => `middleware/${name}`),
  ),
  ...knownGap(
    ROUTE_EXITS,
    ...['throw', 'reject', 'middleware'].flatMap((topic) => [
      `${topic}/string-route`,
      `${topic}/string-router`,
    ]),
  ),
  'response/stream-fails-first':
    'pipeline() destroys the response if its source fails, so no error response can be sent. The connection ends.',
}

export const createServer = createServerWith(express)
