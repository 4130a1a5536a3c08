import type { IncomingMessage } from 'node:http'
import { createResponder, logTo, type Logger, type Responder, type ResponderOrOptions } from '@faultline/core'
import { NodeRequest } from '@faultline/node'
import {
  sendErrorRaw,
  toMessage,
  toPlatformExchange,
  type PlatformRequest,
  type PlatformResponse,
} from '@faultline/node/platforms'
import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common'
import { throwError } from 'rxjs'
import { logger } from './internals.ts'

/** The options of all adapters. `request.raw` is the platform's request. */
export type FaultlineOptions = ResponderOrOptions

/** The injection token of an app's responder. */
export const RESPONDER = Symbol.for('faultline.responder')

const ORIGINAL_ERROR = Symbol.for('faultline.originalError')

/** Records what was thrown. Nest converts some thrown values before it calls a filter. */
export function setOriginalError(request: PlatformRequest, thrown: unknown): void {
  Object.defineProperty(toMessage(request), ORIGINAL_ERROR, { value: { thrown }, configurable: true })
}

function getOriginalError(request: PlatformRequest): { readonly thrown: unknown } | undefined {
  const message: IncomingMessage & { [ORIGINAL_ERROR]?: { readonly thrown: unknown } } = toMessage(request)
  return message[ORIGINAL_ERROR]
}

const nestLogger: Logger = {
  error: (about, message) => logger.error({ message, ...about }),
  info: (about, message) => logger.debug({ message, ...about }),
}

/** Creates a responder. Without `onError` it logs to Nest's logger. */
export function toResponder(options: FaultlineOptions): Responder {
  return createResponder(
    options,
    logTo(() => nestLogger),
  )
}

/**
 * The filter alone: answers the errors that reach filters. `FaultlineModule` installs it together with the handlers for
 * all other errors. In GraphQL, WebSocket and RPC contexts the client receives the envelope's body as the error.
 */
export class FaultlineExceptionFilter implements ExceptionFilter {
  readonly #responder: Responder

  constructor(options: FaultlineOptions) {
    this.#responder = toResponder(options)
  }

  catch(exception: unknown, host: ArgumentsHost): unknown {
    switch (host.getType<string>()) {
      case 'http':
        return answerHttp(this.#responder, exception, host)
      case 'graphql':
        return toGraphQLError(this.#responder, exception, host)
      case 'ws':
        return sendToSocket(this.#responder, exception, host)
      default:
        return toObservable(this.#responder, exception, host)
    }
  }
}

Catch()(FaultlineExceptionFilter)
Inject(RESPONDER)(FaultlineExceptionFilter, undefined, 0)

function answerHttp(responder: Responder, exception: unknown, host: ArgumentsHost): void {
  const [request, response] = host.getArgs<[PlatformRequest, PlatformResponse]>()
  const { thrown } = getOriginalError(request) ?? { thrown: exception }
  sendErrorRaw(responder, thrown, toPlatformExchange(request, response))
}

/**
 * Returns the error that GraphQL sends. GraphQL treats an Error that a resolver returns as thrown, and sends its
 * `extensions`. Apollo also sends its stack.
 */
function toGraphQLError(responder: Responder, exception: unknown, host: ArgumentsHost): Error {
  const [, , context] = host.getArgs<[unknown, unknown, { req?: object }?]>()
  const { status, body, error } = responder.respond(exception, new NodeRequest(context?.req ?? {}))
  const extensions = { code: error.code, status, body: parseBody(body) }
  return Object.assign(new Error(error.publicMessage), { extensions, stack: error.publicMessage })
}

/** A client of the library ws has `readyState`; a client of socket.io does not. */
interface SocketClient {
  readonly readyState?: number
  emit(event: string, data: unknown): unknown
  send(message: string): unknown
}

function sendToSocket(responder: Responder, exception: unknown, host: ArgumentsHost): unknown {
  const [client] = host.getArgs<[SocketClient]>()
  const data = parseBody(responder.respond(exception, new NodeRequest(toRequest(client))).body)
  return client.readyState === undefined
    ? client.emit('exception', data)
    : client.send(JSON.stringify({ event: 'exception', data }))
}

function toObservable(responder: Responder, exception: unknown, host: ArgumentsHost): unknown {
  const [data] = host.getArgs<[unknown]>()
  const body = parseBody(responder.respond(exception, new NodeRequest(toRequest(data))).body)
  return throwError(() => body)
}

function toRequest(value: unknown): object {
  return value instanceof Object ? value : {}
}

function parseBody(body: string): unknown {
  return JSON.parse(body)
}
