import { EventParser, isObject, StreamTerminated, type ServerSentEvent } from '@faultline/core'
import { getMediaType } from '../parse/media-type.ts'
import { parseBody } from '../parse/parse-body.ts'
import {
  addRequestId,
  explicitEnvelope,
  parseResponse,
  type ParseErrorOptions,
} from '../parse/parse-error.ts'
import { createUnexpectedResponse } from '../parse/unexpected-response.ts'
import { isErrorBody } from '../providers/read-provider-error.ts'
import { createStreamError } from './create-stream-error.ts'
import { decodeStream } from './decode-stream.ts'
import type { StreamFailure } from './stream-failure.ts'
import { StreamMonitor } from './stream-monitor.ts'

export interface ReadEventsOptions extends ParseErrorOptions {
  /**
   * The last event of a complete stream: its data, for example `[DONE]`, or a function that recognizes it. An event
   * with that data is not yielded; one that the function recognizes is. A stream that ends without it is truncated.
   * @default the last event of OpenAI's, Anthropic's, AG-UI's and the AI SDK's streams; any other stream may end after
   * any event
   */
  terminator?: string | ((event: ServerSentEvent) => boolean) | undefined
  /**
   * Whether an answer that a content filter ended is an error. With `throw` the event is yielded, then `unsafe_content`
   * is thrown, or `prompt_violation` if the filter blocked the prompt. With `yield` it is an event like any other.
   * @default 'throw'
   */
  contentFilter?: 'throw' | 'yield' | undefined
  /** Maximum size of an event, in characters. @default 16 Mi */
  maxEventSize?: number | undefined
  /** Ends the stream. @default none */
  signal?: AbortSignal | undefined
}

const MAX_EVENT_SIZE = 2 ** 24

/**
 * Yields the events of a response as they arrive. Ending the loop early closes the connection.
 *
 * @throws An ApiError: the error of an error response; the error of an event that reports a failure, in the format of
 * any envelope or provider; `stream_terminated` if the connection failed, or the stream ended within an event or before
 * its last event; `upstream_error`, not retryable, if the response is not an event stream or an event is too large. The
 * signal's reason if the signal aborts.
 */
export async function* readEvents(
  response: Response,
  options: ReadEventsOptions = {},
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const { terminator, contentFilter = 'throw', maxEventSize = MAX_EVENT_SIZE, signal } = options
  const { headers, body } = response
  await assertEventStream(response, options)
  const envelope = explicitEnvelope(options)
  const parser = new EventParser(maxEventSize)
  const monitor = new StreamMonitor(parser, headers.has('x-vercel-ai-ui-message-stream'))
  const createTruncatedError = (cause?: unknown): Error =>
    addRequestId(new StreamTerminated({ cause }), headers, options)
  const isTerminator = (event: ServerSentEvent): boolean =>
    typeof terminator === 'function' ? terminator(event) : event.data === terminator
  const createError = (failure: StreamFailure): Error =>
    addRequestId(createStreamError(failure, envelope), headers, options)
  const isYielded = typeof terminator === 'function'

  if (body === null) throw createTruncatedError()
  for await (const text of decodeStream(body, signal, createTruncatedError)) {
    for (const event of parser.push(text)) {
      signal?.throwIfAborted()
      const failure = monitor.read(event)
      if (failure?.kind === 'error') throw createError(failure)
      const isLast = isTerminator(event)
      if (!isLast || isYielded) yield event
      if (failure !== undefined && contentFilter === 'throw') throw createError(failure)
      if (isLast) return
    }
    if (parser.isOversize)
      throw createUnexpectedResponse(`An event exceeds ${maxEventSize} characters`, response, options)
  }
  // Some servers omit the blank line after the last event. Without a terminator such an event is truncated.
  const isTruncated = terminator !== undefined || parser.isWithinEvent
  const lastEvent = parser.end()
  const failure = monitor.readLast(lastEvent)
  if (failure?.kind === 'error' || (failure !== undefined && contentFilter === 'throw'))
    throw createError(failure)
  if (lastEvent !== undefined && isTerminator(lastEvent)) {
    if (isYielded) yield lastEvent
    return
  }
  if (isTruncated || monitor.isTruncated) throw createTruncatedError()
}

/** @throws The ApiError of a response that is not an event stream. */
async function assertEventStream(response: Response, options: ReadEventsOptions): Promise<void> {
  const type = getMediaType(response.headers)
  if (response.ok && (type === undefined || type === 'text/event-stream')) return
  options.signal?.throwIfAborted()
  const error = await parseResponse(response, options, (body, head) => {
    const first: unknown = Array.isArray(body) ? body[0] : body
    // A success status with an error in the body: the server sent the error without its status.
    return response.status >= 400 || (isObject(first) && isErrorBody(first))
      ? parseBody(body, head, explicitEnvelope(options))
      : createUnexpectedResponse('The response is not an event stream', response, options)
  })
  options.signal?.throwIfAborted()
  throw error
}
