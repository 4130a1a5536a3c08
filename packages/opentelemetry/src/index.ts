export { recordErrors } from './record-errors.ts'
export type { RecordErrorsOptions } from './record-errors.ts'
