import type { ApiError } from '../errors/api-error.ts'
import { MissingRequiredField, ValidationFailed } from '../errors/index.ts'
import { formatPath, MAX_ISSUES, type Issue } from '../errors/issue.ts'
import { readProperty } from './safe-read.ts'

/** An issue that a validator found. */
export interface FoundIssue {
  readonly issue: Issue
  /** Whether the request lacks the field. */
  readonly isMissing: boolean
}

/** Creates the error for the issues that a validator found. */
export function createValidationError(cause: object, found: readonly FoundIssue[]): ApiError {
  const issues = found.map(({ issue }) => issue)
  return createIssuesError(
    cause,
    issues,
    found.every(({ isMissing }) => isMissing),
  )
}

/**
 * Creates the error for the issues of a validator: `missing_required_field` if every issue is a missing field, otherwise
 * `validation_failed`. Both contain all issues, at most `MAX_ISSUES`.
 */
export function createIssuesError(cause: object, found: readonly Issue[], areMissing: boolean): ApiError {
  const issues = found.slice(0, MAX_ISSUES)
  const field = areMissing ? formatPath(issues[0]?.path) : undefined
  return field === undefined
    ? new ValidationFailed({ cause, issues })
    : new MissingRequiredField({ cause, field, issues })
}

/** The members of an issue in which validators describe it. The values are foreign. */
export interface ForeignIssue {
  readonly message?: unknown
  readonly path?: unknown
  readonly code?: unknown
  readonly type?: unknown
  readonly kind?: unknown
  readonly keyword?: unknown
  readonly errorCode?: unknown
  readonly received?: unknown
  readonly input?: unknown
}

/**
 * Passes an item in a validator's list of issues to a function that reads its members, of which some may throw.
 *
 * Reading all members in one function is several times faster than reading each with `readProperty`.
 */
export function readIssue<Result>(item: unknown, read: (issue: ForeignIssue) => Result): Result {
  if (item === undefined || item === null) return read({})
  try {
    return read(item)
  } catch {
    return read({
      message: readProperty(item, 'message'),
      path: readProperty(item, 'path'),
      code: readProperty(item, 'code'),
      type: readProperty(item, 'type'),
      kind: readProperty(item, 'kind'),
      keyword: readProperty(item, 'keyword'),
      errorCode: readProperty(item, 'errorCode'),
      received: readProperty(item, 'received'),
      input: readProperty(item, 'input'),
    })
  }
}

/** Returns whether an item in a validator's list of issues states that the request lacks the field. */
export function isMissingField(item: unknown): boolean {
  return readIssue(item, hasMissingName)
}

/** Returns whether an issue has the name that a validator gives to a missing field. */
function hasMissingName({ code, message, type, keyword, received, errorCode }: ForeignIssue): boolean {
  return (
    // Zod 4 states the received type only in the message.
    (code === 'invalid_type' && typeof message === 'string' && message.endsWith('received undefined')) ||
    code === 'required' || // ArkType
    type === 'any.required' || // Joi
    type === 'optionality' || // Yup
    keyword === 'required' || // Ajv
    received === 'undefined' || // Zod 3, Valibot
    errorCode === 'required.openapi.validation' // express-openapi-validator
  )
}
