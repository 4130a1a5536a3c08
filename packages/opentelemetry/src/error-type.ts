import { errorCodes, errorClasses, type ApiError, type ApiErrorClass } from '@faultline/core'

/** What stands for a value that is not known, or one too many. */
export const OTHER = '_OTHER'

/**
 * The `error.type` of an error: its code. One that was read off a wire may be anything, and gives way to that of its
 * class, so that there are no more types than there are classes.
 */
export function errorType(error: ApiError): string {
  const { code } = error.constructor as Partial<ApiErrorClass>
  const isKnown = (known: string): boolean => known === code || Object.hasOwn(errorClasses, known)
  return errorCodes(error)?.find(isKnown) ?? OTHER
}
