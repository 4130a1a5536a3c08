import type { ApiError } from '../errors/api-error.ts'
import {
  FileTooLarge,
  InternalError,
  MalformedBody,
  UnsupportedMediaType,
  UpstreamError,
} from '../errors/index.ts'
import type { ApiRequest } from '../http/request.ts'
import { readAjvErrors } from './ajv.ts'
import { createValidationError } from './create-validation-error.ts'
import { createBadUrlError } from './http-errors.ts'
import { readProperty, readString } from './safe-read.ts'

type ErrorFactory = (thrown: object, request: ApiRequest | undefined) => ApiError

const malformedJson: ErrorFactory = (cause) =>
  new MalformedBody({ cause, message: 'The request body is not valid JSON' })

/** Fastify's codes that need another error than the canonical one of their status. */
const factoriesByCode: ReadonlyMap<string, ErrorFactory> = new Map<string, ErrorFactory>([
  [
    'FST_CP_ERR_INVALID_CONTENT',
    (cause) => new MalformedBody({ cause, message: 'The request body could not be decompressed' }),
  ],
  [
    'FST_CP_ERR_INVALID_CONTENT_ENCODING',
    (cause) =>
      new UnsupportedMediaType({
        cause,
        message: 'The content encoding of the request body is not supported',
      }),
  ],
  ['FST_ERR_BAD_URL', createBadUrlError],
  ['FST_ERR_MIDDIE_MALFORMED_URL', createBadUrlError],
  ['FST_ERR_CTP_EMPTY_JSON_BODY', malformedJson],
  ['FST_ERR_CTP_INSTANCE_ALREADY_STARTED', (cause) => new InternalError({ cause, captureStack: false })],
  [
    'FST_ERR_CTP_INVALID_CONTENT_LENGTH',
    (cause) => new MalformedBody({ cause, message: 'The request body does not match its Content-Length' }),
  ],
  ['FST_ERR_CTP_INVALID_JSON_BODY', malformedJson],
  ['FST_INVALID_MULTIPART_CONTENT_TYPE', (cause) => new UnsupportedMediaType({ cause })],
  // @fastify/reply-from and @fastify/http-proxy: the upstream cannot be reached.
  ['FST_REPLY_FROM_INTERNAL_SERVER_ERROR', (cause) => new UpstreamError({ cause })],
  ['FST_REQ_FILE_TOO_LARGE', (cause) => new FileTooLarge({ cause })],
])

/** Recognizes Fastify's errors, validation errors included. */
export function fromFastify(thrown: object, request?: ApiRequest): ApiError | undefined {
  const code = readString(thrown, 'code')
  if (code === undefined || !code.startsWith('FST_')) return undefined
  const factory = factoriesByCode.get(code)
  if (factory !== undefined) return factory(thrown, request)
  const validation = readProperty(thrown, 'validation')
  return Array.isArray(validation) ? createValidationError(thrown, readAjvErrors(validation)) : undefined
}
