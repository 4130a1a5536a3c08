import type { EventEmitter } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Http2Session } from 'node:http2'
import type { Socket } from 'node:net'
import { describeValue, markAnsweredOnSocket, ServiceUnavailable, type Responder } from '@faultline/core'
import { readConnectionState } from './internals.ts'
import { isServer } from './is-server.ts'
import { getOpenStream } from './open-streams.ts'
import { sendError } from './send-error.ts'
import { isOpen, readWebSocket, type OpenWebSocket } from './web-socket.ts'

/** Options of `drain`. */
export interface DrainOptions {
  /**
   * Maximum time for the requests in progress, in milliseconds. Then streams end with their error event.
   *
   * @default 10000
   */
  readonly timeout?: number
}

const DEFAULT_TIMEOUT_MS = 10_000
/** Time that the last bytes of responses that were ended by `drain` have to be sent. */
const FLUSH_TIMEOUT_MS = 500
/** Another process, or the next one, answers by then. */
const RETRY_AFTER_SECONDS = 1
const CLOSE_IDLE_INTERVAL_MS = 50
/** Going away (RFC 6455, section 7.4.1). */
const GOING_AWAY = 1001

/** The connections and exchanges of a server. Shared by all installed copies of this package. */
interface Exchanges {
  /** The open connections of an HTTP/1 server. Tracking requests would make each request slower. */
  readonly sockets: Set<Socket>
  /** The responses in progress of an HTTP/2 server. */
  readonly responses: Set<ServerResponse>
  readonly sessions: Set<Http2Session>
  readonly responder: Responder<never> | undefined
  drained: Promise<void> | undefined
}

const EXCHANGES = Symbol.for('faultline.exchanges')

/** Keeps the open connections of a server, so that `drain` can end their responses. */
export function trackExchanges(
  server: Server & { [EXCHANGES]?: Exchanges },
  responder: Responder<never> | undefined,
): Exchanges {
  const exchanges: Exchanges = {
    sockets: new Set(),
    responses: new Set(),
    sessions: new Set(),
    responder,
    drained: undefined,
  }
  server[EXCHANGES] = exchanges
  const { sockets, responses, sessions } = exchanges
  server.on('session', (session: Http2Session) => keepUntilClosed(sessions, session))
  if (isHttp2(server)) {
    server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) =>
      keepUntilClosed(responses, response),
    )
  } else {
    for (const event of ['connection', 'secureConnection'])
      server.on(event, (socket: Socket) => keepUntilClosed(sockets, socket))
  }
  return exchanges
}

function isHttp2(server: Server): boolean {
  return 'updateSettings' in server
}

function keepUntilClosed<Item extends EventEmitter>(items: Set<Item>, item: Item): void {
  items.add(item)
  item.once('close', () => items.delete(item))
}

/** Returns the responses in progress. A connection has at most one that is being sent. */
function listResponses({ sockets, responses }: Exchanges, server: Server): ServerResponse[] {
  const current = [...sockets].map((socket) => readConnectionState(socket, server).response)
  return [...responses, ...current.filter((response) => response !== undefined)]
}

/**
 * Ends a server without losing a response: accepts no further connection, announces `Connection: close`, closes idle
 * connections, and waits for the requests in progress. At the end of the time limit, event streams get their error
 * event (`service_unavailable`), requests without a response are answered with that error, and other responses are
 * aborted. WebSockets of `guardConnection` are closed with 1001 when no guarded function is running, or at the end of
 * the time limit. Other upgraded connections are not closed. Streams that do not come from `stream` end in the envelope
 * of the attached server. A second call returns the promise of the first.
 *
 * @param server The attached server. `app.listen()` returns it.
 * @returns A promise that resolves when everything is sent. It is never rejected.
 * @throws TypeError if the first argument is not a server.
 */
export function drain(
  server: Server & { [EXCHANGES]?: Exchanges },
  options: DrainOptions = {},
): Promise<void> {
  if (!isServer(server)) {
    throw new TypeError(
      `drain: the first argument must be a node:http Server, not ${describeValue(server)}; pass the return value of app.listen()`,
    )
  }
  const exchanges = server[EXCHANGES] ?? trackExchanges(server, undefined)
  exchanges.drained ??= drainOnce(server, exchanges, options.timeout ?? DEFAULT_TIMEOUT_MS)
  return exchanges.drained
}

async function drainOnce(server: Server, exchanges: Exchanges, timeoutMs: number): Promise<void> {
  const { sessions, responder } = exchanges
  const closed = new Promise<true>((resolve) => {
    // An error says that the server does not listen.
    server.close(() => resolve(true))
  })
  for (const response of listResponses(exchanges, server)) announceClose(response)
  server.prependListener('request', (_request, response) => announceClose(response))
  for (const session of sessions) session.close()
  // A response whose head was sent before leaves its connection open.
  const closingIdle = setInterval(closeIdleConnections, CLOSE_IDLE_INTERVAL_MS, server, exchanges)
  closeIdleConnections(server, exchanges)
  try {
    if (await settlesWithin(closed, timeoutMs)) return
    for (const response of listResponses(exchanges, server)) endResponse(response, responder)
    closeWebSockets(exchanges, () => true)
    if (await settlesWithin(closed, FLUSH_TIMEOUT_MS)) return
    for (const session of sessions) session.destroy()
    for (const socket of exchanges.sockets) if (readWebSocket(socket) !== undefined) socket.destroy()
    // HTTP/2 servers do not have it.
    if ('closeAllConnections' in server) server.closeAllConnections()
  } finally {
    clearInterval(closingIdle)
  }
}

function closeIdleConnections(server: Server, exchanges: Exchanges): void {
  closeWebSockets(exchanges, ({ running }) => running === 0)
  // HTTP/2 servers do not have it.
  if ('closeIdleConnections' in server) server.closeIdleConnections()
}

function closeWebSockets({ sockets }: Exchanges, mustClose: (opened: OpenWebSocket) => boolean): void {
  for (const connection of sockets) {
    const opened = readWebSocket(connection)
    if (opened !== undefined && isOpen(opened.socket) && mustClose(opened))
      opened.socket.close(GOING_AWAY, 'The server is shutting down')
  }
}

/** HTTP/2 forbids the header; its sessions announce the end in their own way. */
function announceClose(response: ServerResponse): void {
  if (!response.headersSent && response.req.httpVersionMajor === 1) response.setHeader('connection', 'close')
}

function endResponse(response: ServerResponse, responder: Responder<never> | undefined): void {
  if (response.writableEnded || response.destroyed) return
  const error = new ServiceUnavailable({ retryAfter: RETRY_AFTER_SECONDS, captureStack: false })
  const opened = getOpenStream(response)
  if (opened !== undefined) opened.stop(error)
  else if (responder !== undefined) {
    // The handler goes on, and may write to the response that has ended.
    response.on('error', ignoreError)
    sendError(responder, error, response.req, response)
    markAnsweredOnSocket(response)
  }
}

function ignoreError(): void {
  // The response is already answered.
}

/** Returns whether a promise resolves in a time. */
async function settlesWithin(promise: Promise<true>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, false)
  })
  try {
    return await Promise.race([promise, timeout])
  } finally {
    clearTimeout(timer)
  }
}
