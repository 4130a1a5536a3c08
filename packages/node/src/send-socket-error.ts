import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { createSocketMessage, getSocketClose, type Responder, type SerializedResponse } from '@faultline/core'
import { NodeRequest, type MessageLike } from './node-request.ts'
import { writeRaw } from './raw-response.ts'
import { checkResponder } from './send-error.ts'
import { isOpen, type WebSocketLike } from './web-socket.ts'

/** Options of `sendSocketError`. */
export interface SocketErrorOptions<Raw = IncomingMessage> {
  /** The id of the client's event that caused the error: `event_id` in OpenAI's Realtime API. */
  readonly eventId?: string | undefined
  /**
   * Whether to close the connection after the message, with a close code and a reason.
   *
   * @default true for errors with status 401: no later event can succeed. Otherwise false
   */
  readonly close?: boolean | undefined
  /** The framework's request, which hooks receive. @default the request of the upgrade */
  readonly raw?: Raw | undefined
}

/** Set on a WebSocket that an error has closed. */
const CLOSED = Symbol.for('faultline.socketClosed')

/**
 * Reports an error over a WebSocket: sends the error message of the envelope, and leaves the connection open unless
 * `close` is set. If the client disconnected, it only calls the hooks. Each call calls the hooks once.
 *
 * @param message The request of the upgrade.
 * @throws TypeError if the first argument is not a responder, and for no other reason.
 */
export function sendSocketError<Raw = IncomingMessage>(
  responder: Responder<Raw>,
  thrown: unknown,
  socket: WebSocketLike,
  message: IncomingMessage,
  options: SocketErrorOptions<Raw> = {},
): void {
  checkResponder(responder, 'sendSocketError')
  const { raw = message as Raw, eventId, close } = options
  const { headers, method, url } = message
  answerSocket(responder, thrown, socket, { headers, method, url }, raw, {
    format: (response) => createSocketMessage(response, eventId),
    close,
  })
}

interface SocketAnswer {
  /** Creates the message. */
  format(this: void, response: SerializedResponse): string
  /** @default true for errors with status 401 */
  readonly close?: boolean | undefined
}

/**
 * Does what `sendSocketError` does.
 *
 * @param message A description of the request, and not the request itself: each message of a connection is an exchange
 * with its own request id, for which a thrown value is reported that was already reported for another.
 */
export function answerSocket<Raw>(
  responder: Responder<Raw>,
  thrown: unknown,
  socket: WebSocketLike & { [CLOSED]?: true },
  message: MessageLike,
  raw: Raw,
  { format, close }: SocketAnswer,
): void {
  const request = new NodeRequest(message, undefined, raw)
  if (socket[CLOSED]) responder.report(thrown, request)
  else if (isOpen(socket)) {
    const response = responder.respond(thrown, request)
    try {
      socket.send(format(response))
      if (close ?? response.error.status === 401) closeWith(socket, response)
    } catch {
      // Other code has broken the WebSocket.
    }
  } else responder.reportClientClosed(thrown, request)
}

function closeWith(socket: WebSocketLike & { [CLOSED]?: true }, { error }: SerializedResponse): void {
  const { code, reason } = getSocketClose(error)
  socket[CLOSED] = true
  socket.close(code, reason)
}

/**
 * Answers a request for an upgrade that fails: writes the error response to the connection and ends it. If the client
 * disconnected, it only calls the hooks.
 *
 * @param message The request of the `upgrade` event.
 * @param connection The socket of the `upgrade` event.
 * @param raw The framework's request, which hooks receive. @default message
 * @throws TypeError if the first argument is not a responder, and for no other reason.
 */
export function rejectUpgrade<Raw = IncomingMessage>(
  responder: Responder<Raw>,
  thrown: unknown,
  message: IncomingMessage,
  connection: Duplex,
  raw?: Raw,
): void {
  checkResponder(responder, 'rejectUpgrade')
  const request = new NodeRequest(message, undefined, raw)
  // Node.js removes its own listener from the connection of an upgrade.
  connection.on('error', () => connection.destroy())
  if (connection.destroyed || !connection.writable) {
    responder.reportClientClosed(thrown, request)
    connection.destroy()
  } else writeRaw(connection, responder.respond(thrown, request))
}
