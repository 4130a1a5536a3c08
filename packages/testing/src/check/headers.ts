import {
  isRequestId,
  parseRetryAfter,
  retryAfterSeconds,
  type ApiError,
  type Envelope,
  type Responder,
} from '@faultline/core'
import type { RawResponse } from '../suite/raw-client.ts'
import type { Finding, RuleName } from './finding.ts'

/** What headers are judged by. */
export interface HeadersContext {
  readonly envelope: Envelope
  readonly responder: Responder
  /** What the body tells of; undefined for a body that can't be read. */
  readonly error: ApiError | undefined
  /** The id that the request came with. */
  readonly id: string | undefined
  /** Whether the body may end where its connection does. */
  readonly isOld: boolean
}

/** Headers that say of a body what is true of another one. */
const ABANDONED = [
  'accept-ranges',
  'content-disposition',
  'content-range',
  'etag',
  'expires',
  'last-modified',
  'location',
]

/** What is wrong with the headers of a failure's answer. */
export function judgeHeaders(response: RawResponse, context: HeadersContext): Finding[] {
  const { status, headers } = response
  const { envelope, responder, error, id, isOld } = context
  const findings: Finding[] = []
  const find = (rule: RuleName, message: string): void => void findings.push({ rule, message })

  if (!isSameType(headers['content-type'], envelope.contentType))
    find(
      'content-type',
      `Content-Type is ${seen(headers['content-type'])}, and should be ${envelope.contentType}`,
    )
  if (!isFramed(response, isOld))
    find(
      'content-length',
      `Content-Length is ${seen(headers['content-length'])}, and the body has ${response.length} bytes`,
    )
  if (!/(?:^|[\s,])no-store(?:$|[\s,])/i.test(headers['cache-control'] ?? ''))
    find('cache-control', `Cache-Control is ${seen(headers['cache-control'])}, and should be no-store`)
  if (headers['x-content-type-options']?.toLowerCase() !== 'nosniff')
    find(
      'nosniff',
      `X-Content-Type-Options is ${seen(headers['x-content-type-options'])}, and should be nosniff`,
    )
  if (status === 401 && !/^[\w!#$%&'*+.^`|~-]+/.test(headers['www-authenticate'] ?? ''))
    find(
      'www-authenticate',
      `WWW-Authenticate is ${seen(headers['www-authenticate'])}, and should name a scheme, as ${envelope.challenge}`,
    )
  if (status === 405 && headers['allow'] === undefined) find('allow', 'Allow is missing')
  for (const name of ABANDONED) {
    if (headers[name] !== undefined && !(name === 'location' && status < 400))
      find('abandoned-header', `${name} is ${headers[name]}`)
  }
  findings.push(
    ...judgeIds(headers, responder.requestIdHeader, envelope, error, id),
    ...judgeRetry(response, context),
  )
  return findings
}

function judgeIds(
  headers: RawResponse['headers'],
  name: string,
  { clientHints }: Envelope,
  error: ApiError | undefined,
  sent: string | undefined,
): Finding[] {
  const id = headers[name]
  const fail = (message: string): Finding[] => [{ rule: 'request-id', message }]
  if (!isRequestId(id)) return fail(`${name} is ${seen(id)}, and should be an id`)
  if (sent !== undefined && id !== sent) return fail(`${name} is ${id}, and the request came with ${sent}`)
  if (error?.requestId !== undefined && error.requestId !== id)
    return fail(`${name} is ${id}, and in the body the id is ${error.requestId}`)
  const other = clientHints?.requestIdHeader?.toLowerCase()
  if (other !== undefined && headers[other] !== id)
    return fail(
      `${other} is ${seen(headers[other])}, and should be ${id}: it is what the envelope’s SDKs read`,
    )
  return []
}

function judgeRetry(
  { headers, status, body }: RawResponse,
  { envelope, responder }: HeadersContext,
): Finding[] {
  const findings: Finding[] = []
  const after = headers['retry-after']
  const seconds = retryAfterSeconds(parseRetryAfter(after))
  if (after !== undefined && seconds === undefined)
    findings.push({ rule: 'retry-after', message: `Retry-After is ${after}, and should be whole seconds` })
  // What the body alone tells of, answered by the rules.
  const error = envelope.parse({ status, body })
  if (error === undefined) return findings
  const should = responder.respond(error, {
    method: 'GET',
    url: '/',
    header: () => undefined,
    raw: undefined,
  }).headers
  if (after === undefined && should['retry-after'] !== undefined)
    findings.push({
      rule: 'retry-after',
      message: `Retry-After is missing, and ${envelope.id} promises it with ${status}`,
    })
  const limit = envelope.clientHints?.maxRetryAfter ?? Infinity
  if (error.retryable && seconds !== undefined && seconds > limit)
    findings.push({
      rule: 'retry-after',
      message: `Retry-After is ${seconds}, and the envelope’s SDKs obey ${limit} at most`,
    })
  // What a server knows of one failure may be more: it may say false of what its kind is retried for.
  if (should['x-should-retry'] !== undefined && headers['x-should-retry'] !== should['x-should-retry'])
    findings.push({
      rule: 'should-retry',
      message: `x-should-retry is ${seen(headers['x-should-retry'])}, and should be ${should['x-should-retry']}`,
    })
  return findings
}

/** A body's type; a JSON's charset goes without saying (RFC 8259, 11). */
function isSameType(is: string | undefined, should: string): boolean {
  const [type = '', ...parameters] = (is ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  return type === should.split(';', 1)[0] && parameters.every((each) => /^charset="?utf-8"?$/.test(each))
}

/** Whether a client can tell where the body ends. */
function isFramed({ headers, length }: RawResponse, isOld: boolean): boolean {
  if (headers['transfer-encoding'] !== undefined) return headers['content-length'] === undefined
  if (isOld && headers['content-length'] === undefined) return true
  return headers['content-length']?.trim() === String(length)
}

function seen(value: string | undefined): string {
  return value === undefined ? 'missing' : JSON.stringify(value)
}
