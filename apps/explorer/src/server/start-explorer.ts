import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { attach, sendError, sendNotFound } from '@faultline/node'
import { ConcurrentLimitExceeded, createResponder, PermissionDenied } from '@faultline/core'
import { Bench } from '../sdks/bench.ts'
import { catalogueOf } from './catalogue.ts'
import type { ExchangeLimits } from './exchange.ts'
import { readPageFiles, sendPageFile } from './page-files.ts'
import { readJson } from './read-json.ts'
import { readSending } from './read-sending.ts'
import { send } from './send.ts'
import { writeLines } from './write-lines.ts'

/** How an explorer is started. */
export interface ExplorerOptions {
  /** The addresses of the apps, by the name of their framework. */
  readonly apps: Readonly<Record<string, string>>
  /** @default 0: a free one */
  readonly port?: number
  /** @default 127.0.0.1 */
  readonly host?: string
  readonly limits?: Partial<Limits>
}

interface Limits extends ExchangeLimits {
  /** The most requests that are under way at one time. */
  readonly atOnce: number
}

/** An explorer that runs. */
export interface Explorer {
  /** `http://HOST:PORT` */
  readonly url: string
  /** Ends it, with what is under way. */
  close(): Promise<void>
}

const LIMITS: Limits = { atOnce: 16, bytes: 2 * 1024 * 1024, time: 30_000 }

/** Starts the explorer: the page, and what it sends requests by. */
export async function startExplorer(options: ExplorerOptions): Promise<Explorer> {
  const { apps, port = 0, host = '127.0.0.1' } = options
  const bench = new Bench()
  const server = createServer(routesOf(apps, bench, { ...LIMITS, ...options.limits }))
  attach(server, responder)
  server.listen(port, host)
  await once(server, 'listening')
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await Promise.all([closed, bench.close()])
    },
  }
}

const responder = createResponder<IncomingMessage>({ envelope: 'ai-api', serviceName: 'explorer' })

type Route = (request: IncomingMessage, response: ServerResponse) => unknown

/** The routes by path and method. */
type Routes = Readonly<Record<string, Readonly<Record<string, Route>>>>

function routesOf(apps: ExplorerOptions['apps'], bench: Bench, limits: Limits) {
  const files = readPageFiles()
  const catalogue = catalogueOf(apps)
  let underWay = 0

  const routes: Routes = {
    '/health': { GET: (_request, response) => sendJson(response, { status: 'ok' }) },
    '/api/catalogue': { GET: (_request, response) => sendJson(response, catalogue) },
    '/api/send': {
      async POST(request, response) {
        refuseForeign(request)
        const sending = readSending(await readJson(request), Object.keys(apps))
        if (underWay >= limits.atOnce) throw new ConcurrentLimitExceeded()
        underWay += 1
        try {
          await writeLines(response, (signal) =>
            send(sending, apps[sending.framework]!, bench, limits, signal),
          )
        } finally {
          underWay -= 1
        }
      },
    },
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url!.split('?', 1)[0]!
    const file = files.get(path)
    const methods: Readonly<Record<string, Route>> = file
      ? { GET: () => sendPageFile(file, request, response) }
      : Object.hasOwn(routes, path)
        ? routes[path]!
        : {}
    const allow = Object.keys(methods).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    const route = methods[request.method === 'HEAD' ? 'GET' : request.method!]
    if (route === undefined) sendNotFound(responder, allow, request, response)
    else void answer(route, request, response)
  }
}

async function answer(route: Route, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await route(request, response)
  } catch (error) {
    sendError(responder, error, request, response)
  }
}

/** Only the explorer's own page may have requests sent. */
function refuseForeign({ headers }: IncomingMessage): void {
  const { origin, host, 'sec-fetch-site': site } = headers
  // Browsers say it, but for pages of another machine's that came over plain HTTP.
  const isOwn = site === undefined ? [undefined, `http://${host}`].includes(origin) : site === 'same-origin'
  if (!isOwn) {
    throw new PermissionDenied({ message: 'Only the explorer’s own page may ask for this' })
  }
}

function sendJson(response: ServerResponse, body: object): void {
  response
    .writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(JSON.stringify(body))
}
