export { recordErrors } from './record-errors.ts'
export type { RecordOptions } from './record-errors.ts'
