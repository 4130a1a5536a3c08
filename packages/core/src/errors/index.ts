export * from './taxonomy.ts'
export { errorClasses } from './error-classes.ts'
export type { ErrorCode } from './codes.ts'
