import * as errorIq from '@common-sense/error-iq'
import { faultline } from '@faultline/koa'
import { Router } from '@koa/router'
import Koa, { type Context, type Middleware } from 'koa'
import {
  createBareResponse,
  createConstantResponse,
  createNotFoundResponse,
  sendSerialized,
  type ErrorResponse,
  type ToErrorResponse,
} from '../error-response.ts'
import { createErrorIqError } from '../error-iq.ts'
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

/** The variants on Koa 3 with @koa/router. */
export const variants: Variants = {
  constant: createConstant,
  bare: createBare,
  ...createHandlerVariants(createWithErrorHandler),
  'error-iq': createErrorIq,
  faultline: createFaultline,
}

/** The first middleware catches a constant and sends constant bytes. */
async function createConstant(kind: Kind): Promise<RunningServer> {
  const constant = createConstantResponse()
  const app = new Koa()
  app.use(async (context, next) => {
    try {
      await next()
    } catch {
      context.respond = false
      sendSerialized(context.res, constant)
    }
  })
  return listenWith(addRoutes(app, kind, throwConstant))
}

async function createBare(kind: Kind): Promise<RunningServer> {
  const isSuccess = kind === 'success' || isUnknownRoute(kind)
  const app = addRoutes(new Koa(), kind, async (context) => {
    if (isSuccess) context.body = SUCCESS_BODY
    else send(context, createBareResponse(kind))
  })
  if (isUnknownRoute(kind)) app.use(async (context) => send(context, createNotFoundResponse()))
  return listenWith(app)
}

async function createErrorIq(kind: Kind): Promise<RunningServer> {
  const app = new Koa()
  app.use(errorIq.koa.errorMiddleware())
  return listenWith(addRoutes(app, kind, toMiddleware(kind, createErrorIqError)))
}

async function createFaultline(kind: Kind): Promise<RunningServer> {
  const app = faultline(new Koa(), createOptions(kind))
  return listenWith(addRoutes(app, kind, toMiddleware(kind, createFaultlineError)))
}

async function createWithErrorHandler(
  kind: Kind,
  createTypedError: () => unknown,
  toResponse: ToErrorResponse,
): Promise<RunningServer> {
  const app = new Koa()
  app.use(async (context, next) => {
    try {
      await next()
    } catch (thrown) {
      send(context, toResponse(thrown))
    }
  })
  return listenWith(addRoutes(app, kind, toMiddleware(kind, createTypedError)))
}

function toMiddleware(kind: Kind, createTypedError: () => unknown): Middleware {
  const handle = createHandler(kind, createTypedError)
  return async (context) => {
    context.body = handle()
  }
}

function addRoutes(app: Koa, kind: Kind, middleware: Middleware): Koa {
  const router = new Router()
  router.get(MEASURED_PATH, middleware)
  for (const { method, path } of createOtherRoutes(kind)) {
    if (method === 'GET') router.get(path, sendSuccess)
    else router.post(path, sendSuccess)
  }
  app.use(router.routes())
  return app
}

const sendSuccess: Middleware = async (context) => {
  context.body = SUCCESS_BODY
}

function send(context: Context, { status, headers, body }: ErrorResponse): void {
  context.status = status
  context.set(headers)
  context.body = body
}

function listenWith(app: Koa): Promise<RunningServer> {
  return listen(app.listen(0, '127.0.0.1'))
}
