import { errorClasses, errorCodes, isApiErrorClass, type ApiError } from '@faultline/core'

/** The value for methods, types and origins that are not known or exceed a limit. */
export const OTHER = '_OTHER'

/**
 * Returns the `error.type` of an error: its code. A code that was received from another service may be any string, so
 * the code of its class is used instead. This limits the number of types to the number of classes.
 */
export function getErrorType(error: ApiError): string {
  const { constructor } = error
  const ownCode = isApiErrorClass(constructor) ? constructor.code : undefined
  const isKnown = (code: string): boolean => code === ownCode || Object.hasOwn(errorClasses, code)
  return errorCodes(error)?.find(isKnown) ?? OTHER
}
