import type { ApiError } from '../errors/api-error.ts'
import {
  FileTooLarge,
  InternalError,
  InvalidRequest,
  MalformedBody,
  PayloadTooLarge,
  UnsupportedMediaType,
} from '../errors/index.ts'
import { MAX_FIELD_LENGTH } from '../errors/issue.ts'
import { truncateText } from '../http/clamp-text.ts'
import { readNumber, readString } from './safe-read.ts'

const FILE_TOO_LARGE = 'LIMIT_FILE_SIZE'

/** Public messages of multer's codes. */
const messagesByCode: ReadonlyMap<string, string> = new Map([
  ['INVALID_FIELD_NAME', 'A field of the upload has an invalid name'],
  ['LIMIT_FIELD_ARRAY_INDEX', 'A field of the upload has too large an index'],
  ['LIMIT_FIELD_COUNT', 'The upload has too many fields'],
  ['LIMIT_FIELD_KEY', 'A field of the upload has too long a name'],
  ['LIMIT_FIELD_NESTING', 'A field of the upload is nested too deeply'],
  ['LIMIT_FIELD_VALUE', 'A field of the upload is too long'],
  ['LIMIT_FILE_COUNT', 'The upload has too many files'],
  ['LIMIT_PART_COUNT', 'The upload has too many parts'],
  ['LIMIT_UNEXPECTED_FILE', 'The upload has a file where none is expected'],
  ['MISSING_FIELD_NAME', 'A field of the upload has no name'],
])

/** Multer's own messages, and the code of each. */
const codesByMessage: ReadonlyMap<string, string> = new Map([
  ['Field name array index too large', 'LIMIT_FIELD_ARRAY_INDEX'],
  ['Field name missing', 'MISSING_FIELD_NAME'],
  ['Field name nesting too deep', 'LIMIT_FIELD_NESTING'],
  ['Field name too long', 'LIMIT_FIELD_KEY'],
  ['Field value too long', 'LIMIT_FIELD_VALUE'],
  ['File too large', FILE_TOO_LARGE],
  ['Invalid field name', 'INVALID_FIELD_NAME'],
  ['Too many fields', 'LIMIT_FIELD_COUNT'],
  ['Too many files', 'LIMIT_FILE_COUNT'],
  ['Too many parts', 'LIMIT_PART_COUNT'],
  ['Unexpected field', 'LIMIT_UNEXPECTED_FILE'],
  ['Unexpected file field', 'LIMIT_UNEXPECTED_FILE'],
])

/** Messages of busboy, dicer and @fastify/busboy for a body that is not a valid multipart body. */
const MALFORMED_MESSAGE =
  /^(?:Multipart: Boundary not found|The needle cannot have a length bigger than 256\.?|Malformed (?:part header|content type|urlencoded form)|Missing Content-Type|Unexpected end of (?:form|file|multipart data)|(?:Part|File|Multipart) terminated early due to unexpected end of multipart data|Invalid content disposition|Request (?:aborted|closed|error))$/
const UNSUPPORTED_MESSAGE = /^Unsupported content type: /

/** Maximum number of characters of a message that is compared. */
const MAX_MESSAGE_LENGTH = 512

/** Recognizes a MulterError. It has a code and no status. */
export function fromMulter(thrown: object): ApiError | undefined {
  if (readString(thrown, 'name') !== 'MulterError') return undefined
  return createUploadError(readString(thrown, 'code') ?? '', readString(thrown, 'field'), thrown)
}

/** The error codes of formidable for a file or a body that is too large. */
const FORMIDABLE_TOO_LARGE: ReadonlySet<unknown> = new Set([1009, 1016])

/** Recognizes the errors of formidable, which koa-body uses: a number as code, and the status as `httpCode`. */
export function fromFormidable(thrown: object): ApiError | undefined {
  const status = readNumber(thrown, 'httpCode')
  const code = readNumber(thrown, 'code')
  if (status === undefined || code === undefined || status < 400 || status > 499) return undefined
  if (status === 413)
    return FORMIDABLE_TOO_LARGE.has(code)
      ? new FileTooLarge({ cause: thrown })
      : new PayloadTooLarge({ cause: thrown })
  return createMalformedUploadError(thrown)
}

/** Recognizes errors of busboy, dicer and multer for a malformed upload. They only have a message. */
export function fromBusboy(thrown: object): ApiError | undefined {
  const message = readString(thrown, 'message')
  if (message === undefined || message.length > MAX_MESSAGE_LENGTH || readString(thrown, 'name') !== 'Error')
    return undefined
  if (MALFORMED_MESSAGE.test(message)) return createMalformedUploadError(thrown)
  return UNSUPPORTED_MESSAGE.test(message) ? new UnsupportedMediaType({ cause: thrown }) : undefined
}

/**
 * Recognizes an upload error by its message alone. Nest 11 keeps nothing else of the errors of multer and busboy, and
 * appends ` - ` and the field to the message.
 */
export function fromUploadMessage(message: string, cause: object): ApiError | undefined {
  const [, multerMessage = '', field] = /^(.*?)(?: - (.*))?$/s.exec(message) ?? []
  const code = codesByMessage.get(multerMessage)
  if (code !== undefined) return createUploadError(code, field, cause)
  // Nest's own prefix; one message of busboy begins with the same word.
  const isMalformed =
    MALFORMED_MESSAGE.test(message) || MALFORMED_MESSAGE.test(message.replace('Multipart: ', ''))
  return isMalformed ? createMalformedUploadError(cause) : undefined
}

function createUploadError(code: string, field: string | undefined, cause: object): ApiError {
  if (code === FILE_TOO_LARGE) return new FileTooLarge({ cause })
  const message = messagesByCode.get(code)
  if (message === undefined) return new InternalError({ cause, captureStack: false })
  const issues =
    field === undefined ? undefined : [{ message, path: [truncateText(field, MAX_FIELD_LENGTH)] }]
  return new InvalidRequest({ cause, message, issues })
}

function createMalformedUploadError(cause: object): ApiError {
  return new MalformedBody({ cause, message: 'The request body is not a valid upload' })
}
