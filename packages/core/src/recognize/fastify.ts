import type { ApiError } from '../errors/api-error.ts'
import {
  FileTooLarge,
  InternalError,
  MalformedBody,
  UnsupportedMediaType,
  ValidationFailed,
} from '../errors/index.ts'
import type { Issue } from '../errors/issue.ts'
import type { ApiRequest } from '../http/request.ts'
import { clampText } from '../http/clamp-text.ts'
import { readProperty, readString } from './safe-read.ts'
import { badUrl } from './http-errors.ts'

const MOST_ISSUES = 50

type Make = (thrown: object, request: ApiRequest | undefined) => ApiError

/** Fastify's codes whose status alone would say too little, or too much. The others' statuses are right. */
const byCode: Readonly<Record<string, Make>> = {
  FST_CP_ERR_INVALID_CONTENT: (cause) =>
    new MalformedBody({ cause, message: 'The request body could not be decompressed' }),
  FST_CP_ERR_INVALID_CONTENT_ENCODING: (cause) =>
    new UnsupportedMediaType({ cause, message: 'The content encoding of the request body is not supported' }),
  FST_ERR_BAD_URL: badUrl,
  FST_ERR_MIDDIE_MALFORMED_URL: badUrl,
  FST_ERR_CTP_EMPTY_JSON_BODY: (cause) =>
    new MalformedBody({ cause, message: 'The request body is not valid JSON' }),
  FST_ERR_CTP_INSTANCE_ALREADY_STARTED: (cause) => new InternalError({ cause, captureStack: false }),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: (cause) =>
    new MalformedBody({ cause, message: 'The request body does not match its Content-Length' }),
  FST_ERR_CTP_INVALID_JSON_BODY: (cause) =>
    new MalformedBody({ cause, message: 'The request body is not valid JSON' }),
  FST_INVALID_MULTIPART_CONTENT_TYPE: (cause) => new UnsupportedMediaType({ cause }),
  FST_REQ_FILE_TOO_LARGE: (cause) => new FileTooLarge({ cause }),
}

/** Recognizes Fastify's own errors, and what its validation found. */
export function fromFastify(thrown: object, request?: ApiRequest): ApiError | undefined {
  const code = readString(thrown, 'code')
  if (code === undefined || !code.startsWith('FST_')) return undefined
  if (Object.hasOwn(byCode, code)) return byCode[code]!(thrown, request)
  const found = readProperty(thrown, 'validation')
  return Array.isArray(found) ? new ValidationFailed({ cause: thrown, issues: issuesOf(found) }) : undefined
}

/** Ajv's findings, as `instancePath` (a JSON Pointer, RFC 6901), `keyword`, `params` and `message`. */
function issuesOf(found: readonly unknown[]): Issue[] {
  return found.slice(0, MOST_ISSUES).map((item) => {
    const keyword = readString(item, 'keyword')
    const path = (readString(item, 'instancePath') ?? '').split('/').slice(1, 33).map(keyOf)
    const missing = readString(readProperty(item, 'params'), 'missingProperty')
    if (missing !== undefined) path.push(clampText(missing, 256))
    return { message: clampText(readString(item, 'message') ?? 'is invalid', 1024), path, code: keyword }
  })
}

function keyOf(token: string): string | number {
  const key = clampText(token.replaceAll('~1', '/').replaceAll('~0', '~'), 256)
  return /^(?:0|[1-9]\d{0,9})$/.test(key) ? Number(key) : key
}
