import { readStreamFailure } from '@faultline/client'
import { isObject, readNumber, readProperty } from '@faultline/core'
import { fromStreamFailure, type UpstreamFailure } from '../failure.ts'
import { findNetworkFailure } from '../network-failure.ts'
import { readText } from '../read-text.ts'

const getMarker = (name: string): symbol => Symbol.for(`vercel.ai.${name}`)
const RETRY_ERROR = getMarker('error.AI_RetryError')
const API_CALL_ERROR = getMarker('error.AI_APICallError')
const STREAM_ERROR = getMarker('error.AI_StreamProviderError')
const GATEWAY_ERROR = getMarker('gateway.error')
const JSON_PARSE_ERROR = getMarker('error.AI_JSONParseError')
const TYPE_VALIDATION_ERROR = getMarker('error.AI_TypeValidationError')
const ANY_ERROR = getMarker('error')

/** Maximum number of nested RetryErrors. */
const MAX_RETRY_DEPTH = 4

/** Returns the error of the last attempt of the AI SDK's RetryError. Returns any other value unchanged. */
export function unwrapRetryError(thrown: unknown): unknown {
  let error = thrown
  for (let depth = 0; depth < MAX_RETRY_DEPTH && readProperty(error, RETRY_ERROR) === true; depth++)
    error = readProperty(error, 'lastError')
  return error
}

/** Recognizes errors of the AI SDK 5 to 7 by their symbols. */
export function fromAiSdk(thrown: object): UpstreamFailure | undefined {
  if (readProperty(thrown, API_CALL_ERROR) === true) return fromApiCallError(thrown)
  if (readProperty(thrown, STREAM_ERROR) === true)
    return { status: readNumber(thrown, 'statusCode'), body: createStreamBody(thrown), streamStarted: true }
  if (readProperty(thrown, GATEWAY_ERROR) === true) return fromGatewayError(thrown)
  if (readProperty(thrown, ANY_ERROR) !== true) return undefined
  const streamFailure = fromUnreadableEvent(thrown)
  if (streamFailure !== undefined) return streamFailure
  // The remaining errors are about a prompt that the SDK cannot send or a response that it cannot parse.
  return { networkFailure: findNetworkFailure(thrown) ?? 'unreadable' }
}

function fromApiCallError(thrown: object): UpstreamFailure {
  const status = readNumber(thrown, 'statusCode')
  const exchange = {
    headers: readProperty(thrown, 'responseHeaders'),
    requestContent: readProperty(thrown, 'requestBodyValues'),
  }
  const responseBody = readProperty(thrown, 'responseBody')
  if (status !== undefined && status >= 400)
    return { ...exchange, status, body: responseBody ?? readProperty(thrown, 'data') }
  const streamStarted = status !== undefined
  const networkFailure =
    findNetworkFailure(thrown) ??
    (streamStarted
      ? // With status 200, a retryable error is a truncated body; any other is a body of an unexpected shape.
        readProperty(thrown, 'isRetryable') === true
        ? 'truncated'
        : 'unreadable'
      : 'network')
  return { ...exchange, streamStarted, networkFailure, body: responseBody }
}

/**
 * Reads an event that the SDK could not read: its JSON is truncated, or it reports an error in another format. For a
 * response that is not a stream, the SDK throws an APICallError.
 */
function fromUnreadableEvent(thrown: object): UpstreamFailure | undefined {
  const isTruncated = readProperty(thrown, JSON_PARSE_ERROR) === true
  const isUnexpected = readProperty(thrown, TYPE_VALIDATION_ERROR) === true
  const data = isTruncated
    ? readText(thrown, 'text')
    : isUnexpected
      ? readProperty(thrown, 'value')
      : undefined
  const failure = typeof data === 'string' || isObject(data) ? readStreamFailure({ data }) : undefined
  if (failure !== undefined) return fromStreamFailure(failure)
  return isTruncated ? { networkFailure: 'truncated', streamStarted: true } : undefined
}

function fromGatewayError(thrown: object): UpstreamFailure {
  const status = readNumber(thrown, 'statusCode')
  return {
    status,
    requestId: readText(thrown, 'generationId'),
    body: { error: { type: readText(thrown, 'type'), message: readText(thrown, 'message') } },
    networkFailure: status === undefined ? findNetworkFailure(thrown) : undefined,
  }
}

/** Creates the body of an error within a stream. The SDK keeps code and type outside the parsed data. */
function createStreamBody(thrown: object): object {
  const data = readProperty(thrown, 'data')
  const message =
    readText(readProperty(data, 'error'), 'message') ??
    readText(data, 'message') ??
    readText(thrown, 'message')
  return { error: { code: readProperty(thrown, 'code'), type: readText(thrown, 'type'), message } }
}
