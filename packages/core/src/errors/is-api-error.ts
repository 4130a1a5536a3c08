import { errorCodes, type ApiError } from './api-error.ts'
import type { ErrorCode } from './codes.ts'
import type { errorClasses } from './error-classes.ts'

/**
 * Returns whether a value is an ApiError, also if another installed copy of this package created it. Never throws.
 *
 *     if (isApiError(error, 'model_not_found')) console.log(error.model)
 *
 * @param code Narrows to errors of the class with this code and of its subclasses.
 */
export function isApiError(value: unknown): value is ApiError
export function isApiError<Code extends ErrorCode>(
  value: unknown,
  code: Code,
): value is InstanceType<(typeof errorClasses)[Code]>
export function isApiError(value: unknown, code?: string): boolean {
  const codes = errorCodes(value)
  return codes !== undefined && (code === undefined || codes.includes(code))
}
