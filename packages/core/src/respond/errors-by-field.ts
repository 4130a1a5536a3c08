import type { ApiError } from '../errors/api-error.ts'
import { ValidationFailed } from '../errors/index.ts'
import { formatPath, type Issue } from '../errors/issue.ts'

/** Values that the error of one invalid field is created with. */
export interface FieldErrorOptions {
  readonly field: string
  /** The validator's description of the problem, the first if there are several. */
  readonly issue: string
  readonly issues: readonly Issue[]
  /** The error of the validator. */
  readonly cause: unknown
}

/** A class for errors about one field, such as `InvalidTemperature` or a class that extends `InvalidFieldValue`. */
export type FieldErrorClass = new (options: FieldErrorOptions) => ApiError

/**
 * Error classes by the field that is invalid, such as `temperature` or `messages[].role`, where `[]` is any index. `*` is
 * any other field.
 */
export type ErrorsByField = Readonly<Record<string, FieldErrorClass>>

/**
 * Returns the error of a field's class for an error that a validator caused and whose issues are all of one field. Returns
 * any other error unchanged: missing fields, several fields, and errors without a cause, which the application has thrown.
 */
export function replaceFieldError(error: ApiError, errorsByField: ErrorsByField): ApiError {
  const { code, cause, issues } = error
  if (code !== ValidationFailed.code || cause === undefined || issues === undefined) return error
  const [issue] = issues
  const field = formatPath(issue?.path)
  if (issue === undefined || field === undefined) return error
  if (issues.some(({ path }) => formatPath(path) !== field)) return error
  const pattern = field.replaceAll(/\[\d+\]/g, '[]')
  const ErrorClass = getOwn(errorsByField, pattern) ?? getOwn(errorsByField, '*')
  return ErrorClass === undefined ? error : new ErrorClass({ field, issue: issue.message, issues, cause })
}

function getOwn(errorsByField: ErrorsByField, field: string): FieldErrorClass | undefined {
  return Object.hasOwn(errorsByField, field) ? errorsByField[field] : undefined
}
