import { isObject, parseEvents, parseJson, type SentStream } from '@faultline/core'
import { NodeRequest } from '@faultline/node'
import { markOnce } from '@faultline/node/platforms'
import type { CallHandler, ExecutionContext, MessageEvent, NestInterceptor } from '@nestjs/common'
import { catchError, from, tap, throwError, type Observable } from 'rxjs'
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
      ? endWithErrorEvents(next.handle(), context)
      : next.handle()
  },
}

/** Ends a stream of events that fails with the error events of the envelope. */
function endWithErrorEvents(source: Observable<unknown>, context: ExecutionContext): Observable<unknown> {
  let first: unknown
  let last: unknown
  const observed = source.pipe(
    tap((event) => {
      first ??= event
      last = event
    }),
  )
  return observed.pipe(
    catchError((thrown) =>
      toEvents(thrown, context, { format: 'events', first: readData(first), last: readData(last) }),
    ),
  )
}

/** Returns the data of an event that an `@Sse` handler emits: a `MessageEvent`, or the data itself. */
function readData(event: unknown): unknown {
  const data = isObject(event) && 'data' in event ? event.data : event
  return typeof data === 'string' ? parseJson(data) : data
}

/** Returns the error events of the envelope. Before the head is sent, the error goes on to the filters. */
function toEvents(thrown: unknown, context: ExecutionContext, sent: SentStream): Observable<unknown> {
  const { message, response, raw } = readHttpExchange(context)
  const responder = getAppResponder(raw)
  if (!response.headersSent || responder === undefined) return throwError(() => thrown)
  const events = responder.errorEvents(thrown, new NodeRequest(message, response, raw), sent)
  return from(toMessageEvents(events))
}

/** Parses error events to the form in which Nest's `@Sse` handlers emit events. */
function toMessageEvents(events: string): MessageEvent[] {
  return parseEvents(events).map(({ event, data }) =>
    event === 'message' ? { data } : { type: event, data },
  )
}
