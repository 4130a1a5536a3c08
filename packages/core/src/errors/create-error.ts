import { PARSED, type ApiError, type ParsedState } from './api-error.ts'
import type { ErrorCode } from './codes.ts'
import { errorClasses } from './error-classes.ts'
import { describeUnmappedStatus, getCanonicalCode } from './canonical.ts'

/** Any kind's options, not checked against the kind. */
export type LooseOptions = Readonly<Record<string, unknown>>

/**
 * The error of a code that is known only when the program runs.
 *
 * @param code A code of the taxonomy; any other gives an error of the status's canonical kind with that code.
 * @param wire What is to differ from the class.
 */
export function createError(
  code: string,
  options: LooseOptions,
  wire: ParsedState & { status: number },
): ApiError {
  const known = Object.hasOwn(errorClasses, code) ? (code as ErrorCode) : getCanonicalCode(wire.status)
  const Kind = errorClasses[known] as new (options: object) => ApiError
  return new Kind({ ...options, [PARSED]: known === code ? wire : { ...wire, code } })
}

/** The canonical error of a status from 400 to 599, with its generic message where the options have none. */
export function createErrorForStatus(status: number, options: LooseOptions): ApiError {
  const foreign = describeUnmappedStatus(status)
  if (foreign === undefined) return createError(getCanonicalCode(status), options, { status })
  return createError(foreign.code, { message: foreign.message, ...options }, { status })
}
