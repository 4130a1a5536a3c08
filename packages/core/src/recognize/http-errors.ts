import type { ApiError } from '../errors/api-error.ts'
import { createErrorForStatus } from '../errors/create-error.ts'
import { GatewayTimeout, InvalidRequest, MalformedBody } from '../errors/index.ts'
import type { ApiRequest } from '../http/request.ts'
import { isErrorStatus } from '../http/status.ts'
import { readAllowedHeaders } from './foreign-headers.ts'
import { hasOwnProperties, isObject, readProperty, readString } from './safe-read.ts'

/** Creates the error of a request whose target is not a valid URL, or has invalid percent-encoding. */
export function createBadUrlError(cause: object, request: ApiRequest | undefined): ApiError {
  const expected = isDecodable(request?.url) ? 'valid' : 'valid percent-encoding'
  return new InvalidRequest({ cause, message: `The request URL is not ${expected}` })
}

function isDecodable(url: string | undefined): boolean {
  try {
    // Some bundlers remove a call whose result is not used.
    return decodeURIComponent(url ?? '%') !== ''
  } catch (failure) {
    if (failure instanceof URIError) return false
    throw failure
  }
}

/** Messages of @hono/node-server for a request target or a Host header from which it cannot build a URL. */
const INVALID_TARGET_MESSAGE =
  /^(?:Invalid (?:absolute )?URL|(?:Invalid|Missing) host header|Backslash in request path|Unsupported scheme)/

/**
 * Recognizes errors of routers for invalid percent-encoding, and errors of Node.js and @hono/node-server for a request
 * target that is not a URL. Their messages quote the URL.
 */
export function fromBadUrl(thrown: object, request?: ApiRequest): ApiError | undefined {
  const name = readString(thrown, 'name')
  const isRequestTarget =
    (readString(thrown, 'code') === 'ERR_INVALID_URL' && readString(thrown, 'input') === request?.url) ||
    isUnparsedTarget(thrown, request)
  const isRouterError = name === 'URIError' && readProperty(thrown, 'status') === 400
  const isNodeServerError =
    name === 'RequestError' && INVALID_TARGET_MESSAGE.test(readString(thrown, 'message') ?? '')
  return isRequestTarget || isRouterError || isNodeServerError
    ? createBadUrlError(thrown, request)
    : undefined
}

/** Returns whether `url.parse` has rejected the request target, for example an invalid IPv6 address. */
function isUnparsedTarget(thrown: object, request: ApiRequest | undefined): boolean {
  return (
    readString(thrown, 'code') === 'ERR_INVALID_ARG_VALUE' &&
    request !== undefined &&
    readString(thrown, 'message')?.startsWith(`The argument 'url' ${request.url}`) === true
  )
}

/**
 * Returns whether a foreign status can be used: an integer from 400 to 599, except 407. Only a proxy may send 407, and
 * fetch treats it as a network error.
 */
export function isUsableStatus(status: unknown): status is number {
  return isErrorStatus(status) && status !== 407
}

/** Recognizes errors of @hapi/boom. The message of a 4xx is the one of its payload. */
export function fromBoom(thrown: object): ApiError | undefined {
  if (readProperty(thrown, 'isBoom') !== true) return undefined
  const output = readProperty(thrown, 'output')
  const status = readProperty(output, 'statusCode')
  if (!isUsableStatus(status)) return undefined
  const message = status < 500 ? readString(readProperty(output, 'payload'), 'message') : undefined
  return createErrorForStatus(status, {
    cause: thrown,
    captureStack: false,
    ...readAllowedHeaders(output),
    ...(message === undefined ? {} : { message }),
  })
}

/**
 * Recognizes Hono's HTTPException. The message of a 4xx is public. Of the response that it may contain, only the
 * allowed headers are used.
 */
export function fromHttpException(thrown: object): ApiError | undefined {
  if (
    typeof readProperty(thrown, 'getResponse') !== 'function' ||
    readProperty(thrown, 'getStatus') !== undefined
  )
    return undefined
  const status = readProperty(thrown, 'status')
  if (!isUsableStatus(status)) return undefined
  const message = status < 500 ? readString(thrown, 'message') : undefined
  if (status === 400 && message === 'Malformed JSON in request body')
    return new MalformedBody({ cause: thrown, message: 'The request body is not valid JSON' })
  if (status === 400 && message?.startsWith('Malformed FormData request'))
    return new MalformedBody({ cause: thrown, message: 'The request body is not a valid upload' })
  return createErrorForStatus(status, {
    cause: thrown,
    captureStack: false,
    ...readAllowedHeaders(readProperty(thrown, 'res')),
    ...(message === undefined || message === '' ? {} : { message }),
  })
}

/**
 * Recognizes restify-errors. The message of a 4xx is public, unless the error wraps another, whose text it can contain.
 */
export function fromRestify(thrown: object): ApiError | undefined {
  const message = readString(thrown, 'jse_shortmsg')
  const status = readProperty(thrown, 'statusCode')
  if (message === undefined || !isUsableStatus(status) || !isObject(readProperty(thrown, 'body')))
    return undefined
  const isPublic = status < 500 && message !== '' && readProperty(thrown, 'jse_cause') === undefined
  return createErrorForStatus(status, {
    cause: thrown,
    captureStack: false,
    ...(isPublic ? { message } : {}),
  })
}

/**
 * Recognizes errors of http-errors, and any other value whose `status` or `statusCode` is usable. If it has both, they
 * must be equal. Only the 4xx of http-errors with `expose` have a public message; all others get the canonical error of
 * their status with its generic message. http-errors sets `expose` on a system error that it wraps, too, and the message
 * of that names a path or a host.
 */
export function fromStatus(thrown: object): ApiError | undefined {
  const status = readProperty(thrown, 'status')
  const statusCode = readProperty(thrown, 'statusCode')
  const foreignStatus = status ?? statusCode
  if (!isUsableStatus(foreignStatus) || (statusCode ?? foreignStatus) !== foreignStatus) return undefined
  const isPublic =
    foreignStatus < 500 &&
    readProperty(thrown, 'expose') === true &&
    status === statusCode &&
    !hasOwnProperties(thrown, 'errno') &&
    !hasOwnProperties(thrown, 'syscall')
  const message = isPublic ? readString(thrown, 'message') : undefined
  return createErrorForStatus(foreignStatus, {
    cause: thrown,
    captureStack: false,
    ...readAllowedHeaders(thrown),
    ...(message === undefined || message === '' ? {} : { message }),
  })
}

/** Recognizes the reason of `AbortSignal.timeout`. 23 is the code of a DOMException with the name TimeoutError. */
export function fromTimeout(thrown: object): ApiError | undefined {
  if (readString(thrown, 'name') !== 'TimeoutError' || readProperty(thrown, 'code') !== 23) return undefined
  return new GatewayTimeout({ cause: thrown, captureStack: false })
}
