import type { Failure } from '../failure.ts'
import { isObject, read, readNumber, readText } from '../read.ts'
import { transportOf } from '../transport.ts'

/**
 * Recognizes what the AWS SDK v3 throws, Bedrock's for one: `$metadata` and, where the service answered,
 * `$fault`.
 */
export function fromAws(thrown: object): Failure | undefined {
  const name = readText(thrown, 'name')
  // There is no key to sign with: nothing was sent.
  if (name === 'CredentialsProviderError') return { transport: 'unsendable' }
  const metadata = read(thrown, '$metadata')
  if (!isObject(metadata)) return undefined
  const status = readNumber(metadata, 'httpStatusCode')
  const response = read(thrown, '$response')
  const answer = {
    headers: read(response, 'headers'),
    requestId: readText(metadata, 'requestId'),
  }
  const isAnswered = read(thrown, '$fault') !== undefined && name !== 'TimeoutError'
  if (!isAnswered) {
    const transport = transportOf(thrown) ?? (status === undefined ? 'unreachable' : 'unreadable')
    return {
      ...answer,
      transport,
      began: status !== undefined && status < 400,
      ...(status !== undefined && status >= 400 ? { status } : {}),
    }
  }
  // An exception within an event stream has the status of the stream's head.
  const began = status === undefined || status < 400
  const original = readNumber(thrown, 'originalStatusCode')
  return {
    ...answer,
    status: began ? undefined : status,
    began,
    type: name === 'Unknown' ? undefined : name,
    body: { message: readText(thrown, 'message'), ...(original === 429 ? { code: 'throttling' } : {}) },
  }
}
