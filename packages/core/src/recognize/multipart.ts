import type { ApiError } from '../errors/api-error.ts'
import {
  FileTooLarge,
  InternalError,
  InvalidRequest,
  MalformedBody,
  UnsupportedMediaType,
} from '../errors/index.ts'
import { clampText } from '../http/clamp-text.ts'
import { readString } from './safe-read.ts'

/** Multer's codes and what each comes to. */
const byCode: Readonly<Record<string, string>> = {
  INVALID_FIELD_NAME: 'A field of the upload has an invalid name',
  LIMIT_FIELD_ARRAY_INDEX: 'A field of the upload has too large an index',
  LIMIT_FIELD_COUNT: 'The upload has too many fields',
  LIMIT_FIELD_KEY: 'A field of the upload has too long a name',
  LIMIT_FIELD_NESTING: 'A field of the upload is nested too deeply',
  LIMIT_FIELD_VALUE: 'A field of the upload is too long',
  LIMIT_FILE_COUNT: 'The upload has too many files',
  LIMIT_PART_COUNT: 'The upload has too many parts',
  LIMIT_UNEXPECTED_FILE: 'The upload has a file where none is expected',
  MISSING_FIELD_NAME: 'A field of the upload has no name',
}

/** Recognizes what multer throws: it has a code and no status. */
export function fromMulter(thrown: object): ApiError | undefined {
  if (readString(thrown, 'name') !== 'MulterError') return undefined
  return uploadError(readString(thrown, 'code') ?? '', readString(thrown, 'field'), thrown)
}

function uploadError(code: string, field: string | undefined, cause: object): ApiError {
  if (code === 'LIMIT_FILE_SIZE') return new FileTooLarge({ cause })
  const message = Object.hasOwn(byCode, code) ? byCode[code] : undefined
  if (message === undefined) return new InternalError({ cause, captureStack: false })
  const issues = field === undefined ? undefined : [{ message, path: [clampText(field, 256)] }]
  return new InvalidRequest({ cause, message, issues })
}

/** What multer says of its codes. */
const byText: Readonly<Record<string, string>> = {
  'Field name array index too large': 'LIMIT_FIELD_ARRAY_INDEX',
  'Field name missing': 'MISSING_FIELD_NAME',
  'Field name nesting too deep': 'LIMIT_FIELD_NESTING',
  'Field name too long': 'LIMIT_FIELD_KEY',
  'Field value too long': 'LIMIT_FIELD_VALUE',
  'File too large': 'LIMIT_FILE_SIZE',
  'Invalid field name': 'INVALID_FIELD_NAME',
  'Too many fields': 'LIMIT_FIELD_COUNT',
  'Too many files': 'LIMIT_FILE_COUNT',
  'Too many parts': 'LIMIT_PART_COUNT',
  'Unexpected field': 'LIMIT_UNEXPECTED_FILE',
  'Unexpected file field': 'LIMIT_UNEXPECTED_FILE',
}

/**
 * Recognizes what an upload is refused with by its text alone: Nest 11 keeps no more of what multer and busboy throw,
 * and puts the field behind it.
 */
export function fromUploadText(text: string, cause: object): ApiError | undefined {
  const [, said = '', field] = /^(.*?)(?: - (.*))?$/s.exec(text) ?? []
  if (Object.hasOwn(byText, said)) return uploadError(byText[said]!, field, cause)
  if (!MALFORMED.test(text) && !MALFORMED.test(text.replace('Multipart: ', ''))) return undefined
  return new MalformedBody({ cause, message: 'The request body is not a valid upload' })
}

/** What busboy and its kin say of a body that is no multipart one; their errors are bare. */
const MALFORMED =
  /^(?:Multipart: Boundary not found|Malformed (?:part header|content type|urlencoded form)|Missing Content-Type|Unexpected end of (?:form|file|multipart data)|(?:Part|File|Multipart) terminated early due to unexpected end of multipart data|Invalid content disposition|Request (?:aborted|closed|error))$/
const UNSUPPORTED = /^Unsupported content type: /

/** Recognizes what busboy, dicer and multer itself throw of a broken upload, by message alone. */
export function fromBusboy(thrown: object): ApiError | undefined {
  const message = readString(thrown, 'message')
  if (message === undefined || message.length > 512 || readString(thrown, 'name') !== 'Error')
    return undefined
  if (MALFORMED.test(message)) {
    return new MalformedBody({ cause: thrown, message: 'The request body is not a valid upload' })
  }
  if (UNSUPPORTED.test(message)) return new UnsupportedMediaType({ cause: thrown })
  return undefined
}
