import { once } from 'node:events'
import { createServer, IncomingMessage, ServerResponse } from 'node:http'
import { pipeline, Readable } from 'node:stream'
import bodyParser from 'body-parser'
import { createResponder, type Responder } from '@faultline/core'
import * as node from '@faultline/node'
import multer from 'multer'
import {
  BODY_LIMITS,
  listen,
  UPLOAD_LIMITS,
  type CreateServer,
  type HandlerContext,
  type FixtureRoute,
  type HandlerResult,
  type MountedApp,
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

/** The functions that send error responses: those of @faultline/node, or defective ones. */
export interface ErrorResponses {
  sendError: typeof node.sendError
  sendNotFound: typeof node.sendNotFound
  attach: typeof node.attach
  replaceForeignBodies: typeof node.replaceForeignBodies
}

/** Creates a server of `node:http` with a minimal router. */
export function createNodeServer({
  sendError,
  sendNotFound,
  attach,
  replaceForeignBodies,
}: ErrorResponses = node): CreateServer {
  return async function startNodeServer({ outer, server: serverOptions, ...fixture }) {
    const app = createApp({ path: outer?.path ?? '', ...fixture })
    const server = createServer(serverOptions, (request, response) => {
      const pathname = parsePathname(request.url!)
      if (outer !== undefined && !isBelow(outer.path, pathname)) {
        serveOuter(outer.routes, pathname, request, response)
        return
      }
      const { responder, routes } = findApp(app, pathname)
      replaceForeignBodies(responder, request, response)
      const matches = findRoutes(routes, pathname)
      const match = matches.find(({ route: { method } }) => method === getRouteMethod(request))
      if (match === undefined) {
        const allow = matches.map(({ route: { method } }) => method)
        sendNotFound(responder, allow, request, response)
        return
      }
      const fail = (error: unknown): void =>
        sendError(responder, error ?? new Error('Rejected with nothing'), request, response, undefined, {
          presetStatus: response.statusCode,
          allowedMethods: () => matches.map(({ route: { method } }) => method),
        })
      handle(match.route, match.params, request, response, fail).catch(fail)
    })
    attach(server, app.responder)
    return listen(server, node.drain)
  }
}

/** An app: a responder for the paths below one path, and the apps in it. */
interface App {
  readonly path: string
  readonly responder: Responder<IncomingMessage>
  readonly routes: readonly FixtureRoute[]
  readonly mounted: readonly App[]
}

function createApp({ path, options, routes, mounted = [] }: MountedApp): App {
  return {
    path,
    responder: createResponder(options),
    routes: routes.map((route) => ({ ...route, path: path + route.path })),
    mounted: mounted.map((inner) => createApp({ ...inner, path: path + inner.path })),
  }
}

/** Returns the innermost app that a path belongs to. */
function findApp(app: App, pathname: string): App {
  const inner = app.mounted.find(({ path }) => isBelow(path, pathname))
  return inner === undefined ? app : findApp(inner, pathname)
}

function isBelow(path: string, pathname: string): boolean {
  return pathname === path || pathname.startsWith(`${path}/`)
}

function findRoutes(routes: readonly FixtureRoute[], pathname: string) {
  return routes.flatMap((route) => {
    const params = matchPath(route.path, pathname)
    return params === undefined ? [] : [{ route, params }]
  })
}

/** Serves the routes of an app that does not use Faultline. */
function serveOuter(
  routes: readonly FixtureRoute[],
  pathname: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const [match] = findRoutes(routes, pathname)
  if (match === undefined) response.writeHead(404).end()
  else void handle(match.route, {}, request, response)
}

function getRouteMethod({ method }: IncomingMessage): string | undefined {
  return method === 'HEAD' ? 'GET' : method
}

function parsePathname(target: string): string {
  return target.replace(/^https?:\/\/[^/]*/, '').split(/[?#]/, 1)[0]!
}

function matchPath(path: string, pathname: string): Record<string, string> | undefined {
  const routeSegments = path.split('/')
  const segments = pathname.split('/')
  if (routeSegments.length !== segments.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, routeSegment] of routeSegments.entries()) {
    if (routeSegment.startsWith(':')) params[routeSegment.slice(1)] = segments[index]!
    else if (routeSegment !== segments[index]) return undefined
  }
  return params
}

async function handle(
  route: FixtureRoute,
  encodedParams: Record<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
  fail?: (error: unknown) => void,
): Promise<void> {
  const params = Object.fromEntries(
    Object.entries(encodedParams).map(([name, value]) => {
      try {
        return [name, decodeURIComponent(value)]
      } catch (error) {
        throw Object.assign(error as Error, { status: 400 })
      }
    }),
  )
  if (route.body !== undefined) await parseBody(parsers[route.body] as Parser, request, response)
  const context: HandlerContext = {
    url: request.url!,
    params,
    body: (request as IncomingMessage & { body?: unknown }).body,
    header: (name, value) => void response.setHeader(name, value),
    status(status) {
      response.statusCode = status
    },
    ...(fail === undefined ? {} : { fail }),
    closed: once(response, 'close'),
    write(contentType, part) {
      response.writeHead(200, { 'content-type': contentType }).write(part)
    },
    send(json) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(json))
    },
  }
  let result: HandlerResult | undefined
  try {
    result = await route.handle(context)
  } catch (error) {
    result = route.onError?.(error)
    if (result === undefined) throw error
  }
  await send(result, response)
}

function parseBody(parser: Parser, request: IncomingMessage, response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    parser(request as never, response as never, (error) => {
      if (error === undefined || error === null) resolve()
      else reject(error)
    })
  })
}

async function send(result: HandlerResult | undefined, response: ServerResponse): Promise<void> {
  if (response.writableEnded) return
  if (result === undefined) response.end()
  else if ('source' in result) await node.stream(response, result.source, result)
  else if ('redirect' in result) response.writeHead(302, { location: encodeURI(result.redirect) }).end()
  else if ('stream' in result) {
    response.setHeader('content-type', result.contentType)
    const source = Readable.from(result.stream)
    // A source that fails before its first byte gets an error response.
    await Promise.race(['readable', 'end'].map((event) => once(source, event)))
    await new Promise<void>((resolve, reject) => {
      pipeline(source, response, (error) => (error ? reject(error) : resolve()))
    })
  } else if ('text' in result) {
    response.writeHead(result.status, { 'content-type': result.contentType ?? 'text/plain' }).end(result.text)
  } else {
    const text = JSON.stringify(result.json)
    response.writeHead(result.status ?? 200, { 'content-type': 'application/json' }).end(text)
  }
}
