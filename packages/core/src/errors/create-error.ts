import type { ApiError } from './api-error.ts'
import type { ApiErrorOptions } from './error-options.ts'
import { describeUnmappedStatus, getCanonicalCode } from './canonical.ts'
import { parseRetryAfter, retryAfterSeconds } from '../http/retry-after.ts'
import type { ErrorCode } from './codes.ts'
import { errorClasses, isErrorCode } from './error-classes.ts'
import { PARSED, type ParsedState } from './error-options.ts'

/**
 * Creates an error from a code that is known only at run time.
 *
 * @param code A code of the taxonomy. Any other code creates an error of the class of `parentCode`, with that code.
 * @param options Options of any class. They are not checked against the class.
 * @param state Values that take precedence over the statics of the class.
 * @param parentCode The class of an error with another code. @default the canonical class of the status
 */
export function createError(
  code: string,
  options: Readonly<Record<string, unknown>>,
  state: ParsedState & { status: number },
  parentCode: ErrorCode = getCanonicalCode(state.status),
): ApiError {
  const isKnown = isErrorCode(code)
  const errorClass = errorClasses[isKnown ? code : parentCode]
  // Constructors accept any options at run time.
  const AnyErrorClass = errorClass as new (options: object) => ApiError
  return new AnyErrorClass({ ...options, [PARSED]: isKnown ? state : { ...state, code } })
}

/**
 * Creates the canonical error of a status from 400 to 599. The default message is the one of its class, or the reason
 * phrase of a status without a class.
 */
export function createErrorForStatus(status: number, options: ApiErrorOptions = {}): ApiError {
  const { code, ...defaults } = describeUnmappedStatus(status) ?? { code: getCanonicalCode(status) }
  return createError(code, { ...defaults, ...options }, { status })
}

/**
 * Creates the error for a reached rate limit.
 *
 * @param wait The time until the next request is permitted: seconds, a date, or the value of a Retry-After header. Without
 * one, the error is the canonical error of 429, which has no Retry-After.
 */
export function createRateLimitError(wait: number | Date | string | undefined): ApiError {
  const retryAfter = retryAfterSeconds(typeof wait === 'string' ? parseRetryAfter(wait) : wait)
  return retryAfter === undefined
    ? createErrorForStatus(429)
    : new errorClasses.rate_limit_exceeded({ retryAfter })
}
