import { errorCodes, type ApiError } from './api-error.ts'
import type { ErrorCode } from './codes.ts'
import type { errorClasses } from './error-classes.ts'

/**
 * Whether a value is an ApiError: of any kind, or of a kind or one below it.
 *
 *     if (isApiError(error, 'model_not_found')) console.log(error.model)
 *
 * Works across installed copies of this package. Never throws.
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
