import type { ApiError } from '../errors/api-error.ts'
import { createErrorForStatus } from '../errors/create-error.ts'
import { EndpointNotFound, InternalError, MalformedBody, ValidationFailed } from '../errors/index.ts'
import { MAX_FIELD_LENGTH, MAX_ISSUE_LENGTH, MAX_ISSUES, type Issue } from '../errors/issue.ts'
import { truncateText } from '../http/clamp-text.ts'
import type { ApiRequest } from '../http/request.ts'
import { fromBodyParser } from './body-parser.ts'
import { fromFastify } from './fastify.ts'
import { fromBadUrl, isUsableStatus } from './http-errors.ts'
import { fromBusboy, fromMulter, fromUploadMessage } from './multipart.ts'
import { isObject, readProperty, readString } from './safe-read.ts'

/** Recognizers for errors of request parsers, which Nest wraps as the cause of an HttpException. */
const parserErrors: readonly ((thrown: object, request?: ApiRequest) => ApiError | undefined)[] = [
  fromBodyParser,
  fromFastify,
  fromMulter,
  fromBusboy,
  fromBadUrl,
]

/** Nest's message for a path without a route. It quotes the path. */
const NO_ROUTE_MESSAGE = /^Cannot [A-Z]+ \//

/** V8's messages for malformed JSON. They quote the body. Nest 11 keeps the message and not the cause. */
const MALFORMED_JSON_MESSAGE = / in JSON at position \d|\bis not valid JSON$|^Unexpected end of JSON input$/

/** class-validator's default messages begin with the field. Nest prepends the parent fields and dots. */
const FIELD_MESSAGE =
  /^((?:[\w$-]{1,64}\.){0,31})(?:each value in )?(?:nested )?(?:property )?([\w$-]{1,64}) (?:must|should) /

/** The message of a rejecting guard. Outside HTTP it is in a WsException or an RpcException, without a status. */
const GUARD_MESSAGE = 'Forbidden resource'

/** Maximum number of classes between an exception and WsException. */
const MAX_CLASS_DEPTH = 10

interface HttpException {
  getStatus(): unknown
  getResponse(): unknown
}

function isHttpException(thrown: object): thrown is HttpException {
  return (
    typeof readProperty(thrown, 'getStatus') === 'function' &&
    typeof readProperty(thrown, 'getResponse') === 'function'
  )
}

/** Returns whether a value is a WsException or an instance of a subclass, also of another installed copy. */
function isWsException(thrown: object): boolean {
  if (typeof readProperty(thrown, 'getError') !== 'function') return false
  let errorClass = readProperty(thrown, 'constructor')
  for (let depth = 0; depth < MAX_CLASS_DEPTH && errorClass !== undefined; depth++) {
    if (readProperty(errorClass, 'name') === 'WsException') return true
    errorClass = readProperty(errorClass, '__proto__')
  }
  return false
}

/**
 * Nest sends the string or the object of a WsException to the client, so its message is public. It is an invalid request
 * unless the object has another status.
 */
function fromWsException(thrown: object): ApiError {
  const error = readProperty(thrown, 'error')
  const listed = readProperty(error, 'status') ?? readProperty(error, 'statusCode')
  const status = isUsableStatus(listed) ? listed : 400
  const message = readProperty(error, 'message') ?? error
  return status < 500 && typeof message === 'string' && !(error instanceof Error)
    ? fromMessage(message, status, thrown)
    : createErrorForStatus(status, { cause: thrown, captureStack: false })
}

/**
 * Recognizes Nest's HttpException and WsException. The response of a 4xx is public if it is a string, or an object whose
 * `message` is a string or the list of messages of a pipe. If the response is an Error, its message is not sent.
 */
