import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  createResponder,
  createRoutingError,
  isAnsweredOnSocket,
  createSplitter,
  isObject,
  isOversizeEventError,
  mayHaveBody,
  type Responder,
  type ResponderOptions,
  type SentStream,
  type SerializedResponse,
} from '@faultline/core'
import { sentContentType } from './internals.ts'
import { getStream } from './open-streams.ts'
import { releaseResponse } from './replace-response.ts'
import { NodeRequest, type ExchangeFacts } from './node-request.ts'
import { failWithoutSocket } from './serverless.ts'

/**
 * Sends an error, depending on the state of the response. Each call calls the hooks once, unless the
 * error was already answered on the socket.
 *
 * - Not started: sends the envelope.
 * - Started as an event stream: sends an error event and ends the stream.
 * - Started as anything else: destroys the connection, so that no client interprets a partial body as complete.
 * - Ended, or the client disconnected: only calls the hooks.
 *
 * @param raw The framework's request, which hooks receive. @default message
 * @param facts The status that the handler had set and the methods of the path, if known.
 * @throws TypeError if the first argument is not a responder, and for no other reason.
 */
export function sendError<Raw = IncomingMessage>(
  responder: Responder<Raw>,
  thrown: unknown,
  message: IncomingMessage,
  response: ServerResponse,
  raw?: Raw,
  facts?: ExchangeFacts,
): void {
  checkResponder(responder, 'sendError')
  answerError(responder, thrown, message, response, raw, facts, false)
}

/**
 * Does what `sendError` does.
 *
 * @param writesHead Whether the head of an error response is written in one call, which is faster. Code that reads the
 * headers of Node's response later does not find them.
 */
export function answerError<Raw>(
  responder: Responder<Raw>,
  thrown: unknown,
  message: IncomingMessage,
  response: ServerResponse,
  raw: Raw | undefined,
  facts: ExchangeFacts | undefined,
  writesHead: boolean,
): void {
  if (isAnsweredOnSocket(response)) return
  const request = new NodeRequest(message, response, raw, facts)
  // A response that was destroyed with an error, for example by a pipeline, was not closed by the client.
  if (response.writableEnded || response.errored) responder.report(thrown, request)
  else if (response.destroyed || response.socket?.destroyed === true)
    responder.reportClientClosed(thrown, request)
  else if (!response.headersSent)
    writeResponse(responder, responder.respond(thrown, request), message, response, writesHead)
  else {
    const end = createStreamEnd(responder, thrown, request, response)
    if (end === '') abortResponse(response)
    else response.end(end)
  }
}

/** Returns the end of a response whose head was sent; an empty string if it must be aborted. Calls the hooks. */
function createStreamEnd<Raw>(
  responder: Responder<Raw>,
  thrown: unknown,
  request: NodeRequest<Raw>,
  response: ServerResponse,
): string {
  const sent = readSentStream(response, responder)
  if (sent === undefined || isOversizeEventError(thrown)) {
    responder.report(thrown, request)
    return ''
  }
  return responder.errorEvents(thrown, request, sent)
}

/** Returns the part of a stream that was sent. Undefined if no error can follow it. */
function readSentStream(response: ServerResponse, responder: Responder<never>): SentStream | undefined {
  const stream = getStream(response)
  if (stream !== undefined) return stream.sent
  const unknown = createSplitter(sentContentType(response, responder))?.sent
  // The separator ends an event, or a line, that a handler has only partially written.
  return unknown && { format: unknown.format, separator: '\n\n' }
}

/** @throws TypeError if the first argument of a function is not a responder, for example if it is options. */
export function checkResponder(responder: unknown, functionName: string): void {
  if (isObject(responder) && 'respond' in responder && typeof responder.respond === 'function') return
  throw new TypeError(
    `${functionName}: the first argument must be a responder; pass createResponder(options)`,
  )
}

function ignore(): void {}

/** HTTP/2 sends a destroyed response as complete. Its stream needs an error code: INTERNAL_ERROR (RFC 9113, section 7). */
function abortResponse(response: ServerResponse & { stream?: { close?(code: number): void } }): void {
  if (typeof response.stream?.close === 'function') response.stream.close(2)
  else {
    response.destroy()
    failWithoutSocket(response)
  }
}

/**
 * Answers a request that matched no route with 404, or with 405 if the path has routes for other methods. A response
 * that has started is left unchanged.
 *
 * @param allow The methods that the path supports.
 * @param raw The framework's request, which hooks receive. @default message
 */
export function sendNotFound<Raw = IncomingMessage>(
  responder: Responder<Raw>,
  allow: readonly string[],
  message: IncomingMessage,
  response: ServerResponse,
  raw?: Raw,
): void {
  checkResponder(responder, 'sendNotFound')
  if (!response.headersSent) {
    sendError(responder, createRoutingError(message.method ?? 'GET', allow), message, response, raw)
  }
}

/**
 * Sets the response headers that carry the request id.
 *
 * @param raw The framework's request, which an `envelope` function receives. @default message
 * @returns The request id.
 */
export function setRequestIdHeaders<Raw = IncomingMessage>(
  responder: Responder<Raw>,
  message: IncomingMessage,
  response: ServerResponse,
  raw?: Raw,
): string {
  checkResponder(responder, 'setRequestIdHeaders')
  const request = new NodeRequest(message, response, raw)
  const headers = responder.requestIdHeaders(request)
  if (!response.headersSent)
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  return responder.requestId(request)
}

/**
 * Creates middleware that sets the request id on every response, successful responses included.
 *
 * @param options The adapter's options. With an `envelope`, the id is also set on the header that its clients read.
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

/** Writes a response, or aborts it if other code has made it impossible. `writesHead` is that of `answerError`. */
export function writeResponse(
  responder: Responder<never>,
  { status, headers, body }: SerializedResponse,
  request: IncomingMessage,
  response: ServerResponse,
  writesHead = false,
): void {
  try {
    releaseResponse(response)
    // A source that is still piped into the response must not end the process. The listener of a pipe removes itself and
    // throws the error if it is the only one.
    response.on('error', ignore)
    const hasBody = mayHaveBody(request)
    if (hasBody) request.unpipe()
    for (const name of response.getHeaderNames())
      if (responder.shouldDropHeader(name)) response.removeHeader(name)
    // HTTP/2 has no reason phrase; Node prints a warning if one is set.
    if (request.httpVersionMajor < 2) response.statusMessage = ''
    if (writesHead) response.writeHead(status, headers)
    else {
      response.statusCode = status
      // Loggers of Express and Koa read the headers of the response.
      for (const name in headers) response.setHeader(name, headers[name]!)
    }
    response.end(request.method === 'HEAD' ? undefined : body)
    // The rest of the request body is read and dropped, so that the connection can serve the next request.
    if (hasBody) request.resume()
  } catch {
    // Other code has broken the response. No client may interpret the bytes sent so far as a response.
    abortResponse(response)
  }
}
