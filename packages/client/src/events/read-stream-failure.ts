import { isErrorStatus, isObject, parseJson, readProperty } from '@faultline/core'
import { MAX_TEXT_LENGTH, readText } from '../providers/read-text.ts'
import { unwrapResponsesEvent } from '../providers/responses-event.ts'
import { readFinishReason } from './finish-reason.ts'
import type { StreamFailure } from './stream-failure.ts'

/** An event whose data is text, or was parsed by an SDK. */
export interface StreamEvent {
  readonly event?: string | undefined
  readonly data: string | object
}

/**
 * Matches the data of events that can report a failure or the end of the answer. It avoids parsing the JSON of all other
 * events. Within a JSON string the quotation marks are escaped, so most strings do not match.
 */
const SIGNIFICANT =
  /"(?:error"(?!\s*:\s*null)|response\.(?:completed|failed|incomplete|cancelled)"|message_stop"|RUN_(?:ERROR|FINISHED)"|statusCode"|blockReason"|(?:finish_reason|finishReason|stop_reason)"\s*:\s*"[^"])/

/** Returns whether an event can report a failure or the end of the answer. */
export function isSignificant({ event, data }: { event: string; data: string }): boolean {
  return event === 'error' || SIGNIFICANT.test(data)
}

/**
 * Reads whether an event of a stream is a failure, in the format of any provider. Returns undefined for any other event,
 * also for one that reports the end of the answer or a length limit. Never throws.
 */
export function readStreamFailure({ event = 'message', data }: StreamEvent): StreamFailure | undefined {
  const isError = event === 'error'
  if (typeof data !== 'string') return readBody(data, isError)
  return isSignificant({ event, data }) ? parseData(data, isError) : undefined
}

/** @param isError Whether the event is named `error`. Its data may then be text. */
function parseData(data: string, isError: boolean): StreamFailure | undefined {
  const body = parseJson(data)
  if (isObject(body)) return readBody(body, isError)
  if (isError) return createTextFailure(typeof body === 'string' ? body : data)
  return body === undefined ? parseGluedData(data) : undefined
}

/**
 * Parses the data of an event that begins with a part of another event, because a gateway wrote its error event after a
 * source that was cut: `{"id":"c","choices":[{"indevent: error`, and in the next line the error.
 */
function parseGluedData(data: string): StreamFailure | undefined {
  if (!/^\s*[[{]/.test(data)) return undefined
  const lineStart = data.lastIndexOf('\n') + 1
  const field = data.lastIndexOf('data:')
  const start = field > lineStart ? field + 5 : lineStart
  const rest = start === 0 ? undefined : parseJson(data.slice(start))
  const isError = /event: ?error\r?\n$/.test(data.slice(Math.max(0, start - 16), start))
  if (isObject(rest)) return readBody(rest, isError)
  return isError ? createTextFailure(data.slice(start)) : undefined
}

function createTextFailure(text: string): StreamFailure {
  return { kind: 'error', body: text === '' ? {} : { error: { message: text.slice(0, MAX_TEXT_LENGTH) } } }
}

function readBody(body: object, isError: boolean): StreamFailure | undefined {
  const error = readErrorBody(body, isError)
  return error === undefined ? readFinishReason(body) : { kind: 'error', body: error }
}

/** Returns the error body of an event that reports an error; undefined for any other event. */
function readErrorBody(body: object, isError: boolean): object | undefined {
  const type = readProperty(body, 'type')
  if (type === 'response.failed') {
    const unwrapped = unwrapResponsesEvent(body)
    return unwrapped === body ? {} : unwrapped
  }
  // AG-UI.
  if (type === 'RUN_ERROR')
    return { error: { message: readText(body, 'message'), code: readText(body, 'code') } }
  // The AI SDK's stream of UI messages.
  const errorText = readText(body, 'errorText')
  if (type === 'error' && errorText !== undefined) return { error: { message: errorText } }
  const error = readProperty(body, 'error')
  const isReported =
    isError ||
    type === 'error' ||
    readProperty(body, 'event_type') === 'error' ||
    readProperty(body, 'object') === 'error' ||
    // A number is a measurement.
    (Boolean(error) && typeof error !== 'number')
  return isReported || isGatewayError(body) ? body : undefined
}

/** Azure API Management: `{ statusCode, message }`. */
function isGatewayError(body: object): boolean {
  const status = readProperty(body, 'statusCode')
  return typeof status === 'number' && isErrorStatus(status) && readText(body, 'message') !== undefined
}
