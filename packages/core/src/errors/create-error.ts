import { PARSED, type ApiError, type ParsedState } from './api-error.ts'
import { describeUnmappedStatus, getCanonicalCode } from './canonical.ts'
import type { ErrorCode } from './codes.ts'
import { errorClasses } from './error-classes.ts'

/** Options of any error class. They are not checked against the class. */
export type LooseOptions = Readonly<Record<string, unknown>>

/**
 * Creates an error from a code that is known only at run time.
 *
 * @param code A code of the taxonomy. Any other code creates an error of the canonical class of the status, with that
 * code.
 * @param state Values that take precedence over the statics of the class.
 */
export function createError(
  code: string,
  options: LooseOptions,
  state: ParsedState & { status: number },
): ApiError {
  const isKnown = isErrorCode(code)
  const errorClass = errorClasses[isKnown ? code : getCanonicalCode(state.status)]
  // Constructors accept any options at run time.
  const AnyErrorClass = errorClass as new (options: object) => ApiError
  return new AnyErrorClass({ ...options, [PARSED]: isKnown ? state : { ...state, code } })
}

/** Creates the canonical error of a status from 400 to 599. @default the message of its class or of the status */
export function createErrorForStatus(status: number, options: LooseOptions): ApiError {
  const unmapped = describeUnmappedStatus(status)
  if (unmapped === undefined) return createError(getCanonicalCode(status), options, { status })
  return createError(unmapped.code, { message: unmapped.message, ...options }, { status })
}

/** Returns whether a string is a code of the taxonomy. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorClasses, code)
}
