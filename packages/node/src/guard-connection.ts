import type { IncomingMessage } from 'node:http'
import {
  InvalidRequest,
  isObject,
  parseJson,
  PayloadTooLarge,
  readString,
  type Responder,
} from '@faultline/core'
import { NodeRequest } from './node-request.ts'
import { checkResponder } from './send-error.ts'
import { sendSocketError, type SocketErrorOptions } from './send-socket-error.ts'
import { keepWebSocket, type WebSocketLike } from './web-socket.ts'

/** Maximum length of a message in which the id of the event is searched, in bytes. */
const MAX_PARSED_BYTES = 2 ** 20
/** Longer ids are not sent back. */
const MAX_EVENT_ID_LENGTH = 512

/** A WebSocket of the package ws. */
interface EmittingSocket extends WebSocketLike {
  on(event: 'error', listener: (error: Error) => void): unknown
}

/**
 * Wraps a listener of a WebSocket. What it throws, or rejects with, is sent as an error message with the `event_id` of the
 * client's message, if that is JSON.
 */
export type ListenerGuard = <Parameters extends readonly unknown[]>(
  listener: (...parameters: Parameters) => unknown,
) => (...parameters: Parameters) => void

/**
 * Creates a listener for the event `connection` of a WebSocket server of the package ws. An error of the handler is sent
 * and closes the connection, unless it is thrown in a listener that was wrapped with `guard`: then the connection stays
 * open. Errors of the connection itself, such as a message that is too large, are reported to the hooks.
 *
 * `drain` closes the connections with 1001: at once if no guarded function is running, otherwise at its time limit.
 *
 * @throws TypeError if the first argument is not a responder.
 */
export function guardConnection<Socket extends EmittingSocket, Request extends IncomingMessage>(
  responder: Responder<IncomingMessage>,
  handler: (socket: Socket, request: Request, guard: ListenerGuard) => unknown,
): (socket: Socket, request: Request) => void {
  checkResponder(responder, 'guardConnection')
  return function faultlineConnection(socket, request) {
    const opened = keepWebSocket(request, socket)
    socket.on('error', (error) => reportConnectionError(responder, error, request))
    async function run(call: () => unknown, getOptions: () => SocketErrorOptions): Promise<void> {
      opened.running += 1
      try {
        await call()
      } catch (thrown) {
        sendSocketError(responder, thrown, socket, request, getOptions())
      } finally {
        opened.running -= 1
      }
    }
    const guard: ListenerGuard =
      (listener) =>
      (...parameters) =>
        void run(
          () => listener(...parameters),
          () => ({ eventId: readEventId(parameters[0]) }),
        )
    void run(
      () => handler(socket, request, guard),
      () => ({ close: true }),
    )
  }
}

/** Reports an error that the package ws emits. The package has closed the connection itself. */
function reportConnectionError(
  responder: Responder<IncomingMessage>,
  cause: Error,
  message: IncomingMessage,
): void {
  const { headers, method, url } = message
  const request = new NodeRequest({ headers, method, url }, undefined, message)
  const code = readString(cause, 'code') ?? ''
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH')
    responder.report(new PayloadTooLarge({ cause, captureStack: false }), request)
  else if (code.startsWith('WS_ERR_'))
    responder.report(new InvalidRequest({ cause, captureStack: false }), request)
  else responder.reportClientClosed(cause, request)
}

/** Returns the `event_id` of a message of the client. */
function readEventId(data: unknown): string | undefined {
  const isParsed = (typeof data === 'string' || Buffer.isBuffer(data)) && data.length <= MAX_PARSED_BYTES
  const event = isParsed ? parseJson(data.toString()) : undefined
  const id = isObject(event) ? readString(event, 'event_id') : undefined
  return id !== undefined && id.length <= MAX_EVENT_ID_LENGTH ? id : undefined
}
