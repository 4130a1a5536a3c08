import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import {
  createResponder,
  describeValue,
  ExpectationFailed,
  HeadersTooLarge,
  InvalidRequest,
  markAnsweredOnSocket,
  MethodNotAllowed,
  PayloadTooLarge,
  RequestTimeout,
  type ApiError,
  type Responder,
  type ResponderOrOptions,
} from '@faultline/core'
import { trackExchanges } from './drain.ts'
import { answerMissingHost } from './host-check.ts'
import { http } from './http-module.ts'
import { readConnectionState } from './internals.ts'
import { isServer } from './is-server.ts'
import { markOnce } from './mark.ts'
import { NodeRequest } from './node-request.ts'
import { writeRaw } from './raw-response.ts'
import { checkResponder, sendError } from './send-error.ts'

/**
 * Answers the requests that Node.js answers by itself, outside any framework: requests that cannot be parsed (400),
 * headers that are too large (431), requests that take too long to arrive (408), an Expect other than 100-continue
 * (417), CONNECT (405), no Host (400). Only for a server made by hand: the installation of Express, Koa, Fastify and NestJS attaches the
 * server of `app.listen()`. For a request that cannot be parsed, hooks receive an empty IncomingMessage. What the
 * server has another listener for (`clientError`, `checkExpectation`, `connect`) is left to that listener.
 *
 * @returns The server.
 * @throws TypeError if options are wrong or the server is already attached.
 */
export function attach<S extends Server, Raw = IncomingMessage>(
  server: S,
  options: ResponderOrOptions<Raw>,
): S {
  if (!isServer(server)) {
    throw new TypeError(
      `attach: the first argument must be a node:http Server, not ${describeValue(server)}; pass the return value of app.listen()`,
    )
  }
  const responder = createResponder(options)
  if (!attachOnce(server, responder)) {
    throw new TypeError(
      'attach: the server is already attached, by app.listen() or an earlier call; remove this call',
    )
  }
  return server
}

/**
 * Attaches a server that was not attached before, by any installed copy of this package.
 *
 * @returns Whether the server was not attached before.
 */
export function attachOnce<Raw>(server: Server, responder: Responder<Raw>): boolean {
  if (!markOnce(server, 'attached')) return false
  // A listener that other code adds, earlier or later, is the one that answers.
  const isOnlyListener = (event: string): boolean => server.listenerCount(event) === 1
  if (server.listenerCount('clientError') === 0) {
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
      if (isOnlyListener('clientError')) handleClientError(responder, error, socket)
    })
  }
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    if (isOnlyListener('checkExpectation')) sendError(responder, new ExpectationFailed(), request, response)
  })
  server.on('connect', (request: IncomingMessage, target: Socket | ServerResponse) => {
    if (isOnlyListener('connect')) refuseConnect(responder, request, target)
  })
  trackExchanges(server, responder)
  answerMissingHost(server, responder)
  return true
}

/** @param target The socket of the connection; over HTTP/2, the response. */
function refuseConnect<Raw>(
  responder: Responder<Raw>,
  request: IncomingMessage,
  target: Socket | ServerResponse,
): void {
  const error = new MethodNotAllowed({ allow: [], captureStack: false })
  if ('setHeader' in target) {
    sendError(responder, error, request, target)
    return
  }
  target.on('error', () => target.destroy())
  writeRaw(target, responder.respond(error, new NodeRequest<Raw>(request)))
}

/**
 * Writes the error response for a server's `clientError` event to the socket.
 */
export function handleClientError<Raw = IncomingMessage>(
  responder: Responder<Raw>,
  error: NodeJS.ErrnoException,
  socket: Socket,
): void {
  checkResponder(responder, 'handleClientError')
  const { response, isReceiving } = readConnectionState(socket, responder)
  // ECONNRESET: the client disconnected; the request handler reports it. After the head was sent, anything written
  // here would be read as part of the body.
  if (!socket.writable || error.code === 'ECONNRESET' || response?.headersSent) {
    socket.destroy()
    return
  }
  // The client ended the connection in the middle of the body. As after ECONNRESET, the request handler reports it.
  if (response && isReceiving && error.code === 'HPE_INVALID_EOF_STATE') {
    socket.destroy()
    return
  }
  // The body became invalid after the response was sent. Writing now would answer the next request.
  if (!response && isReceiving) {
    socket.end(() => socket.destroy())
    return
  }
  if (response) markAnsweredOnSocket(response)
  const request = new NodeRequest<Raw>(response?.req ?? new http.IncomingMessage(socket), response)
  writeRaw(socket, responder.respond(toParserError(error), request))
}

/** Converts an error of Node's HTTP parser. */
function toParserError(cause: NodeJS.ErrnoException): ApiError {
  switch (cause.code) {
    case 'HPE_HEADER_OVERFLOW':
      return new HeadersTooLarge({ cause })
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new PayloadTooLarge({ cause })
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new RequestTimeout({ cause })
    default:
      return new InvalidRequest({ cause, message: 'The request is not valid HTTP' })
  }
}
