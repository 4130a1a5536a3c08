import { once } from 'node:events'
import { createServer } from 'node:http'
import { pipeline, Readable } from 'node:stream'
import {
  knownGap,
  BODY_LIMITS,
  listen,
  UPLOAD_LIMITS,
  mapResult,
  type CreateServer,
  type FixtureRoute,
  type HandlerResult,
} from '@faultline/testing'
import { defineConformanceSuite } from '@faultline/testing/vitest'
import type { ErrorRequestHandler, NextFunction, Request, RequestHandler, Response } from 'express'
import multer from 'multer'
import { attach, faultline, stream } from '../src/index.ts'
import { majors, type Express } from './serve.ts'

function createExpress(express: Express): CreateServer {
  return async ({ routes, options, server: serverOptions }) => {
    const app = faultline(express(), options)
    const parsers = {
      json: express.json({ limit: BODY_LIMITS.body }),
      form: express.urlencoded({
        extended: true,
        limit: BODY_LIMITS.body,
        parameterLimit: BODY_LIMITS.parameters,
      }),
      upload: multer({ limits: UPLOAD_LIMITS }).single('file'),
    }
    for (const route of routes) {
      const handlers = [...(route.body ? [parsers[route.body]] : []), handlerOf(route)]
      if (route.isMiddleware) app.use(route.path, ...handlers)
      else app[route.method.toLowerCase() as 'get'](route.path, ...handlers)
      if (route.onError) app.use(route.path, errorHandlerOf(route))
    }
    const server = attach(createServer(serverOptions, app), options)
    return listen(server)
  }
}

function handlerOf({ handle, isMiddleware }: FixtureRoute): RequestHandler {
  return (request, response, next) => {
    const given = handle({
      url: request.originalUrl,
      params: request.params as Record<string, string>,
      body: request.body,
      header: (name, value) => void response.setHeader(name, value),
      status: (status) => void response.status(status),
      closed: once(response, 'close'),
      write: (contentType, part) => void response.type(contentType).write(part),
      send: (json) => void response.json(json),
    })
    return mapResult(given, (reply) => {
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
  } else if ('text' in reply) response.status(reply.status).send(reply.text)
  else response.status(reply.status ?? 200).json(reply.json)
}

function errorHandlerOf({ onError }: FixtureRoute): ErrorRequestHandler {
  return (error, _request: Request, response, next) => {
    const reply = onError!(error)
    if (reply === undefined) next(error)
    else send(reply, response, next)
  }
}

const GO_ON =
  'Thrown synchronously, a falsy value is Express’s own next(): the request goes on, and no adapter hears of it. A lint rule can tell.'
const LEAVE =
  'Express takes these two texts for "leave this route" and "leave this router", thrown or rejected: they are no failure to it.'

for (const { major, express } of majors) {
  defineConformanceSuite(major, createExpress(express), {
    ...knownGap(
      GO_ON,
      ...['empty-string', 'null', 'undefined', 'zero', 'false', 'nan'].map((name) => `throw/${name}`),
      ...['null', 'undefined', 'zero', 'false'].map((name) => `middleware/${name}`),
    ),
    ...knownGap(
      LEAVE,
      ...['throw', 'reject', 'mw'].flatMap((topic) => [`${topic}/strroute`, `${topic}/strrouter`]),
    ),
    'response/stream-fails-first':
      'pipeline() destroys the response with its source, so nothing can be answered any more; the connection ends.',
  })
}
