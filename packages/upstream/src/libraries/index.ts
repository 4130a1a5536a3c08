import { isError } from '../body.ts'
import type { Failure } from '../failure.ts'
import { isObject, read, readText } from '../read.ts'
import { fromAiSdk, lastAttempt } from './ai-sdk.ts'
import { fromAws } from './aws.ts'
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
import { fromBrokenStream, fromFern, fromGenai, fromGrpc, fromSpeakeasy, fromStainless } from './sdks.ts'

/** From the surest mark to the weakest. */
const families: readonly ((thrown: object) => Failure | undefined)[] = [
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
  fromBrokenStream,
  fromResponse,
  fromNode,
  fromNodeFetch,
  fromAbort,
  fromPayload,
]

/**
 * What is known of a thrown value by its signature alone; undefined for one that no library is known to
 * throw.
 */
export function identify(thrown: unknown): Failure | undefined {
  const error = lastAttempt(thrown)
  if (!isObject(error)) return undefined
  for (const family of families) {
    const failure = family(error)
    if (failure !== undefined) return failure
  }
  return undefined
}

/** Recognizes an error body, or an event's data, thrown as it is: AI SDK 6 gives a stream's errors so. */
function fromPayload(thrown: object): Failure | undefined {
  if (thrown instanceof Error) return undefined
  const isOpenai = readText(thrown, 'message') !== undefined && readText(thrown, 'type') !== undefined
  const isFlat = isOpenai && (read(thrown, 'code') !== undefined || read(thrown, 'param') !== undefined)
  return isError(thrown) || isFlat ? { body: thrown, began: true } : undefined
}
