import { IncomingMessage, STATUS_CODES, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import {
  ExpectationFailed,
  HeadersTooLarge,
  InvalidRequest,
  MethodNotAllowed,
  PayloadTooLarge,
  RequestTimeout,
} from '@faultline/core'
import type { ResponderOptions } from '@faultline/core'
import type { ApiRequest } from '@faultline/core'
import {
  createResponder,
  createRoutingError,
  isAnsweredOnSocket,
  markAnsweredOnSocket,
  type SerializedResponse,
  type Responder,
  type ResponderOrOptions,
} from '@faultline/core'

/** What knows of an answer: Node's response, or what a framework makes of it. */
type ResponseState = Pick<ServerResponse, 'getHeader' | 'statusCode'> & { readonly headersSent?: boolean }

/** Node's request and response as the responder sees them. */
export class NodeRequest<Raw = IncomingMessage> implements ApiRequest<Raw> {
  readonly raw: Raw
  readonly #message: IncomingMessage
  readonly #response: ResponseState | undefined
  id?: string
  sentStatus?: number

  /**
   * @param response What knows the headers that were set.
   * @param raw What the framework makes of the request, where that is something else.
   */
  constructor(message: IncomingMessage, response?: ResponseState, raw?: Raw) {
    this.raw = raw ?? (message as Raw)
    this.#message = message
    this.#response = response
    if (response?.headersSent === true) this.sentStatus = response.statusCode
  }

  get method(): string {
    return this.#message.method ?? 'GET'
  }

  /** Frameworks that mount apps keep the whole target in `originalUrl`. */
  get url(): string {
    return (this.raw as { originalUrl?: string }).originalUrl ?? this.#message.url ?? '/'
  }

  header(name: string): string | undefined {
    // What comes over no HTTP has none.
    const value = (this.#message as Partial<IncomingMessage>).headers?.[name]
    return typeof value === 'string' ? value : value?.[0]
  }

  responseHeader(name: string): string | undefined {
    const value = this.#response?.getHeader(name)
    return value === undefined ? undefined : String(value)
  }
}

/**
 * Answers a failure, whatever state the response is in: not begun, it gets the envelope; begun as an event stream, an
 * error event and its end; begun as anything else, the connection is destroyed, so that no client takes half an
 * answer for a whole one; ended, or with its client gone, only the hook hears of it. Never throws.
 *
 * @param raw What the framework makes of the request, where that is something else.
 */
export function sendError<Raw>(
  responder: Responder<Raw>,
  thrown: unknown,
  message: IncomingMessage,
  response: ServerResponse,
  raw?: Raw,
): void {
  if (isAnsweredOnSocket(response)) return
  const request = new NodeRequest(message, response, raw)
  // What was destroyed with an error, by a pipeline for one, was destroyed here and not by the client's leaving.
  if (response.writableEnded || response.errored) responder.report(thrown, request)
  else if (response.destroyed || response.socket?.destroyed === true)
    responder.reportClientClosed(thrown, request)
  else if (!response.headersSent) write(responder, responder.respond(thrown, request), message, response)
  else if (/^text\/event-stream\b/i.test(sentType(response))) {
    // The blank line ends an event that was half written.
    response.end(`\n\n${responder.errorEvent(thrown, request)}`)
  } else {
    responder.report(thrown, request)
    breakOff(response)
  }
}

/** HTTP/2 takes a destroyed response for one that has ended: its stream needs a reason (RFC 9113, 7: INTERNAL_ERROR). */
function breakOff(response: ServerResponse): void {
  const { stream } = response as { stream?: { close?(code: number): void } }
  if (typeof stream?.close === 'function') stream.close(2)
  else response.destroy()
}

/** The Content-Type that was sent. What `writeHead` was given is in the text of the head alone. */
function sentType(response: ServerResponse): string {
  const { _header: head } = response as ServerResponse & { _header?: string | null }
  return String(response.getHeader('content-type') ?? /\r\ncontent-type: ([^\r]*)/i.exec(head ?? '')?.[1])
}

/**
 * Answers a request that no route took. A response that has begun was somebody's answer, and is let be.
 *
 * @param allow The methods that the path does take.
 */
export function sendNotFound<Raw>(
  responder: Responder<Raw>,
  allow: readonly string[],
  message: IncomingMessage,
  response: ServerResponse,
  raw?: Raw,
): void {
  if (!response.headersSent) {
    sendError(responder, createRoutingError(message.method ?? 'GET', allow), message, response, raw)
  }
}

/**
 * Gives a request its id, and its answer the headers that carry it.
 *
 * @param raw What the framework makes of the request, where that is something else.
 */
export function setRequestIdHeaders<Raw>(
  responder: Responder<Raw>,
  message: IncomingMessage,
  response: ServerResponse,
  raw?: Raw,
): string {
  const request = new NodeRequest(message, response, raw)
  const headers = responder.requestIdHeaders(request)
  if (!response.headersSent) for (const name in headers) response.setHeader(name, headers[name]!)
  return headers[responder.requestIdHeader]!
}

/**
 * Middleware that gives every request its id, and every answer the header that carries it, a success's too.
 *
 * @param options Those of the adapter. With an `envelope`, its clients find the id on the header that they read.
 */
export function requestId<Raw = IncomingMessage>(options: Partial<ResponderOptions<Raw>> = {}) {
  const responder = createResponder<Raw>({ envelope: 'ai-api', ...options })
  return function faultlineRequestId(
    request: IncomingMessage,
    response: ServerResponse,
    next: () => void,
  ): void {
    setRequestIdHeaders(responder, request, response)
    next()
  }
}

function write(
  responder: Responder<never>,
  answer: SerializedResponse,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  try {
    // A body that is still arriving is read to its end and dropped: the connection can serve the next request.
    request.unpipe()
    for (const name of response.getHeaderNames())
      if (responder.shouldDropHeader(name)) response.removeHeader(name)
    // HTTP/2 has no reason phrase, and warns of one.
    if (request.httpVersionMajor < 2) response.statusMessage = ''
    response.statusCode = answer.status
    for (const name in answer.headers) response.setHeader(name, answer.headers[name]!)
    response.end(request.method === 'HEAD' ? undefined : answer.body)
    request.resume()
  } catch {
    // Something below broke the response itself; no client may take what was sent for an answer.
    breakOff(response)
  }
}

/** What Node's parser calls a request that it can't take; all others are malformed. */
const unreadable: Readonly<Record<string, new (options: { cause: unknown }) => Error>> = {
  HPE_HEADER_OVERFLOW: HeadersTooLarge,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: PayloadTooLarge,
  ERR_HTTP_REQUEST_TIMEOUT: RequestTimeout,
}

const attached = new WeakSet<object>()

/**
 * Answers what Node answers by itself, below any framework: requests that can't be parsed (400), headers of more
 * than Node takes (431), requests that take too long to arrive (408), an Expect that is not 100-continue (417),
 * CONNECT (405). For a request that can't be parsed, hooks get a bare IncomingMessage. Where the server has a listener
 * for `clientError` already, that one answers what can't be parsed.
 *
 * @returns The server.
 * @throws TypeError when options are wrong, or the server has this already.
 */
export function attach<S extends Server, Raw = IncomingMessage>(
  server: S,
  input: ResponderOrOptions<Raw>,
): S {
  if (typeof (server as Partial<Server> | null)?.on !== 'function') {
    throw new TypeError(
      'attach: the first argument must be a server of node:http, such as app.listen() returns',
    )
  }
  const responder = createResponder(input) as unknown as Responder
  if (attached.has(server)) throw new TypeError('attach: this server is attached already')
  attached.add(server)
  if (server.listenerCount('clientError') === 0) {
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
      handleClientError(responder, error, socket)
    })
  }
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    sendError(responder, new ExpectationFailed(), request, response)
  })
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    socket.on('error', () => socket.destroy())
    writeRaw(socket, responder.respond(new MethodNotAllowed({ allow: [] }), new NodeRequest(request)))
  })
  return server
}

