import { parseEvents } from '@faultline/core'
import { NodeRequest } from '@faultline/node'
import { markOnce } from '@faultline/node/platforms'
import type { CallHandler, ExecutionContext, MessageEvent, NestInterceptor } from '@nestjs/common'
import { catchError, from, throwError, type Observable } from 'rxjs'
import { getAppResponder, readHttpExchange } from './filter.ts'
import { isSseHandler } from './internals.ts'

/**
 * Handles the errors of event streams after their head was sent, which do not reach filters. One instance serves all
 * apps of a process, because Nest keeps the interceptors of a route on its class.
 */
export const streamErrorInterceptor: NestInterceptor = {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    // The outermost of several calls for one request handles the error, so that no other interceptor changes the event.
    return isSseHandler(context.getHandler()) && markOnce(readHttpExchange(context).message, 'sse')
      ? next.handle().pipe(catchError((thrown) => toEvents(thrown, context)))
      : next.handle()
  },
}

/** Returns the error event of the envelope. Before the head is sent, the error goes on to the filters. */
function toEvents(thrown: unknown, context: ExecutionContext): Observable<unknown> {
  const { message, response, raw } = readHttpExchange(context)
  const responder = getAppResponder(raw)
  if (!response.headersSent || responder === undefined) return throwError(() => thrown)
  return from(toMessageEvents(responder.errorEvent(thrown, new NodeRequest(message, response, raw))))
}

/** Parses an error event to the form in which Nest's `@Sse` handlers emit events. */
function toMessageEvents(errorEvent: string): MessageEvent[] {
  return parseEvents(errorEvent).map(({ event, data }) =>
    event === 'message' ? { data } : { type: event, data },
  )
}
