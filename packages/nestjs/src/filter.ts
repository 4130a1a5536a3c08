import type { IncomingMessage } from 'node:http'
import {
  createResponder,
  createSocketMessage,
  logTo,
  readString,
  type Logger,
  type Responder,
  type ResponderOrOptions,
  type SerializedResponse,
} from '@faultline/core'
import { NodeRequest, type WebSocketLike } from '@faultline/node'
import {
  answerSocket,
  sendErrorRaw,
  toPlatformExchange,
  type PlatformExchange,
  type PlatformRequest,
  type PlatformResponse,
} from '@faultline/node/platforms'
import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common'
import { throwError } from 'rxjs'
import { isLogged, logger } from './internals.ts'

/**
 * The options of all adapters. `request.raw` is the platform's request; for WebSockets it is the client, for RPC the
 * payload.
 */
export type FaultlineOptions = ResponderOrOptions

/** The injection token of an app's responder. */
export const RESPONDER = Symbol.for('faultline.responder')

const ORIGINAL_ERROR = Symbol.for('faultline.originalError')

type ExchangeMessage = IncomingMessage & { [ORIGINAL_ERROR]?: { readonly thrown: unknown } }

/** Records what was thrown. Nest converts some thrown values before it calls a filter. */
export function setOriginalError(message: ExchangeMessage, thrown: unknown): void {
  message[ORIGINAL_ERROR] = { thrown }
}

const nestLogger: Logger = {
  error: (data, message) => logger.error({ message, ...data }),
  info: (data, message) => logger.debug({ message, ...data }),
  isLevelEnabled: (level) => isLogged(level === 'info' ? 'debug' : level),
}

/** Records the responder of an Express app or a Fastify instance. */
export function setAppResponder(app: object, responder: Responder): void {
  Reflect.set(app, RESPONDER, responder)
}

/** Returns the responder of the app that a request belongs to. */
export function getAppResponder(request: PlatformRequest): Responder | undefined {
  const app: unknown = 'server' in request ? request.server : Reflect.get(request, 'app')
  return app instanceof Object ? (Reflect.get(app, RESPONDER) as Responder | undefined) : undefined
}

/** Creates a responder that logs to Nest's logger without `onError`. A responder is returned unchanged. */
export function toResponder(options: FaultlineOptions): Responder {
  return createResponder(
    options,
    logTo(() => nestLogger),
  )
}

/**
 * The filter alone: handles the errors that reach filters. `FaultlineModule` also handles requests without a route, and
 * files and event streams that fail. A WebSocket client receives the error message of the envelope, an RPC client the body,
 * and a GraphQL client the body in `extensions.body`.
 */
export class FaultlineExceptionFilter implements ExceptionFilter {
  readonly #responder: Responder

  constructor(options: FaultlineOptions) {
    this.#responder = toResponder(options)
  }

  catch(exception: unknown, host: ArgumentsHost): unknown {
    const type: string = host.getType()
    if (type === 'http') return answerHttp(this.#responder, exception, host)
    if (type === 'graphql') return toGraphQLError(this.#responder, exception, host)
    if (type === 'ws') return sendToSocket(this.#responder, exception, host)
    return toObservable(this.#responder, exception, host)
  }
}

Catch()(FaultlineExceptionFilter)
Inject(RESPONDER)(FaultlineExceptionFilter, undefined, 0)

/** Reads the request and the response of the platform. */
export function readHttpExchange(host: ArgumentsHost): PlatformExchange<PlatformRequest> {
  return toPlatformExchange(...host.getArgs<[PlatformRequest, PlatformResponse]>())
}

function answerHttp(responder: Responder, exception: unknown, host: ArgumentsHost): void {
  const exchange = readHttpExchange(host)
  const message: ExchangeMessage = exchange.message
  sendErrorRaw(responder, message[ORIGINAL_ERROR] ? message[ORIGINAL_ERROR].thrown : exception, exchange)
}

/**
 * Returns the error that GraphQL sends. GraphQL treats an Error that a resolver returns as thrown, and sends its
 * `extensions`. Apollo also sends its stack.
 */
function toGraphQLError(responder: Responder, exception: unknown, host: ArgumentsHost): Error {
  const [, , context] = host.getArgs<[unknown, unknown, { req?: object }?]>()
  const { status, body, error } = responder.respond(exception, new NodeRequest(context?.req ?? {}))
  const extensions = { code: error.code, status, body: JSON.parse(body) as unknown }
  return Object.assign(new Error(error.publicMessage), { extensions, stack: error.publicMessage })
}

/** A client of the library ws has `readyState`; a client of socket.io does not. */
type Client = (WebSocketLike | { readyState?: undefined }) & { emit(event: string, data: unknown): unknown }

function sendToSocket(responder: Responder, exception: unknown, host: ArgumentsHost): void {
  const [client, event] = host.getArgs<[Client, unknown]>()
  const format = (response: SerializedResponse): string => toMessage(response, event)
  if (client.readyState === undefined) client.emit('exception', renderBody(responder, exception, client))
  else answerSocket(responder, exception, client, {}, client, { format, close: false })
}

/** Returns the message of the envelope. A body has the form of Nest's messages, so that clients find its `event`. */
function toMessage(response: SerializedResponse, event: unknown): string {
  return response.envelope.renderSocketMessage === undefined
    ? JSON.stringify({ event: 'exception', data: JSON.parse(response.body) })
    : createSocketMessage(response, readString(event, 'event_id'))
}

function toObservable(responder: Responder, exception: unknown, host: ArgumentsHost): unknown {
  const body = renderBody(responder, exception, host.getArgByIndex<unknown>(0))
  return throwError(() => body)
}

function renderBody(responder: Responder, exception: unknown, request: unknown): unknown {
  const message = request instanceof Object ? request : {}
  return JSON.parse(responder.respond(exception, new NodeRequest(message)).body)
}