export function fromNest(thrown: object, request?: ApiRequest): ApiError | undefined {
  if (
    typeof readProperty(thrown, 'getError') === 'function' &&
    readProperty(thrown, 'error') === GUARD_MESSAGE
  )
    return createErrorForStatus(403, { cause: thrown, captureStack: false, message: GUARD_MESSAGE })
  if (isWsException(thrown)) return fromWsException(thrown)
  if (!isHttpException(thrown)) return undefined
  const status = thrown.getStatus()
  if (!isUsableStatus(status)) return new InternalError({ cause: thrown, captureStack: false })
  const options = { cause: thrown, captureStack: false }
  if (status >= 500) return createErrorForStatus(status, options)
  const parserError = fromParserError(readProperty(thrown, 'cause'), request)
  if (parserError !== undefined) return parserError
  const response = thrown.getResponse()
  if (response instanceof Error) return createErrorForStatus(status, options)
  const message = typeof response === 'string' ? response : readProperty(response, 'message')
  return typeof message === 'string'
    ? fromMessage(message, status, thrown)
    : fromMessages(message, status, thrown)
}

function fromParserError(cause: unknown, request: ApiRequest | undefined): ApiError | undefined {
  if (!isObject(cause)) return undefined
  for (const recognize of parserErrors) {
    const error = recognize(cause, request)
    if (error !== undefined) return error
  }
  return undefined
}

function fromMessage(message: string, status: number, cause: object): ApiError {
  if (status === 404 && NO_ROUTE_MESSAGE.test(message)) return new EndpointNotFound({ cause })
  if (status === 400 && MALFORMED_JSON_MESSAGE.test(message))
    return new MalformedBody({ cause, message: 'The request body is not valid JSON' })
  if (status === 400 || status === 413) {
    const upload = fromUploadMessage(message, cause)
    if (upload !== undefined) return upload
  }
  const text = isDefaultMessage(message, cause) ? DEFAULT_MESSAGES[status] : message
  return createErrorForStatus(status, {
    cause,
    captureStack: false,
    ...(text === undefined ? {} : { message: text }),
  })
}

/** The default messages of statuses that Nest uses with another meaning than the class of the status has. */
const DEFAULT_MESSAGES: Readonly<Record<number, string>> = {
  // Interceptors throw it for a slow handler; the class describes a request that arrives too slowly.
  408: 'The request took too long',
}

/**
 * Returns whether a message is the default of its exception: the name of the class with spaces, or, as that of
 * @nestjs/throttler, the name followed by a reason phrase. The default message of the error class is better.
 */
function isDefaultMessage(message: string, cause: object): boolean {
  const name = readString(cause, 'name') ?? ''
  return (
    message === '' ||
    `${message.replaceAll(' ', '')}Exception` === name ||
    (name !== '' && message.startsWith(`${name}: `))
  )
}

function fromMessages(messages: unknown, status: number, cause: object): ApiError {
  const issues = toIssues(messages)
  if (issues.length === 0) return createErrorForStatus(status, { cause, captureStack: false })
  return status === 400 || status === 422
    ? new ValidationFailed({ cause, issues })
    : createErrorForStatus(status, { cause, captureStack: false, message: joinMessages(issues), issues })
}

function joinMessages(issues: readonly Issue[]): string {
  return truncateText(issues.map(({ message }) => message).join('; '), MAX_ISSUE_LENGTH)
}

/** Converts the messages of a pipe: an array of strings, or arrays of strings by field. */
function toIssues(messages: unknown): Issue[] {
  const issues: Issue[] = []
  if (!isObject(messages) || messages instanceof Error) return issues
  const entries: (readonly [string | undefined, unknown])[] = Array.isArray(messages)
    ? [[undefined, messages]]
    : Object.entries(messages)
  for (const [field, list] of entries) {
    for (const text of Array.isArray(list) ? list : []) {
      if (issues.length === MAX_ISSUES) return issues
      if (typeof text === 'string')
        issues.push({ message: truncateText(text, MAX_ISSUE_LENGTH), path: toPath(field, text) })
    }
  }
  return issues
}

function toPath(field: string | undefined, message: string): (string | number)[] | undefined {
  if (field !== undefined) return field.split('.').map(toKey)
  const [, parents = '', own] = FIELD_MESSAGE.exec(message) ?? []
  return own === undefined ? undefined : `${parents}${own}`.split('.').map(toKey)
}

function toKey(key: string): string | number {
  return /^\d{1,9}$/.test(key) ? Number(key) : truncateText(key, MAX_FIELD_LENGTH)
}
