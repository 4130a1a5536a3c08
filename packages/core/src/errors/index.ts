export * from './taxonomy.ts'
export { defineErrors, declareDetails } from './define-errors.ts'
export type {
  DefinedError,
  DefinedErrorClass,
  DefinedErrors,
  DetailsDeclaration,
  ErrorDefinition,
  ErrorTable,
} from './defined-errors.ts'
export { errorClasses, isErrorCode } from './error-classes.ts'
export type { ErrorClassList, ErrorUnion } from './error-union.ts'
export { isOneOf } from './is-api-error.ts'
export { matchError } from './match-error.ts'
export type { ErrorCode, OpenCode } from './codes.ts'
