import { faultline } from '@faultline/hono'
import { serve } from '@hono/node-server'
import { Hono, type Context, type Handler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Server } from 'node:http'
import {
  createBareResponse,
  createConstantResponse,
  createNotFoundResponse,
  JSON_TYPE,
  type ErrorResponse,
  type ToErrorResponse,
} from '../error-response.ts'
import { createFaultlineError, createOptions } from '../faultline.ts'
import { createHandlerVariants } from '../hand-written.ts'
import {
  createHandler,
  createOtherRoutes,
  isUnknownRoute,
  MEASURED_PATH,
  SUCCESS_BODY,
  throwConstant,
  type Kind,
} from '../workload.ts'
import { listen, type RunningServer, type Variants } from './running-server.ts'

/** The variants on Hono 4 with @hono/node-server. */
export const variants: Variants = {
  constant: createConstant,
  bare: createBare,
  ...createHandlerVariants(createWithErrorHandler),
  faultline: createFaultline,
}

/** The error handler receives a constant and sends constant bytes. */
async function createConstant(kind: Kind): Promise<RunningServer> {
  const { status, headers, body } = createConstantResponse()
  const head = new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)]))
  const app = addRoutes(new Hono(), kind, throwConstant)
  app.onError(() => new Response(body, { status, headers: head }))
  return listenWith(app)
}

async function createBare(kind: Kind): Promise<RunningServer> {
  const isSuccess = kind === 'success' || isUnknownRoute(kind)
  const app = addRoutes(new Hono(), kind, (context) =>
    isSuccess ? context.json(SUCCESS_BODY) : send(context, createBareResponse(kind)),
  )
  if (isUnknownRoute(kind)) app.notFound((context) => send(context, createNotFoundResponse()))
  return listenWith(app)
}

async function createFaultline(kind: Kind): Promise<RunningServer> {
  const app = faultline(new Hono(), createOptions(kind))
  return listenWith(addRoutes(app, kind, toHandler(kind, createFaultlineError)))
}

async function createWithErrorHandler(
  kind: Kind,
  createTypedError: () => unknown,
  toResponse: ToErrorResponse,
): Promise<RunningServer> {
  const app = addRoutes(new Hono(), kind, toHandler(kind, createTypedError))
  app.onError((error, context) => send(context, toResponse(error)))
  return listenWith(app)
}

function toHandler(kind: Kind, createTypedError: () => unknown): Handler {
  const handle = createHandler(kind, createTypedError)
  return (context) => context.json(handle())
}

function addRoutes(app: Hono, kind: Kind, handler: Handler): Hono {
  app.get(MEASURED_PATH, handler)
  for (const { method, path } of createOtherRoutes(kind))
    app.on(method, [path], (context) => context.json(SUCCESS_BODY))
  return app
}

function send(context: Context, { status, headers, body }: ErrorResponse): Response {
  headers['content-type'] = JSON_TYPE
  return context.body(JSON.stringify(body), status as ContentfulStatusCode, headers)
}

function listenWith(app: Hono): Promise<RunningServer> {
  return listen(serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server)
}
