import type { ApiError } from '../errors/api-error.ts'
import { MissingRequiredField, ValidationFailed } from '../errors/index.ts'
import { formatPath, MAX_ISSUES, type Issue } from '../errors/issue.ts'
import { readProperty, readString } from './safe-read.ts'

/** An issue that a validator found. */
export interface FoundIssue {
  readonly issue: Issue
  /** Whether the request lacks the field. */
  readonly isMissing: boolean
}

/**
 * Creates the error for the issues of a validator: `missing_required_field` if every issue is a missing field, otherwise
 * `validation_failed`. Both contain all issues, at most `MAX_ISSUES`.
 */
export function createValidationError(cause: object, found: readonly FoundIssue[]): ApiError {
  const issues = found.slice(0, MAX_ISSUES).map(({ issue }) => issue)
  const field = formatPath(issues[0]?.path)
  return field !== undefined && found.every(({ isMissing }) => isMissing)
    ? new MissingRequiredField({ cause, field, issues })
    : new ValidationFailed({ cause, issues })
}

/** The names that validators give to a missing field, by the property that contains the name. */
const missingNames: readonly (readonly [property: string, name: string])[] = [
  ['keyword', 'required'], // Ajv
  ['code', 'required'], // ArkType
  ['type', 'any.required'], // Joi
  ['type', 'optionality'], // Yup
  ['errorCode', 'required.openapi.validation'], // express-openapi-validator
  ['received', 'undefined'], // Zod 3, Valibot
]

/** Returns whether an item in a validator's list of issues states that the request lacks the field. */
export function isMissingField(item: unknown): boolean {
  if (missingNames.some(([property, name]) => readString(item, property) === name)) return true
  // Zod 4 states the received type only in the message.
  return (
    readProperty(item, 'code') === 'invalid_type' &&
    readString(item, 'message')?.endsWith('received undefined') === true
  )
}
