import { ERROR_CODES, type ErrorCode } from './codes.ts'
import { toPascalCase, type PascalCase } from './pascal-case.ts'
import * as taxonomy from './taxonomy.ts'

const classesByName: Readonly<Record<string, unknown>> = taxonomy

/** Error classes of the taxonomy by code, in the order of the taxonomy. */
export const errorClasses = Object.fromEntries(
  ERROR_CODES.map((code) => [code, classesByName[toPascalCase(code)]]),
) as { readonly [Code in ErrorCode]: (typeof taxonomy)[PascalCase<Code>] }

/** Returns whether a string is a code of the taxonomy. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorClasses, code)
}
