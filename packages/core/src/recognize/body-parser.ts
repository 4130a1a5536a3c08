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

type ErrorFactory = (thrown: object) => ApiError

const malformedJson: ErrorFactory = (cause) =>
  new MalformedBody({ cause, message: 'The request body is not valid JSON' })

const unsupportedEncoding: ErrorFactory = (cause) =>
  new UnsupportedMediaType({ cause, message: 'The content encoding of the request body is not supported' })

const corruptEncoding: ErrorFactory = (cause) =>
  new MalformedBody({ cause, message: 'The request body could not be decompressed' })

const internalError: ErrorFactory = (cause) => new InternalError({ cause, captureStack: false })

/**
 * Errors of body-parser, raw-body and co-body by their `type`. The messages of the libraries quote the request, so they
 * are replaced.
 */
const factoriesByType: ReadonlyMap<string, ErrorFactory> = new Map<string, ErrorFactory>([
  [
    'charset.unsupported',
    (cause) =>
      new UnsupportedMediaType({ cause, message: 'The charset of the request body is not supported' }),
  ],
  ['encoding.unsupported', unsupportedEncoding],
  ['entity.parse.failed', malformedJson],
  ['entity.too.large', (cause) => new PayloadTooLarge({ cause, limit: readLimit(cause) })],
  [
    'entity.verify.failed',
    (cause) => new PermissionDenied({ cause, message: 'The request body failed verification' }),
  ],
  [
    'parameters.too.many',
    (cause) => new PayloadTooLarge({ cause, message: 'The request body has too many parameters' }),
  ],
  [
    'querystring.parse.rangeError',
    (cause) => new InvalidRequest({ cause, message: 'The request body is nested too deeply' }),
  ],
  ['request.aborted', (cause) => new MalformedBody({ cause, message: 'The request body ended too early' })],
  [
    'request.size.invalid',
    (cause) => new MalformedBody({ cause, message: 'The request body does not match its Content-Length' }),
  ],
  ['stream.encoding.set', internalError],
  ['stream.error', corruptEncoding],
  ['stream.not.readable', internalError],
])

/** zlib's codes for a body that does not match its Content-Encoding. body-parser adds status 400, co-body does not. */
const CORRUPT_ENCODING_CODE =
  /^(?:Z_(?:DATA|BUF)_ERROR|ERR__ERROR_FORMAT_\w+|ERR_PADDING\w*|ERR_TRAILING_JUNK\w*|ZSTD_error_\w+)$/

/** co-body's message for an unknown encoding. Its error has a status, and the message quotes the request. */
const UNSUPPORTED_ENCODING_MESSAGE = /^Unsupported Content-Encoding: /

/** Recognizes errors of reading and parsing a request body. */
export function fromBodyParser(thrown: object, request?: ApiRequest): ApiError | undefined {
  const factory = factoriesByType.get(readString(thrown, 'type') ?? '')
  if (factory !== undefined) return factory(thrown)
  const status = readProperty(thrown, 'status') ?? readProperty(thrown, 'statusCode')
  if (isCoBodySyntaxError(thrown)) return malformedJson(thrown)
  if (status === 415 && UNSUPPORTED_ENCODING_MESSAGE.test(readString(thrown, 'message') ?? ''))
    return unsupportedEncoding(thrown)
  const code = readString(thrown, 'code')
  if (code === undefined || !CORRUPT_ENCODING_CODE.test(code)) return undefined
  // Without a status, it can be an error of data that the app itself decompresses, unless the request body was
  // compressed.
  const isRequestBody = status === undefined && request?.header('content-encoding') !== undefined
  return status === 400 || isRequestBody ? corruptEncoding(thrown) : undefined
}

/** co-body adds a status and the body to the SyntaxError of JSON.parse. */
function isCoBodySyntaxError(thrown: object): boolean {
  return (
    readString(thrown, 'name') === 'SyntaxError' &&
    readProperty(thrown, 'status') === 400 &&
    readProperty(thrown, 'body') !== undefined
  )
}

function readLimit(thrown: object): number | undefined {
  const limit = readProperty(thrown, 'limit')
  return typeof limit === 'number' ? limit : undefined
}
