import { EventParser, StreamTerminated, type ServerSentEvent } from '@faultline/core'
import { getMediaType } from '../parse/media-type.ts'
import { addRequestId, explicitEnvelope, parseError, type ParseErrorOptions } from '../parse/parse-error.ts'
import { createUnexpectedResponse } from '../parse/unexpected-response.ts'
import { decodeStream } from './decode-stream.ts'
import { parseErrorEvent } from './parse-error-event.ts'

export interface ReadEventsOptions extends ParseErrorOptions {
  /**
   * The last event of a complete stream: its data, for example `[DONE]`, or a function that recognizes it. An event
   * with that data is not yielded; one that the function recognizes is. A stream that ends without it is truncated.
   * @default a stream may end after any event
   */
  terminator?: string | ((event: ServerSentEvent) => boolean) | undefined
  /** Maximum size of an event, in characters. @default 16 Mi */
  maxEventSize?: number | undefined
  /** Ends the stream. @default none */
  signal?: AbortSignal | undefined
}

const MAX_EVENT_SIZE = 2 ** 24

/**
 * Yields the events of a response as they arrive. Ending the loop early closes the connection.
 *
 * @throws An ApiError: the error of an error response; the error of an error event, in any envelope;
 * `stream_terminated` if the connection failed, or the stream ended within an event or without `terminator`;
 * `upstream_error`, not retryable, if the response is not an event stream or an event is too large. The signal's reason
 * if the signal aborts.
 */
export async function* readEvents(
  response: Response,
  options: ReadEventsOptions = {},
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const { terminator, maxEventSize = MAX_EVENT_SIZE, signal } = options
  const { headers, body } = response
  await assertEventStream(response, options)
  const envelope = explicitEnvelope(options)
  const parser = new EventParser(maxEventSize)
  const createTruncatedError = (cause?: unknown): Error =>
    addRequestId(new StreamTerminated({ cause }), headers, options)
  const isTerminator = (event: ServerSentEvent): boolean =>
    typeof terminator === 'function' ? terminator(event) : event.data === terminator
  const throwIfError = (event: ServerSentEvent): void => {
    const error = parseErrorEvent(event, envelope)
    if (error !== undefined) throw addRequestId(error, headers, options)
  }
  const isYielded = typeof terminator === 'function'

  if (body === null) throw createTruncatedError()
  for await (const text of decodeStream(body, signal, createTruncatedError)) {
    for (const event of parser.push(text)) {
      signal?.throwIfAborted()
      throwIfError(event)
      const isLast = isTerminator(event)
      if (!isLast || isYielded) yield event
      if (isLast) return
    }
    if (parser.isOversize)
      throw createUnexpectedResponse(`An event exceeds ${maxEventSize} characters`, response, options)
  }
  // Some servers omit the blank line after the last event. Without a terminator such an event is truncated.
  const isTruncated = terminator !== undefined || parser.isWithinEvent
  const lastEvent = parser.end()
  if (lastEvent !== undefined) {
    throwIfError(lastEvent)
    if (isTerminator(lastEvent)) {
      if (isYielded) yield lastEvent
      return
    }
  }
  if (isTruncated) throw createTruncatedError()
}

/** @throws The ApiError of a response that is not an event stream. */
async function assertEventStream(response: Response, options: ReadEventsOptions): Promise<void> {
  const type = getMediaType(response.headers)
  if (response.ok && (type === undefined || type === 'text/event-stream')) return
  options.signal?.throwIfAborted()
  const error = await parseError(response, options)
  options.signal?.throwIfAborted()
  // JSON with a success status can be an error that the server sent without its status.
  const isError = response.status >= 400 || /\bjson$/.test(type ?? '')
  throw isError ? error : createUnexpectedResponse('The response is not an event stream', response, options)
}
