import type { ApiError } from '../errors/api-error.ts'
import { MAX_FIELD_LENGTH, MAX_ISSUE_LENGTH, MAX_ISSUES } from '../errors/issue.ts'
import { truncateText } from '../http/clamp-text.ts'
import { createValidationError, isMissingField, type FoundIssue } from './create-validation-error.ts'
import { readItems, readProperty, readString } from './safe-read.ts'

/** Maximum number of keys of a path. */
const MAX_DEPTH = 32

/**
 * Recognizes errors in the format of Ajv: its ValidationError, the list `validate.errors` that was thrown as it is, a
 * result of openapi-backend, and the errors of TypeBox 1.
 */
export function fromAjv(thrown: object): ApiError | undefined {
  const lists = [
    thrown,
    readProperty(thrown, 'errors'),
    readProperty(readProperty(thrown, 'cause'), 'errors'),
  ]
  const list = lists.find(isAjvErrors)
  return list === undefined ? undefined : createValidationError(thrown, readAjvErrors(list))
}

function isAjvErrors(list: unknown): boolean {
  const [first] = readItems(list, 1)
  return readString(first, 'instancePath') !== undefined && readString(first, 'keyword') !== undefined
}

/** Reads a list of errors in the format of Ajv. */
export function readAjvErrors(list: unknown): FoundIssue[] {
  return readItems(list, MAX_ISSUES).flatMap(toFoundIssues)
}

/** Converts an Ajv error. Its `instancePath` is a JSON Pointer (RFC 6901). */
function toFoundIssues(ajvError: unknown): FoundIssue[] {
  const keys = (readString(ajvError, 'instancePath') ?? '')
    .split('/')
    .slice(1, MAX_DEPTH + 1)
    .map(parsePointerToken)
  // openapi-backend validates the request as a whole.
  const path = keys[0] === 'requestBody' ? keys.slice(1) : keys
  const params = readProperty(ajvError, 'params')
  const missing = [
    readProperty(params, 'missingProperty'),
    // TypeBox lists all missing properties in one error.
    ...readItems(readProperty(params, 'requiredProperties'), MAX_ISSUES),
  ].filter((name) => typeof name === 'string')
  const issue = {
    message: truncateText(readString(ajvError, 'message') ?? 'is invalid', MAX_ISSUE_LENGTH),
    code: readString(ajvError, 'keyword'),
  }
  const paths =
    missing.length === 0 ? [path] : missing.map((name) => [...path, truncateText(name, MAX_FIELD_LENGTH)])
  const isMissing = isMissingField(ajvError)
  return paths.map((each) => ({ issue: { ...issue, path: each }, isMissing }))
}

function parsePointerToken(token: string): string | number {
  const key = truncateText(token.replaceAll('~1', '/').replaceAll('~0', '~'), MAX_FIELD_LENGTH)
  return /^(?:0|[1-9]\d{0,9})$/.test(key) ? Number(key) : key
}
