import { WIRE, type ApiError, type WireFacts } from './api-error.ts'
import { errorClasses, type ErrorCode } from './errors/index.ts'
import { canonicalCode, foreignStatus } from './status.ts'

/** Any kind's options, not checked against the kind. */
export type LooseOptions = Readonly<Record<string, unknown>>

/**
 * The error of a code that is known only when the program runs.
 *
 * @param code A code of the taxonomy; any other gives an error of the status's canonical kind with that code.
 * @param wire What is to differ from the class.
 */
export function errorOf(code: string, options: LooseOptions, wire: WireFacts & { status: number }): ApiError {
  const known = Object.hasOwn(errorClasses, code) ? (code as ErrorCode) : canonicalCode(wire.status)
  const Kind = errorClasses[known] as new (options: object) => ApiError
  return new Kind({ ...options, [WIRE]: known === code ? wire : { ...wire, code } })
}

/** The canonical error of a status from 400 to 599, with its generic message where the options have none. */
export function errorOfStatus(status: number, options: LooseOptions): ApiError {
  const foreign = foreignStatus(status)
  if (foreign === undefined) return errorOf(canonicalCode(status), options, { status })
  return errorOf(foreign.code, { message: foreign.message, ...options }, { status })
}
