import { errorCodes, type ApiError, type ApiErrorClass } from './api-error.ts'
import type { ErrorCode } from './codes.ts'
import type { errorClasses } from './error-classes.ts'
import type { ErrorClassList, ErrorUnion } from './error-union.ts'

/**
 * Returns whether a value is an ApiError, also if another installed copy of this package created it. Never throws.
 *
 *     if (isApiError(error, 'model_not_found')) console.log(error.model)
 *     if (isApiError(error, errors.OrderNotFound)) console.log(error.details.orderId)
 *
 * @param kind A code or an error class. Narrows to errors of this class and of its subclasses. The code of an own class
 * narrows to ApiError; its class narrows to its errors.
 */
export function isApiError(value: unknown): value is ApiError
export function isApiError<Code extends ErrorCode>(
  value: unknown,
  kind: Code,
): value is InstanceType<(typeof errorClasses)[Code]>
export function isApiError<Class extends ApiErrorClass>(
  value: unknown,
  kind: Class,
): value is InstanceType<Class>
export function isApiError(value: unknown, kind: string): value is ApiError
export function isApiError(value: unknown, kind?: string | ApiErrorClass): boolean {
  const codes = errorCodes(value)
  if (codes === undefined) return false
  if (typeof kind === 'function') return value instanceof kind
  return kind === undefined || codes.includes(kind)
}

/**
 * Returns whether a value is an error with the code of one of the classes. Errors of their subclasses have other codes, so
 * the result narrows by literal codes. Never throws.
 *
 *     if (isOneOf(error, [RateLimitExceeded, ModelNotFound]))
 *       switch (error.code) ...
 */
export function isOneOf<const Classes extends ErrorClassList>(
  value: unknown,
  classes: Classes,
): value is ErrorUnion<Classes> {
  const code = errorCodes(value)?.[0]
  return code !== undefined && Object.values(classes).some((errorClass) => errorClass.code === code)
}
