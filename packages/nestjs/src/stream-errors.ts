import { parseEvents, type Responder } from '@faultline/core'
import { NodeRequest } from '@faultline/node'
import type { CallHandler, ExecutionContext, MessageEvent, NestInterceptor } from '@nestjs/common'
import { catchError, from, throwError, type Observable } from 'rxjs'
import { readHttpExchange } from './filter.ts'
import { isSseHandler, probeSse } from './internals.ts'

/** Handles the errors of event streams after their head was sent, which do not reach filters. */
export class StreamErrorInterceptor implements NestInterceptor {
  readonly #responder: Responder

  constructor(responder: Responder) {
    this.#responder = responder
    probeSse(responder)
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return isSseHandler(context.getHandler())
      ? next.handle().pipe(catchError((thrown) => toEvents(this.#responder, thrown, context)))
      : next.handle()
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
