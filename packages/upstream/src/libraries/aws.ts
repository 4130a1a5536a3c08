import { isObject, readNumber, readProperty } from '@faultline/core'
import type { UpstreamFailure } from '../failure.ts'
import { findNetworkFailure } from '../network-failure.ts'
import { readText } from '../read-text.ts'

/**
 * Recognizes errors of the AWS SDK 3, such as Bedrock's. They have `$metadata` and, if the service responded,
 * `$fault`.
 */
export function fromAws(thrown: object): UpstreamFailure | undefined {
  const name = readText(thrown, 'name')
  // Without credentials the SDK cannot sign the request, so it is not sent.
  if (name === 'CredentialsProviderError') return { networkFailure: 'not-sent' }
  const metadata = readProperty(thrown, '$metadata')
  if (!isObject(metadata)) return undefined
  const status = readNumber(metadata, 'httpStatusCode')
  const exchange = {
    headers: readProperty(readProperty(thrown, '$response'), 'headers'),
    requestId: readText(metadata, 'requestId'),
  }
  const isServiceError = readProperty(thrown, '$fault') !== undefined && name !== 'TimeoutError'
  if (!isServiceError) {
    return {
      ...exchange,
      networkFailure: findNetworkFailure(thrown) ?? (status === undefined ? 'network' : 'unreadable'),
      streamStarted: status !== undefined && status < 400,
      ...(status !== undefined && status >= 400 ? { status } : {}),
    }
  }
  // An exception within an event stream has the status of the stream's head.
  const streamStarted = status === undefined || status < 400
  const isThrottled = readNumber(thrown, 'originalStatusCode') === 429
  return {
    ...exchange,
    status: streamStarted ? undefined : status,
    streamStarted,
    type: name === 'Unknown' ? undefined : name,
    body: { message: readText(thrown, 'message'), ...(isThrottled ? { code: 'throttling' } : {}) },
  }
}
