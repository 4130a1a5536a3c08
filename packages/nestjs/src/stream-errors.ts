import { parseEvents, type Responder } from '@faultline/core'
import { NodeRequest } from '@faultline/node'
import { sendErrorRaw } from '@faultline/node/platforms'
import {
  StreamableFile,
  type CallHandler,
  type ExecutionContext,
  type MessageEvent,
  type NestInterceptor,
} from '@nestjs/common'
import { catchError, from, tap, throwError, type Observable } from 'rxjs'
import { readHttpExchange } from './filter.ts'
import { hasDefaultErrorHandler, isSseHandler, probeSse } from './internals.ts'

/** Handles the errors that do not reach filters: those of files, and of event streams after their head was sent. */
export class StreamErrorInterceptor implements NestInterceptor {
  readonly #responder: Responder

  constructor(responder: Responder) {
    this.#responder = responder
    probeSse(responder)
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return isSseHandler(context.getHandler())
      ? next.handle().pipe(catchError((thrown) => toEvents(this.#responder, thrown, context)))
      : next.handle().pipe(tap((value) => setFileErrorHandler(this.#responder, value, context)))
  }
}

/** Returns the error event of the envelope. Before the head is sent, the error goes on to the filters. */
function toEvents(responder: Responder, thrown: unknown, context: ExecutionContext): Observable<unknown> {
  const { message, response, raw } = readHttpExchange(context)
  if (!response.headersSent) return throwError(() => thrown)
  return from(toMessageEvents(responder.errorEvent(thrown, new NodeRequest(message, response, raw))))
}

/** Parses an error event to the form in which Nest's `@Sse` handlers emit events. */
function toMessageEvents(errorEvent: string): MessageEvent[] {
  return parseEvents(errorEvent).map(({ event, data }) =>
    event === 'message' ? { data } : { type: event, data },
  )
}

/** A file keeps the error handler that the app has set. */
function setFileErrorHandler(responder: Responder, value: unknown, context: ExecutionContext): void {
  if (!(value instanceof StreamableFile) || !hasDefaultErrorHandler(value, responder)) return
  value.setErrorHandler((error) => sendErrorRaw(responder, error, readHttpExchange(context)))
}
