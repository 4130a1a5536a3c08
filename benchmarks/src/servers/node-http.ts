import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { attach, createResponder, sendError, sendNotFound, stream } from '@faultline/node'
import {
  createBareResponse,
  createConstantResponse,
  createNotFoundResponse,
  JSON_TYPE,
  sendSerialized,
  type ErrorResponse,
  type ToErrorResponse,
} from '../error-response.ts'
import { createEvents, STREAM_HEADERS } from '../event-source.ts'
import { createFaultlineError, createOptions } from '../faultline.ts'
import { createHandlerVariants } from '../hand-written.ts'
import {
  createHandler,
  createOtherRoutes,
  isUnknownRoute,
  MEASURED_PATH,
  SUCCESS_BODY,
  type Kind,
} from '../workload.ts'
import { listen, type RunningServer, type Variants } from './running-server.ts'

type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void

/** The variants on `node:http` without a framework. */
export const variants: Variants = {
  constant: createConstant,
  bare: createBare,
  ...createHandlerVariants(createWithErrorHandler),
  faultline: createFaultline,
}

/** Sends a head and a body that never change: the limit of any server on Node.js. */
async function createConstant(): Promise<RunningServer> {
  const constant = createConstantResponse()
  return listen(createServer((_request, response) => sendSerialized(response, constant)))
}

async function createBare(kind: Kind): Promise<RunningServer> {
  const isSuccess = kind === 'success' || isUnknownRoute(kind)
  const routes = createRoutes(kind, (_request, response) => {
    if (kind === 'stream') void writeEvents(response)
    else if (isSuccess) sendJson(response, SUCCESS_BODY)
    else send(response, createBareResponse(kind))
  })
  return listen(
    createServer((request, response) => {
      const handler = findHandler(routes, request)
      if (handler === undefined) send(response, createNotFoundResponse())
      else handler(request, response)
    }),
  )
}

async function createFaultline(kind: Kind): Promise<RunningServer> {
  const responder = createResponder<IncomingMessage>(createOptions(kind))
  const measuredHandler: RequestHandler =
    kind === 'stream'
      ? (request, response) => {
          stream(response, createEvents(), { headers: STREAM_HEADERS }).catch((error: unknown) =>
            sendError(responder, error, request, response),
          )
        }
      : toRequestHandler(kind, createFaultlineError)
  const routes = createRoutes(kind, measuredHandler)
  const server = createServer((request, response) => {
    try {
      const handler = findHandler(routes, request)
      if (handler === undefined) sendNotFound(responder, [], request, response)
      else handler(request, response)
    } catch (thrown) {
      sendError(responder, thrown, request, response)
    }
  })
  return listen(attach(server, responder))
}

async function createWithErrorHandler(
  kind: Kind,
  createTypedError: () => unknown,
  toResponse: ToErrorResponse,
): Promise<RunningServer> {
  const routes = createRoutes(kind, toRequestHandler(kind, createTypedError))
  return listen(
    createServer((request, response) => {
      try {
        const handler = findHandler(routes, request)
        if (handler === undefined) send(response, createNotFoundResponse())
        else handler(request, response)
      } catch (thrown) {
        send(response, toResponse(thrown))
      }
    }),
  )
}

function toRequestHandler(kind: Kind, createTypedError: () => unknown): RequestHandler {
  const handle = createHandler(kind, createTypedError)
  return (_request, response) => sendJson(response, handle())
}

/** Writes the events as an application does without a library. */
async function writeEvents(response: ServerResponse): Promise<void> {
  response.writeHead(200, STREAM_HEADERS)
  for await (const event of createEvents()) if (!response.write(event)) await once(response, 'drain')
  response.end()
}

function createRoutes(kind: Kind, handler: RequestHandler): Map<string, RequestHandler> {
  const routes = new Map<string, RequestHandler>([[`GET ${MEASURED_PATH}`, handler]])
  for (const { method, path } of createOtherRoutes(kind))
    routes.set(`${method} ${path}`, (_request, response) => sendJson(response, SUCCESS_BODY))
  return routes
}

function findHandler(
  routes: ReadonlyMap<string, RequestHandler>,
  { method, url }: IncomingMessage,
): RequestHandler | undefined {
  return routes.get(`${method} ${url}`)
}

function sendJson(response: ServerResponse, body: object): void {
  const text = JSON.stringify(body)
  response.writeHead(200, { 'content-type': JSON_TYPE, 'content-length': Buffer.byteLength(text) }).end(text)
}

function send(response: ServerResponse, { status, headers, body }: ErrorResponse): void {
  const text = JSON.stringify(body)
  headers['content-type'] = JSON_TYPE
  headers['content-length'] = String(Buffer.byteLength(text))
  response.writeHead(status, headers).end(text)
}
