import type { Failure } from '../failure.ts'
import { isObject, owns, read, readNumber, readText } from '../read.ts'
import { transportOf } from '../transport.ts'

/** What the SDKs that Stainless makes say where no answer came. */
const CONNECTION = 'Connection error.'

/**
 * Recognizes what Stainless's SDKs throw: openai 4 to 7, @anthropic-ai/sdk 0 and 1, groq-sdk. `error` is the
 * body, or the error object in it; a status is missing within a stream, and all three are where no answer
 * came.
 */
export function fromStainless(thrown: object): Failure | undefined {
  if (!owns(thrown, 'status', 'headers', 'error')) return undefined
  const status = readNumber(thrown, 'status')
  const body = read(thrown, 'error')
  const headers = read(thrown, 'headers')
  const requestId = readText(thrown, 'requestID') ?? readText(thrown, 'request_id')
  if (status === undefined && body === undefined && headers === undefined) {
    const isConnection = readText(thrown, 'message') === CONNECTION
    return { transport: transportOf(thrown) ?? (isConnection ? 'unreachable' : 'reset') }
  }
  // Of text-generation-inference's body only the text of `error` is left.
  const content = typeof body === 'string' && !/^\s*[[{]/.test(body.slice(0, 64)) ? { error: body } : body
  return { status, headers, requestId, body: content, began: status === undefined }
}

/** What the streams of Stainless's SDKs and of @google/genai throw plainly where one breaks off. */
const BROKEN_STREAM =
  /^(?:terminated|(?:request|stream) ended without .{0,80}|Incomplete JSON segment at the end|Error reading response: malformed server-sent event JSON\.)$/

/** Recognizes the plain errors of those SDKs. */
export function fromBrokenStream(thrown: object): Failure | undefined {
  const message = readText(thrown, 'message') ?? ''
  if (!BROKEN_STREAM.test(message)) return undefined
  return { transport: transportOf(thrown) ?? 'cut', began: true }
}

const SPEAKEASY: Readonly<Record<string, Failure['transport']>> = {
  ConnectionError: 'unreachable',
  RequestTimeoutError: 'timeout',
  RequestAbortedError: 'aborted',
  UnexpectedClientError: 'reset',
  InvalidRequestError: 'unsendable',
}

/** Recognizes what Speakeasy's SDKs throw: @mistralai/mistralai, @openrouter/sdk. `body` is always a text. */
export function fromSpeakeasy(thrown: object): Failure | undefined {
  const status = readNumber(thrown, 'statusCode')
  const headers = read(thrown, 'headers')
  if (status !== undefined && headers !== undefined && owns(thrown, 'rawResponse', 'body', 'contentType')) {
    const body = read(thrown, 'body')
    return status >= 400 ? { status, headers, body } : { headers, body, began: true, transport: 'unreadable' }
  }
  const name = readText(thrown, 'name') ?? ''
  if (!Object.hasOwn(SPEAKEASY, name) || !('cause' in thrown)) return undefined
  return { transport: transportOf(read(thrown, 'cause')) ?? SPEAKEASY[name] }
}

/** Recognizes what Fern's SDKs throw: cohere-ai. `body` is parsed, the headers are on `rawResponse`. */
export function fromFern(thrown: object): Failure | undefined {
  const name = readText(thrown, 'name') ?? ''
  if (name === 'CohereTimeoutError' || (name === 'CohereError' && read(thrown, 'cause') === 'timeout'))
    return { transport: 'timeout' }
  if (!owns(thrown, 'statusCode', 'body', 'rawResponse') && name !== 'CohereError') return undefined
  const status = readNumber(thrown, 'statusCode')
  const headers = read(read(thrown, 'rawResponse'), 'headers')
  const body = read(thrown, 'body')
  if (status !== undefined && status >= 400) return { status, headers, body }
  return {
    headers,
    body,
    began: status !== undefined,
    transport: transportOf(thrown) ?? (status === undefined ? 'unreachable' : 'unreadable'),
  }
}

/**
 * What @google/genai 1 makes of whatever a fetch rejects with: it keeps the name and the message, and no
 * cause.
 */
const SENDING = /^exception (\w{1,64}): .{0,1024} sending request$/s

/** What @google/genai puts before the body of an event. */
const STREAMED = /^got status: [^.]{0,64}\. (?=[[{])/

/** Recognizes what @google/genai throws: the body is the message, as JSON. */
export function fromGenai(thrown: object): Failure | undefined {
  const [, sending] = SENDING.exec(readText(thrown, 'message') ?? '') ?? []
  if (sending !== undefined) return { transport: transportOf({ name: sending }) ?? 'unreachable' }
  const status = readNumber(thrown, 'status')
  if (readText(thrown, 'name') !== 'ApiError' || status === undefined) return undefined
  const message = read(thrown, 'message')
  if (typeof message !== 'string') return { status }
  return {
    status,
    body: message.slice(0, 262_144).replace(STREAMED, ''),
    began: STREAMED.test(message.slice(0, 128)),
  }
}

/** google.rpc.Code by its numbers, with the HTTP status of each (google/rpc/code.proto). */
const GRPC: readonly (readonly [name: string, status: number])[] = [
  ['ok', 500],
  ['cancelled', 499],
  ['unknown', 500],
  ['invalid_argument', 400],
  ['deadline_exceeded', 504],
  ['not_found', 404],
  ['already_exists', 409],
  ['permission_denied', 403],
  ['resource_exhausted', 429],
  ['failed_precondition', 400],
  ['aborted', 409],
  ['out_of_range', 400],
  ['unimplemented', 501],
  ['internal', 500],
  ['unavailable', 503],
  ['data_loss', 500],
  ['unauthenticated', 401],
]

const UNAVAILABLE = 14

/** Recognizes what gRPC clients throw: a number as code, `details` as text, and metadata. */
export function fromGrpc(thrown: object): Failure | undefined {
  const code = readNumber(thrown, 'code')
  const message = readText(thrown, 'details')
  const metadata = read(thrown, 'metadata')
  if (code === undefined || message === undefined || !isObject(metadata)) return undefined
  const known = GRPC[code]
  if (known === undefined) return undefined
  // The client's own words where it found nobody.
  if (code === UNAVAILABLE && /\bconnection\b|\bECONN|\bresol(?:ve|ution)\b/i.test(message))
    return { transport: transportOf({ message }) ?? 'unreachable' }
  const [name, status] = known
  return { status, type: name, body: { error: { message, status: name } }, headers: metadataOf(metadata) }
}

function metadataOf(metadata: object): unknown {
  try {
    const { getMap } = metadata as { getMap?: () => unknown }
    return typeof getMap === 'function' ? getMap.call(metadata) : undefined
  } catch {
    return undefined
  }
}
