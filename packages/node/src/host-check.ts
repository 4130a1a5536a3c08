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
  const { emit } = emitter as { emit: (this: unknown, event: string, ...args: unknown[]) => boolean }
  emitter.emit = function emitUnlessHostIsMissing(this: unknown, event: string, ...args: unknown[]): boolean {
    if (event !== 'request' && event !== 'checkContinue') return Reflect.apply(emit, this, [event, ...args])
    const [request, response] = args as [IncomingMessage, ServerResponse]
    if (request.headers.host !== undefined || request.httpVersion !== '1.1')
      return emit.call(this, event, request, response)
    response.setHeader('connection', 'close')
    const error = new InvalidRequest({ message: 'The Host header is missing', captureStack: false })
    sendError(responder, error, request, response)
    return true
  }
}
