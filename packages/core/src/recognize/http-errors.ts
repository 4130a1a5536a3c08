import type { ApiError } from '../errors/api-error.ts'
import { GatewayTimeout, InvalidRequest, MalformedBody } from '../errors/index.ts'
import { createErrorForStatus } from '../errors/create-error.ts'
import type { ApiRequest } from '../http/request.ts'
import { isErrorStatus } from '../http/status.ts'
import { readAllowedHeaders } from './foreign-headers.ts'
import { readProperty, readString } from './safe-read.ts'

/** The error of a request whose target is no URL, or can't be decoded. */
export function badUrl(cause: object, request: ApiRequest | undefined): ApiError {
  let what = 'valid'
  try {
    decodeURIComponent(request?.url ?? '%')
  } catch {
    what = 'valid percent-encoding'
  }
  return new InvalidRequest({ cause, message: `The request URL is not ${what}` })
}

/** What @hono/node-server says of a target or a Host that no URL can be made of. */
const UNREADABLE =
  /^(?:Invalid (?:absolute )?URL|(?:Invalid|Missing) host header|Backslash in request path|Unsupported scheme)/

/**
 * Recognizes what a router throws of a URL with bad percent-encoding, whose message quotes the URL, and what Node's
 * URL parser and @hono/node-server throw of a request's target that is no URL.
 */
export function fromBadUrl(thrown: object, request?: ApiRequest): ApiError | undefined {
  const isTarget =
    readString(thrown, 'code') === 'ERR_INVALID_URL' && readString(thrown, 'input') === request?.url
  const name = readString(thrown, 'name')
  const isUndecodable = name === 'URIError' && readProperty(thrown, 'status') === 400
  const isUnreadable = name === 'RequestError' && UNREADABLE.test(readString(thrown, 'message') ?? '')
  return isTarget || isUndecodable || isUnreadable ? badUrl(thrown, request) : undefined
}

/** A 407 is a proxy's to send, and fetch takes one for a network error: from anyone else it says nothing. */
export function isBelievable(status: unknown): status is number {
  return isErrorStatus(status) && status !== 407
}

/** Recognizes @hapi/boom's errors: the payload is what boom would send. */
export function fromBoom(thrown: object): ApiError | undefined {
  if (readProperty(thrown, 'isBoom') !== true) return undefined
  const output = readProperty(thrown, 'output')
  const status = readProperty(output, 'statusCode')
  if (!isBelievable(status)) return undefined
  const message = status < 500 ? readString(readProperty(output, 'payload'), 'message') : undefined
  return createErrorForStatus(status, {
    cause: thrown,
    stack: false,
    ...readAllowedHeaders(output),
    ...(message === undefined ? {} : { message }),
  })
}

/**
 * Recognizes Hono's HTTPException, whose message is for the caller on a 4xx. Of the response that it may hold only
 * the challenge is kept.
 */
export function fromHttpException(thrown: object): ApiError | undefined {
  if (
    typeof readProperty(thrown, 'getResponse') !== 'function' ||
    readProperty(thrown, 'getStatus') !== undefined
  )
    return undefined
  const status = readProperty(thrown, 'status')
  if (!isBelievable(status)) return undefined
  const message = status < 500 ? readString(thrown, 'message') : undefined
  if (status === 400 && message === 'Malformed JSON in request body')
    return new MalformedBody({ cause: thrown, message: 'The request body is not valid JSON' })
  if (status === 400 && message?.startsWith('Malformed FormData request'))
    return new MalformedBody({ cause: thrown, message: 'The request body is not a valid upload' })
  return createErrorForStatus(status, {
    cause: thrown,
    stack: false,
    ...readAllowedHeaders(readProperty(thrown, 'res')),
    ...(message === undefined || message === '' ? {} : { message }),
  })
}

/**
 * Recognizes http-errors, whose `expose` says that the message of a 4xx is public, and after them anything with a
 * believable status: an integer from 400 to 599 on which `status` and `statusCode` agree. That picks the canonical
 * error of the status, with its generic message.
 */
export function fromStatus(thrown: object): ApiError | undefined {
  const status = readProperty(thrown, 'status')
  const statusCode = readProperty(thrown, 'statusCode')
  const given = status ?? statusCode
  if (!isBelievable(given) || (statusCode ?? given) !== given) return undefined
  const isPublic = given < 500 && readProperty(thrown, 'expose') === true && status === statusCode
  const message = isPublic ? readString(thrown, 'message') : undefined
  return createErrorForStatus(given, {
    cause: thrown,
    stack: false,
    ...readAllowedHeaders(thrown),
    ...(message === undefined || message === '' ? {} : { message }),
  })
}

/** Recognizes the abort of a deadline, `AbortSignal.timeout` for one: code 23 is DOMException's own. */
export function fromTimeout(thrown: object): ApiError | undefined {
  if (readString(thrown, 'name') !== 'TimeoutError' || readProperty(thrown, 'code') !== 23) return undefined
  return new GatewayTimeout({ cause: thrown, captureStack: false })
}
