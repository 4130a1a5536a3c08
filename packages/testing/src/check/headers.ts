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

/** The expectations that `checkHeaders` derives expected values from. */
export interface HeadersContext {
  readonly envelope: Envelope
  readonly responder: Responder
  /** The error of the body; undefined if the body cannot be parsed. */
  readonly error: ApiError | undefined
  /** Whether the request was HTTP/1.0, so that the body may end with the connection. */
  readonly isHttp10: boolean
}

/** Headers that describe a body that was discarded. */
const DISCARDED_BODY_HEADERS = [
  'accept-ranges',
  'content-disposition',
  'content-range',
  'etag',
  'expires',
  'last-modified',
  'location',
]

/** Checks the headers of an error response. */
export function checkHeaders(response: RawResponse, context: HeadersContext): Finding[] {
  const { status, headers } = response
  const { envelope, responder, error, isHttp10 } = context
  const findings: Finding[] = []
  const report = (rule: RuleName, message: string): void => void findings.push({ rule, message })

  if (!isSameType(headers['content-type'], envelope.contentType))
    report(
      'content-type',
      `Content-Type is ${quote(headers['content-type'])}, expected ${envelope.contentType}`,
    )
  if (!hasValidLength(response, isHttp10))
    report(
      'content-length',
      `Content-Length is ${quote(headers['content-length'])}, expected ${response.length}`,
    )
  if (!/(?:^|[\s,])no-store(?:$|[\s,])/i.test(headers['cache-control'] ?? ''))
    report('cache-control', `Cache-Control is ${quote(headers['cache-control'])}, expected no-store`)
  if (headers['x-content-type-options']?.toLowerCase() !== 'nosniff')
    report(
      'nosniff',
      `X-Content-Type-Options is ${quote(headers['x-content-type-options'])}, expected nosniff`,
    )
  if (status === 401 && !/^[\w!#$%&'*+.^`|~-]+/.test(headers['www-authenticate'] ?? ''))
    report(
      'www-authenticate',
      `WWW-Authenticate is ${quote(headers['www-authenticate'])}, expected a scheme such as ${envelope.challenge}`,
    )
  if (status === 405 && headers['allow'] === undefined) report('allow', 'Allow is missing')
  for (const name of DISCARDED_BODY_HEADERS) {
    if (headers[name] !== undefined && !(name === 'location' && status < 400))
      report('abandoned-header', `${name} is ${headers[name]}, expected no such header`)
  }
  findings.push(
    ...checkRequestId(headers, responder.requestIdHeader, envelope, error),
    ...checkRetryHeaders(response, context),
  )
  return findings
}

function checkRequestId(
  headers: RawResponse['headers'],
  name: string,
  { clientHints }: Envelope,
  error: ApiError | undefined,
): Finding[] {
  const id = headers[name]
  const fail = (message: string): Finding[] => [{ rule: 'request-id', message }]
  if (!isRequestId(id)) return fail(`${name} is ${quote(id)}, expected a request id`)
  if (error?.requestId !== undefined && error.requestId !== id)
    return fail(`${name} is ${id}, the body has ${error.requestId}`)
  const sdkHeader = clientHints?.requestIdHeader?.toLowerCase()
  if (sdkHeader !== undefined && headers[sdkHeader] !== id)
    return fail(
      `${sdkHeader}, which the envelope's SDKs read, is ${quote(headers[sdkHeader])}, expected ${id}`,
    )
  return []
}

function checkRetryHeaders(
  { headers, status, body }: RawResponse,
  { envelope, responder }: HeadersContext,
): Finding[] {
  const findings: Finding[] = []
  const report = (rule: RuleName, message: string): void => void findings.push({ rule, message })
  const retryAfter = headers['retry-after']
  const seconds = retryAfterSeconds(parseRetryAfter(retryAfter))
  if (retryAfter !== undefined && seconds === undefined)
    report('retry-after', `Retry-After is ${retryAfter}, expected whole seconds`)
  // Parsed without the response headers, so that the responder derives the headers from the body.
  const error = envelope.parse({ status, body })
  if (error === undefined) return findings
  const request = { method: 'GET', url: '/', header: () => undefined, raw: undefined }
  const expected = responder.respond(error, request).headers
  if (retryAfter === undefined && expected['retry-after'] !== undefined)
    report('retry-after', `Retry-After is missing, ${envelope.id} promises it with ${status}`)
  const maxRetryAfter = envelope.clientHints?.maxRetryAfter ?? Infinity
  if (error.retryable && seconds !== undefined && seconds > maxRetryAfter)
    report(
      'retry-after',
      `Retry-After is ${seconds}, expected at most ${maxRetryAfter}: the envelope's SDKs ignore a longer one`,
    )
  // A server can send false for an error that is retryable by its class.
  const shouldRetry = expected['x-should-retry']
  if (shouldRetry !== undefined && headers['x-should-retry'] !== shouldRetry)
    report('should-retry', `x-should-retry is ${quote(headers['x-should-retry'])}, expected ${shouldRetry}`)
  return findings
}

/** Compares media types. The charset of JSON is optional (RFC 8259, section 11). */
function isSameType(actual: string | undefined, expected: string): boolean {
  const [type = '', ...parameters] = (actual ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  return type === expected.split(';', 1)[0] && parameters.every((each) => /^charset="?utf-8"?$/.test(each))
}

/** Returns whether a client can detect the end of the body. */
function hasValidLength({ headers, length }: RawResponse, isHttp10: boolean): boolean {
  if (headers['transfer-encoding'] !== undefined) return headers['content-length'] === undefined
  if (isHttp10 && headers['content-length'] === undefined) return true
  return headers['content-length']?.trim() === String(length)
}

function quote(value: string | undefined): string {
  return value === undefined ? 'missing' : JSON.stringify(value)
}
