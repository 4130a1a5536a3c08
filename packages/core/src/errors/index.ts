export * from './taxonomy.ts'
export { errorClasses, isErrorCode } from './error-classes.ts'
export type { ErrorCode } from './codes.ts'
