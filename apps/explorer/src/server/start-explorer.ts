import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { attach, sendError, sendNotFound } from '@faultline/node'
import { ConcurrentLimitExceeded, createResponder, PermissionDenied } from '@faultline/core'
import { SdkWorkerPool } from '../sdks/sdk-worker-pool.ts'
import { createCatalog } from './catalog.ts'
import type { ExchangeLimits } from './exchange.ts'
import { readPageFiles, sendPageFile } from './page-files.ts'
import { readJson } from './read-json.ts'
import { parseSendRequest } from './parse-send-request.ts'
import { send } from './send.ts'
import { writeLines } from './write-lines.ts'

export interface ExplorerOptions {
  /** Base URLs of the apps by framework. */
  readonly apps: Readonly<Record<string, string>>
  /** @default 0, any free port */
  readonly port?: number
  /** @default 127.0.0.1 */
  readonly host?: string
  readonly limits?: Partial<Limits>
}

interface Limits extends ExchangeLimits {
  /** Maximum number of concurrent `POST /api/send` requests. */
  readonly maxConcurrent: number
}

/** A running explorer. */
export interface Explorer {
  /** `http://HOST:PORT` */
  readonly url: string
  /** Stops the server and its requests in progress. */
  close(): Promise<void>
}

const FOREIGN_HOST = 'The Host header must name the address that the explorer listens on'

const LIMITS: Limits = { maxConcurrent: 16, bytes: 2 * 1024 * 1024, timeoutMs: 30_000 }

/** Starts the explorer: the page and its API. */
export async function startExplorer(options: ExplorerOptions): Promise<Explorer> {
  const { apps, port = 0, host = '127.0.0.1' } = options
  const sdkWorkerPool = new SdkWorkerPool()
  const handler = createHandler(apps, sdkWorkerPool, { ...LIMITS, ...options.limits })
  const server = createServer((request, response) => {
    if (isOwnHost(request, host)) handler(request, response)
    else sendError(responder, new PermissionDenied({ message: FOREIGN_HOST }), request, response)
  })
  attach(server, responder)
  server.listen(port, host)
  await once(server, 'listening')
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await Promise.all([closed, sdkWorkerPool.close()])
    },
  }
}

const responder = createResponder<IncomingMessage>({ envelope: 'ai-api', serviceName: 'explorer' })

type Route = (request: IncomingMessage, response: ServerResponse) => unknown

/** Routes by path and method. */
type Routes = Readonly<Record<string, Readonly<Record<string, Route>>>>

function createHandler(apps: ExplorerOptions['apps'], sdkWorkerPool: SdkWorkerPool, limits: Limits) {
  const files = readPageFiles()
  const catalog = createCatalog(apps)
  let inProgress = 0

  const routes: Routes = {
    '/health': { GET: (_request, response) => sendJson(response, { status: 'ok' }) },
    '/api/catalog': { GET: (_request, response) => sendJson(response, catalog) },
    '/api/send': {
      async POST(request, response) {
        assertSameOrigin(request)
        const sendRequest = parseSendRequest(await readJson(request), Object.keys(apps))
        const url = apps[sendRequest.framework]
        if (url === undefined) throw new TypeError(`apps: no URL of ${sendRequest.framework}`)
        if (inProgress >= limits.maxConcurrent) throw new ConcurrentLimitExceeded()
        inProgress += 1
        try {
          await writeLines(response, (signal) => send(sendRequest, url, sdkWorkerPool, limits, signal))
        } finally {
          inProgress -= 1
        }
      },
    },
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    const [path = '/'] = (request.url ?? '/').split('?', 1)
    const file = files.get(path)
    const methods: Readonly<Record<string, Route>> = file
      ? { GET: () => sendPageFile(file, request, response) }
      : Object.hasOwn(routes, path)
        ? (routes[path] ?? {})
        : {}
    const allow = Object.keys(methods).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    const route = methods[request.method === 'HEAD' ? 'GET' : (request.method ?? '')]
    if (route === undefined) sendNotFound(responder, allow, request, response)
    else void runRoute(route, request, response)
  }
}

async function runRoute(route: Route, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await route(request, response)
  } catch (error) {
    sendError(responder, error, request, response)
  }
}

/**
 * Returns whether a request names this server. Another name that resolves to this address, which its owner can arrange,
 * would make a foreign page same-origin. A server that listens on all addresses has no fixed name.
 *
 * @param listened The address or name that the server listens on.
 */
function isOwnHost({ headers, socket }: IncomingMessage, listened: string): boolean {
  if (listened === '0.0.0.0' || listened === '::') return true
  const port = socket.localPort ?? 0
  const names = [listened.includes(':') ? `[${listened}]` : listened, 'localhost', '127.0.0.1', '[::1]']
  // Browsers omit the default port.
  const authorities = names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]))
  return authorities.includes(headers.host?.toLowerCase() ?? '')
}

/** Rejects requests of other sites. @throws PermissionDenied */
function assertSameOrigin({ headers }: IncomingMessage): void {
  const { origin, host, 'sec-fetch-site': site } = headers
  // Browsers omit Sec-Fetch-Site on plain HTTP, except on localhost.
  const isSameOrigin =
    site === undefined ? [undefined, `http://${host}`].includes(origin) : site === 'same-origin'
  if (!isSameOrigin) {
    throw new PermissionDenied({ message: 'Only the explorer page may call this endpoint' })
  }
}

function sendJson(response: ServerResponse, body: object): void {
  response
    .writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(JSON.stringify(body))
}
