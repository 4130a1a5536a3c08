import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { InvalidRequest, type Responder } from '@faultline/core'
import { turnOffHostCheck } from './internals.ts'
import { sendError } from './send-error.ts'

/**
 * Answers HTTP/1.1 requests without Host instead of Node, before the request listeners of the server. A server that
 * was created with `requireHostHeader: false` is left unchanged.
 */
export function answerMissingHost<Raw>(server: Server, responder: Responder<Raw>): void {
  if (!turnOffHostCheck(server, responder)) return
  // Own property of this server: a listener could not keep the request from the other listeners.
  const emitter: { emit: (event: string, ...args: never[]) => boolean } = server
  const { emit } = emitter
  emitter.emit = function emitUnlessHostIsMissing(this: unknown, ...args: unknown[]): boolean {
    if (args[0] !== 'request' && args[0] !== 'checkContinue') return Reflect.apply(emit, this, args)
    const [, request, response] = args as [string, IncomingMessage, ServerResponse]
    if (request.headers.host !== undefined || request.httpVersion !== '1.1')
      return Reflect.apply(emit, this, args)
    response.setHeader('connection', 'close')
    const error = new InvalidRequest({ message: 'The Host header is missing', captureStack: false })
    sendError(responder, error, request, response)
    return true
  }
}
