import type { ApiError } from '../errors/api-error.ts'
import {
  InternalError,
  InvalidRequest,
  MalformedBody,
  PayloadTooLarge,
  PermissionDenied,
  UnsupportedMediaType,
} from '../errors/index.ts'
import type { ApiRequest } from '../http/request.ts'
import { readProperty, readString } from './safe-read.ts'

type Make = (thrown: object) => ApiError

/**
 * What body-parser, raw-body and co-body throw, told by `type`. Their messages quote the request, so each gets
 * words of ours.
 */
const byType: Readonly<Record<string, Make>> = {
  'charset.unsupported': (cause) =>
    new UnsupportedMediaType({ cause, message: 'The charset of the request body is not supported' }),
  'encoding.unsupported': (cause) =>
    new UnsupportedMediaType({ cause, message: 'The content encoding of the request body is not supported' }),
  'entity.parse.failed': (cause) =>
    new MalformedBody({ cause, message: 'The request body is not valid JSON' }),
  'entity.too.large': (cause) => new PayloadTooLarge({ cause, limit: limitOf(cause) }),
  'entity.verify.failed': (cause) =>
    new PermissionDenied({ cause, message: 'The request body failed verification' }),
  'parameters.too.many': (cause) =>
    new PayloadTooLarge({ cause, message: 'The request body has too many parameters' }),
  'querystring.parse.rangeError': (cause) =>
    new InvalidRequest({ cause, message: 'The request body is nested too deeply' }),
  'request.aborted': (cause) => new MalformedBody({ cause, message: 'The request body ended too early' }),
  'request.size.invalid': (cause) =>
    new MalformedBody({ cause, message: 'The request body does not match its Content-Length' }),
  'stream.encoding.set': (cause) => new InternalError({ cause, captureStack: false }),
  'stream.error': (cause) =>
    new MalformedBody({ cause, message: 'The request body could not be decompressed' }),
  'stream.not.readable': (cause) => new InternalError({ cause, captureStack: false }),
}

/** What zlib calls a body that is not of its Content-Encoding; body-parser gives it status 400, co-body none. */
const CORRUPT =
  /^(?:Z_(?:DATA|BUF)_ERROR|ERR__ERROR_FORMAT_\w+|ERR_PADDING\w*|ERR_TRAILING_JUNK\w*|ZSTD_error_\w+)$/

/** co-body's word for an encoding that it lacks: it gives a status, and quotes the request. */
const UNKNOWN_ENCODING = /^Unsupported Content-Encoding: /

/** Recognizes what reading a request's body throws. co-body gives a SyntaxError its status, and the body that it is of. */
export function fromBodyParser(thrown: object, request?: ApiRequest): ApiError | undefined {
  const type = readString(thrown, 'type')
  if (type !== undefined && Object.hasOwn(byType, type)) return byType[type]!(thrown)
  if (
    readString(thrown, 'name') === 'SyntaxError' &&
    readProperty(thrown, 'status') === 400 &&
    readProperty(thrown, 'body') !== undefined
  ) {
    return byType['entity.parse.failed']!(thrown)
  }
  const status = readProperty(thrown, 'status') ?? readProperty(thrown, 'statusCode')
  if (status === 415 && UNKNOWN_ENCODING.test(readString(thrown, 'message') ?? ''))
    return byType['encoding.unsupported']!(thrown)
  const code = readString(thrown, 'code')
  if (code === undefined || !CORRUPT.test(code)) return undefined
  // Without a status it may be of anything that the app itself unpacks, unless the request came packed.
  const isPacked = status === undefined && request?.header('content-encoding') !== undefined
  return status === 400 || isPacked ? byType['stream.error']!(thrown) : undefined
}

function limitOf(thrown: object): number | undefined {
  const limit = readProperty(thrown, 'limit')
  return typeof limit === 'number' ? limit : undefined
}
