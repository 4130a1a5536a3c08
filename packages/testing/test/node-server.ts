import { once } from 'node:events'
import { createServer, IncomingMessage, ServerResponse } from 'node:http'
import { pipeline, Readable } from 'node:stream'
import bodyParser from 'body-parser'
import { createResponder, type Responder } from '@faultline/core'
import { attach, sendError, sendNotFound, stream } from '@faultline/node'
import multer from 'multer'
import {
  BODY_LIMITS,
  listen,
  UPLOAD_LIMITS,
  type CreateServer,
  type HandlerContext,
  type FixtureRoute,
  type HandlerResult,
} from '../src/index.ts'

type Parser = (request: never, response: never, next: (error?: unknown) => void) => void

const parsers = {
  json: bodyParser.json({ limit: BODY_LIMITS.body }),
  form: bodyParser.urlencoded({
    extended: true,
    limit: BODY_LIMITS.body,
    parameterLimit: BODY_LIMITS.parameters,
  }),
  upload: multer({ limits: UPLOAD_LIMITS }).single('file'),
} as const

/** What the server says of its failures: `core/node`, or something that is broken. */
export interface Answers {
  sendError: typeof sendError
  sendNotFound: typeof sendNotFound
  attach: typeof attach
}

/** A server of `node:http` alone, with the smallest router there can be. */
export function nodeServer(answers: Answers = { sendError, sendNotFound, attach }): CreateServer {
  return async function createNodeServer({ routes, options, server: serverOptions }) {
    const responder = createResponder(options) as unknown as Responder<IncomingMessage>
    const server = createServer(serverOptions, (request, response) => {
      const { pathname } = parsed(request.url!)
      const matches = routes.flatMap((route) => {
        const params = match(route.path, pathname)
        return params === undefined ? [] : [{ route, params }]
      })
      const found = matches.find(({ route: { method } }) => method === methodOf(request))
      if (found === undefined) {
        const allow = matches.map(({ route: { method } }) => method)
        answers.sendNotFound(responder, allow, request, response)
        return
      }
      serve(found.route, found.params, request, response).catch((error: unknown) => {
        answers.sendError(responder, error ?? new Error('Rejected with nothing'), request, response)
      })
    })
    answers.attach(server, responder)
    return listen(server)
  }
}

function methodOf({ method }: IncomingMessage): string | undefined {
  return method === 'HEAD' ? 'GET' : method
}

function parsed(target: string): { pathname: string } {
  return { pathname: target.replace(/^https?:\/\/[^/]*/, '').split(/[?#]/, 1)[0]! }
}

function match(path: string, pathname: string): Record<string, string> | undefined {
  const wanted = path.split('/')
  const given = pathname.split('/')
  if (wanted.length !== given.length) return undefined
  const params: Record<string, string> = {}
  for (const [at, segment] of wanted.entries()) {
    if (segment.startsWith(':')) params[segment.slice(1)] = given[at]!
    else if (segment !== given[at]) return undefined
  }
  return params
}

async function serve(
  { body, handle, onError }: FixtureRoute,
  raw: Record<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const params = Object.fromEntries(
    Object.entries(raw).map(([name, value]) => {
      try {
        return [name, decodeURIComponent(value)]
      } catch (error) {
        throw Object.assign(error as Error, { status: 400 })
      }
    }),
  )
  if (body !== undefined) await parse(parsers[body] as Parser, request, response)
  const exchange: HandlerContext = {
    url: request.url!,
    params,
    body: (request as IncomingMessage & { body?: unknown }).body,
    header: (name, value) => void response.setHeader(name, value),
    status(status) {
      response.statusCode = status
    },
    closed: once(response, 'close'),
    write(contentType, part) {
      response.writeHead(200, { 'content-type': contentType }).write(part)
    },
    send(json) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(json))
    },
  }
  let reply: HandlerResult | undefined
  try {
    reply = await handle(exchange)
  } catch (error) {
    reply = onError?.(error)
    if (reply === undefined) throw error
  }
  await send(reply, response)
}

function parse(parser: Parser, request: IncomingMessage, response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    parser(request as never, response as never, (error) => {
      if (error === undefined || error === null) resolve()
      else reject(error)
    })
  })
}

async function send(reply: HandlerResult | undefined, response: ServerResponse): Promise<void> {
  if (response.writableEnded) return
  if (reply === undefined) response.end()
  else if ('source' in reply) await stream(response, reply.source, reply)
  else if ('redirect' in reply) response.writeHead(302, { location: encodeURI(reply.redirect) }).end()
  else if ('stream' in reply) {
    response.setHeader('content-type', reply.contentType)
    const source = Readable.from(reply.stream)
    // One that fails before its first byte still gets its status.
    await Promise.race(['readable', 'end'].map((event) => once(source, event)))
    await new Promise<void>((resolve, reject) => {
      pipeline(source, response, (error) => (error ? reject(error) : resolve()))
    })
  } else if ('text' in reply) response.writeHead(reply.status).end(reply.text)
  else {
    const text = JSON.stringify(reply.json)
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json' }).end(text)
  }
}
