import { hasOwnProperties, readNumber, readProperty, type NetworkFailure } from '@faultline/core'
import type { UpstreamFailure } from '../failure.ts'
import { findNetworkFailure } from '../network-failure.ts'
import { readText } from '../read-text.ts'

/** The message of Stainless SDKs for a failed connection. */
const STAINLESS_CONNECTION_MESSAGE = 'Connection error.'

/**
 * Recognizes errors of SDKs that Stainless generates: openai 4 to 7, @anthropic-ai/sdk 0 and 1, groq-sdk. `error` is
 * the body, or the error object in it. Within a stream the status is undefined; without a response, body and headers
 * are undefined as well.
 */
export function fromStainless(thrown: object): UpstreamFailure | undefined {
  if (!hasOwnProperties(thrown, 'status', 'headers', 'error')) return undefined
  const status = readNumber(thrown, 'status')
  const error = readProperty(thrown, 'error')
  const headers = readProperty(thrown, 'headers')
  if (status === undefined && error === undefined && headers === undefined) {
    const isConnectionError = readText(thrown, 'message') === STAINLESS_CONNECTION_MESSAGE
    return { networkFailure: findNetworkFailure(thrown) ?? (isConnectionError ? 'network' : 'reset') }
  }
  // For text-generation-inference's `{ error: string }`, the SDKs keep the string only.
  const body = typeof error === 'string' && !/^\s*[[{]/.test(error.slice(0, 64)) ? { error } : error
  const requestId = readText(thrown, 'requestID') ?? readText(thrown, 'request_id')
  return { status, headers, requestId, body, streamStarted: status === undefined }
}

/** Messages of plain errors that streams of Stainless SDKs and @google/genai throw when they are truncated. */
const TRUNCATED_STREAM_MESSAGE =
  /^(?:terminated|(?:request|stream) ended without .{0,80}|Incomplete JSON segment at the end|Error reading response: malformed server-sent event JSON\.)$/

/** The frame of a Stainless SDK that parses the events of a stream, for example `openai/core/streaming.mjs:38`. */
const EVENT_PARSER_FRAME = /[\\/]node_modules[\\/].{1,256}[\\/]streaming\.m?js:\d/

/**
 * Recognizes plain errors of truncated streams by their message, and a SyntaxError by the frame that parsed an event: the
 * upstream was cut within the event, or a gateway wrote its own error after a part of one.
 */
export function fromTruncatedStream(thrown: object): UpstreamFailure | undefined {
  if (!isEventError(thrown) && !TRUNCATED_STREAM_MESSAGE.test(readText(thrown, 'message') ?? ''))
    return undefined
  const failure = findNetworkFailure(thrown)
  return {
    networkFailure: failure === undefined || failure === 'unreadable' ? 'truncated' : failure,
    streamStarted: true,
  }
}

/** Returns whether a SyntaxError comes from the parser of events. Its first or second frame is that function. */
function isEventError(thrown: object): boolean {
  if (readText(thrown, 'name') !== 'SyntaxError') return false
  const [, ...frames] = (readText(thrown, 'stack') ?? '').split(/\n\s+at /, 3)
  return frames.some((frame) => EVENT_PARSER_FRAME.test(frame))
}

/** Failures by the name of the error classes of Speakeasy SDKs. */
const speakeasyFailures: ReadonlyMap<string, NetworkFailure> = new Map<string, NetworkFailure>([
  ['ConnectionError', 'network'],
  ['RequestTimeoutError', 'timeout'],
  ['RequestAbortedError', 'aborted'],
  ['UnexpectedClientError', 'reset'],
  ['InvalidRequestError', 'not-sent'],
])

/** Recognizes errors of SDKs that Speakeasy generates: @mistralai/mistralai, @openrouter/sdk. `body` is a string. */
export function fromSpeakeasy(thrown: object): UpstreamFailure | undefined {
  const status = readNumber(thrown, 'statusCode')
  const headers = readProperty(thrown, 'headers')
  const isResponseError = hasOwnProperties(thrown, 'rawResponse', 'body', 'contentType')
  if (status !== undefined && headers !== undefined && isResponseError) {
    const body = readProperty(thrown, 'body')
    return status >= 400
      ? { status, headers, body }
      : { headers, body, streamStarted: true, networkFailure: 'unreadable' }
  }
  const byName = speakeasyFailures.get(readText(thrown, 'name') ?? '')
  // Other libraries have errors of these names. Those of Speakeasy always have the property `cause`.
  if (byName === undefined || !hasOwnProperties(thrown, 'cause')) return undefined
  return { networkFailure: findNetworkFailure(readProperty(thrown, 'cause')) ?? byName }
}

/** Recognizes errors of SDKs that Fern generates: cohere-ai. `body` is parsed; `rawResponse` has the headers. */
export function fromFern(thrown: object): UpstreamFailure | undefined {
  const name = readText(thrown, 'name')
  const isCohereError = name === 'CohereError'
  if (name === 'CohereTimeoutError' || (isCohereError && readProperty(thrown, 'cause') === 'timeout'))
    return { networkFailure: 'timeout' }
  if (!isCohereError && !hasOwnProperties(thrown, 'statusCode', 'body', 'rawResponse')) return undefined
  const status = readNumber(thrown, 'statusCode')
  const response = {
    headers: readProperty(readProperty(thrown, 'rawResponse'), 'headers'),
    body: readProperty(thrown, 'body'),
  }
  if (status !== undefined && status >= 400) return { ...response, status }
  return {
    ...response,
    streamStarted: status !== undefined,
    networkFailure: findNetworkFailure(thrown) ?? (status === undefined ? 'network' : 'unreadable'),
  }
}

/** The message of @google/genai 1 for an error of fetch. It keeps the error's name and message, and not the cause. */
const GENAI_SENDING_MESSAGE = /^exception (\w{1,64}): .{0,1024} sending request$/s

/** The text that @google/genai puts before the body of an error event. */
const GENAI_EVENT_PREFIX = /^got status: [^.]{0,64}\. (?=[[{])/

/** Maximum numbers of characters of a message that are parsed, and that are compared with the prefix. */
const MAX_BODY_LENGTH = 262_144
const MAX_PREFIX_LENGTH = 128

/** Recognizes errors of @google/genai. The message is the body, as JSON. */
export function fromGenai(thrown: object): UpstreamFailure | undefined {
  const [, errorName] = GENAI_SENDING_MESSAGE.exec(readText(thrown, 'message') ?? '') ?? []
  if (errorName !== undefined) return { networkFailure: findNetworkFailure({ name: errorName }) ?? 'network' }
  const status = readNumber(thrown, 'status')
  if (readText(thrown, 'name') !== 'ApiError' || status === undefined) return undefined
  const message = readProperty(thrown, 'message')
  if (typeof message !== 'string') return { status }
  return {
    status,
    body: message.slice(0, MAX_BODY_LENGTH).replace(GENAI_EVENT_PREFIX, ''),
    streamStarted: GENAI_EVENT_PREFIX.test(message.slice(0, MAX_PREFIX_LENGTH)),
  }
}
