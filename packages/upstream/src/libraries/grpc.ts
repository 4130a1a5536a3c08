import { envelopes, isObject, readNumber, readProperty } from '@faultline/core'
import type { UpstreamFailure } from '../failure.ts'
import { findNetworkFailure } from '../network-failure.ts'
import { readText } from '../read-text.ts'

/** google.rpc.Code by number (google/rpc/code.proto). */
const codeNames = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
]

/**
 * Messages of the client library for a connection that failed. A response of the server can have the code UNAVAILABLE as
 * well, so the message decides.
 */
const CONNECTION_MESSAGE = /\bconnection\b|\bECONN|\bresol(?:ve|ution)\b/i

/** Recognizes errors of gRPC clients: `code` is a number, `details` a string, and there is `metadata`. */
export function fromGrpc(thrown: object): UpstreamFailure | undefined {
  const message = readText(thrown, 'details')
  const metadata = readProperty(thrown, 'metadata')
  const name = codeNames[readNumber(thrown, 'code') ?? -1]
  if (name === undefined || message === undefined || !isObject(metadata)) return undefined
  if (name === 'UNAVAILABLE' && CONNECTION_MESSAGE.test(message))
    return { networkFailure: findNetworkFailure({ message }) ?? 'network' }
  return {
    // An error with the code OK is a fault of the client library.
    status: envelopes.google.codes[name]?.status ?? 500,
    type: name,
    body: { error: { message, status: name } },
    headers: readMetadata(metadata),
  }
}

function readMetadata(metadata: object): unknown {
  try {
    return 'getMap' in metadata && typeof metadata.getMap === 'function' ? metadata.getMap() : undefined
  } catch {
    // The method of a foreign object threw. The error is used without headers.
    return undefined
  }
}
