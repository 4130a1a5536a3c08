import { isErrorBody, readStreamFailure } from '@faultline/client'
import { isObject, readProperty } from '@faultline/core'
import { fromStreamFailure, type UpstreamFailure } from '../failure.ts'
import { readText } from '../read-text.ts'
import { fromAiSdk, unwrapRetryError } from './ai-sdk.ts'
import { fromAws } from './aws.ts'
import { fromGrpc } from './grpc.ts'
import {
  fromAbort,
  fromAxios,
  fromFetch,
  fromGot,
  fromKy,
  fromNode,
  fromNodeFetch,
  fromResponse,
  fromUndici,
} from './http-clients.ts'
import { fromFern, fromGenai, fromSpeakeasy, fromStainless, fromTruncatedStream } from './sdks.ts'

/** The readers of all libraries, from the most to the least specific signature. */
const libraries: readonly ((thrown: object) => UpstreamFailure | undefined)[] = [
  fromAiSdk,
  fromAws,
  fromAxios,
  fromStainless,
  fromSpeakeasy,
  fromFern,
  fromGenai,
  fromGot,
  fromKy,
  fromUndici,
  fromNodeFetch,
  fromGrpc,
  fromFetch,
  fromTruncatedStream,
  fromResponse,
  fromNode,
  fromAbort,
  fromErrorBody,
]

/** Identifies a thrown value by its shape alone. Returns undefined for a value of an unknown library. Never throws. */
export function identifyFailure(thrown: unknown): UpstreamFailure | undefined {
  const error = unwrapRetryError(thrown)
  if (!isObject(error)) return undefined
  for (const read of libraries) {
    const failure = read(error)
    if (failure !== undefined) return failure
  }
  return undefined
}

/**
 * Recognizes an error body that was thrown as it is, an event of a stream that reports a failure, and its parsed data.
 * AI SDK 6 throws the data of error events.
 */
function fromErrorBody(thrown: object): UpstreamFailure | undefined {
  if (isErrorInstance(thrown)) return undefined
  const event = readText(thrown, 'event')
  const data = readProperty(thrown, 'data')
  const isEvent = event !== undefined && typeof data === 'string'
  const failure = readStreamFailure(isEvent ? { event, data } : { data: thrown })
  if (failure !== undefined) return fromStreamFailure(failure)
  const isFlatOpenAi =
    readText(thrown, 'message') !== undefined &&
    readText(thrown, 'type') !== undefined &&
    (readProperty(thrown, 'code') !== undefined || readProperty(thrown, 'param') !== undefined)
  return isFlatOpenAi || isErrorBody(thrown) ? { body: thrown, streamStarted: true } : undefined
}

function isErrorInstance(thrown: object): boolean {
  try {
    return thrown instanceof Error
  } catch {
    // A trap of a Proxy threw.
    return false
  }
}
