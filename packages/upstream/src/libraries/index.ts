import { isErrorBody } from '@faultline/client'
import { isObject, readProperty } from '@faultline/core'
import type { UpstreamFailure } from '../failure.ts'
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

/** Recognizes an error body, or the data of an error event, that was thrown as it is. AI SDK 6 does so in streams. */
function fromErrorBody(thrown: object): UpstreamFailure | undefined {
  if (isErrorInstance(thrown)) return undefined
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