/** A socket of a server of Node's: the response that it is busy with, and the request that is arriving. */
type HttpSocket = Socket & {
  readonly _httpMessage?: ServerResponse | null
  readonly parser?: { readonly incoming?: IncomingMessage | null } | null
}

/** Answers what Node's parser could not take, on the raw socket: what a server's `clientError` is told. */
export function handleClientError<Raw>(
  responder: Responder<Raw>,
  error: NodeJS.ErrnoException,
  socket: Socket,
): void {
  const { _httpMessage: begun, parser } = socket as HttpSocket
  // A reset is the client's own leaving, which its handler tells of. After the head of an answer nothing that is
  // written could be told from its body.
  if (!socket.writable || error.code === 'ECONNRESET' || begun?.headersSent) {
    socket.destroy()
    return
  }
  // A body that goes wrong when its request is answered already: what is written now would be taken for the answer to
  // the next one.
  if (!begun && parser?.incoming?.complete === false) {
    socket.end(() => socket.destroy())
    return
  }
  if (begun) markAnsweredOnSocket(begun)
  const Kind = unreadable[error.code ?? ''] ?? InvalidRequest
  const message = Kind === InvalidRequest ? { message: 'The request is not valid HTTP' } : {}
  const request = new NodeRequest<Raw>(begun?.req ?? new IncomingMessage(socket), begun ?? undefined)
  writeRaw(socket, responder.respond(new Kind({ cause: error, ...message }), request))
}

function writeRaw(socket: Socket, { status, headers, body }: SerializedResponse): void {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`
  for (const name in headers) head += `${name}: ${headers[name]}\r\n`
  socket.end(`${head}connection: close\r\n\r\n${body}`, () => socket.destroy())
}
