import * as errorIq from '@common-sense/error-iq'
import { faultline } from '@faultline/express'
import express, { type Express, type RequestHandler, type Response } from 'express'
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

/** The variants on Express 5. */
export const variants: Variants = {
  constant: createConstant,
  bare: createBare,
  ...createHandlerVariants(createWithErrorHandler),
  'error-iq': createErrorIq,
  faultline: createFaultline,
}

/** The error middleware receives a constant and sends constant bytes. */
async function createConstant(kind: Kind): Promise<RunningServer> {
  const constant = createConstantResponse()
  const app = addRoutes(createApp(kind), kind, throwConstant)
  app.use((_error: unknown, _request: unknown, response: Response, _next: unknown) =>
    sendSerialized(response, constant),
  )
  return listenWith(app)
}

async function createBare(kind: Kind): Promise<RunningServer> {
  const isSuccess = kind === 'success' || isUnknownRoute(kind)
  const app = addRoutes(createApp(kind), kind, (_request, response) => {
    if (isSuccess) response.json(SUCCESS_BODY)
    else send(response, createBareResponse(kind))
  })
  if (isUnknownRoute(kind)) app.use((_request, response) => send(response, createNotFoundResponse()))
  return listenWith(app)
}

async function createErrorIq(kind: Kind): Promise<RunningServer> {
  const app = addRoutes(createApp(kind), kind, toRequestHandler(kind, createErrorIqError))
  app.use(errorIq.express.errorHandler())
  return listenWith(app)
}

async function createFaultline(kind: Kind): Promise<RunningServer> {
  const app = faultline(express(), createOptions(kind))
  return listenWith(addRoutes(app, kind, toRequestHandler(kind, createFaultlineError)))
}

async function createWithErrorHandler(
  kind: Kind,
  createTypedError: () => unknown,
  toResponse: ToErrorResponse,
): Promise<RunningServer> {
  const app = addRoutes(createApp(kind), kind, toRequestHandler(kind, createTypedError))
  app.use((error: unknown, _request: unknown, response: Response, next: (error: unknown) => void) => {
    if (response.headersSent) next(error)
    else send(response, toResponse(error))
  })
  return listenWith(app)
}

/** Creates an app. Its error responses have no ETag, as those of Faultline. */
function createApp(kind: Kind): Express {
  const app = express()
  if (kind !== 'success') app.disable('etag')
  return app
}

function toRequestHandler(kind: Kind, createTypedError: () => unknown): RequestHandler {
  const handle = createHandler(kind, createTypedError)
  return (_request, response) => {
    response.json(handle())
  }
}

function addRoutes(app: Express, kind: Kind, handler: RequestHandler): Express {
  app.get(MEASURED_PATH, handler)
  for (const { method, path } of createOtherRoutes(kind)) {
    if (method === 'GET') app.get(path, sendSuccess)
    else app.post(path, sendSuccess)
  }
  return app
}

const sendSuccess: RequestHandler = (_request, response) => {
  response.json(SUCCESS_BODY)
}

function send(response: Response, { status, headers, body }: ErrorResponse): void {
  response.status(status).set(headers).json(body)
}

function listenWith(app: Express): Promise<RunningServer> {
  return listen(app.listen(0, '127.0.0.1'))
}
