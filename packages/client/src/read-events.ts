import { EventParser, StreamTerminated, type ServerSentEvent } from '@faultline/core'
import { errorOfEvent } from './error-event.ts'
import { mediaType } from './header-of.ts'
import { parseError, told, withRequestId, type ParseErrorOptions } from './parse-error.ts'
import { readTexts } from './decode-stream.ts'
import { UnusableAnswer } from './unexpected-response.ts'

export interface ReadEventsOptions extends ParseErrorOptions {
  /**
   * What ends the stream as it should: the data of an event, which is not given, or a function that knows the last
   * event, which is. A stream that ends without it stopped short.
   * @default none: any end between two events is a good one
   */
  terminator?: string | ((event: ServerSentEvent) => boolean) | undefined
  /** The most characters of an event. @default 16 Mi */
  maxEventSize?: number | undefined
  /** Ends it. @default none */
  signal?: AbortSignal | undefined
}

const MAX_EVENT_SIZE = 2 ** 24

/**
 * Reads the events of an answer as they come. Leaving the loop closes the stream.
 *
 * @throws an ApiError: the one that the answer is instead of a stream; the one that an event tells of, in any envelope;
 * `stream_terminated` where the connection broke, or the stream ended within an event or without `done`;
 * `upstream_error`, not retryable, where the answer is something else or an event too large; the signal's reason once
 * that is aborted
 */
export async function* readEvents(
  response: Response,
  options: ReadEventsOptions = {},
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const { terminator, maxEventSize = MAX_EVENT_SIZE, signal } = options
  const { headers, body } = response
  await refuse(response, options)
  const envelope = told(options)
  const parser = new EventParser(maxEventSize)
  const end = (cause?: unknown): Error => withRequestId(new StreamTerminated({ cause }), headers, options)
  /** Whether it is the last; one whose data is `done` is no more than that. */
  const isLast = (event: ServerSentEvent): boolean => {
    const error = errorOfEvent(event, envelope)
    if (error !== undefined) throw withRequestId(error, headers, options)
    return typeof terminator === 'function' ? terminator(event) : event.data === terminator
  }
  if (body === null) throw end()
  for await (const text of readTexts(body, signal, end)) {
    for (const event of parser.push(text)) {
      signal?.throwIfAborted()
      const last = isLast(event)
      if (!last || typeof terminator === 'function') yield event
      if (last) return
    }
    if (parser.isOversize)
      throw withRequestId(
        new UnusableAnswer({ message: `An event is larger than ${maxEventSize} characters` }),
        headers,
        options,
      )
  }
  // The end may stand for the blank line after the last event, where that is known to be the last.
  const isCut = terminator !== undefined || parser.isWithinEvent
  const rest = parser.end()
  if (rest === undefined || !isLast(rest)) {
    if (isCut) throw end()
  } else if (typeof terminator === 'function') yield rest
}

/** @throws the ApiError of an answer that is no event stream */
async function refuse(response: Response, options: ReadEventsOptions): Promise<void> {
  const type = mediaType(response.headers)
  if (response.ok && (type === undefined || type === 'text/event-stream')) return
  options.signal?.throwIfAborted()
  const error = await parseError(response, options)
  options.signal?.throwIfAborted()
  throw response.status >= 400 || /\bjson$/.test(type ?? '')
    ? error
    : withRequestId(
        new UnusableAnswer({ message: 'The answer is no event stream' }),
        response.headers,
        options,
      )
}
