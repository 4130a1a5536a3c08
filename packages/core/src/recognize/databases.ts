import type { ApiError } from '../errors/api-error.ts'
import { Conflict } from '../errors/index.ts'
import { isObject, readProperty, readString } from './safe-read.ts'

type Violation = 'unique' | 'foreign-key'

/** Codes of drivers and ORMs. */
const violationsByCode: ReadonlyMap<unknown, Violation> = new Map<unknown, Violation>([
  ['23505', 'unique'], // PostgreSQL
  ['23503', 'foreign-key'],
  ['ER_DUP_ENTRY', 'unique'], // MySQL and MariaDB
  ['ER_DUP_ENTRY_WITH_KEY_NAME', 'unique'],
  ['ER_NO_REFERENCED_ROW', 'foreign-key'],
  ['ER_NO_REFERENCED_ROW_2', 'foreign-key'],
  ['ER_ROW_IS_REFERENCED', 'foreign-key'],
  ['ER_ROW_IS_REFERENCED_2', 'foreign-key'],
  ['SQLITE_CONSTRAINT_UNIQUE', 'unique'], // better-sqlite3
  ['SQLITE_CONSTRAINT_PRIMARYKEY', 'unique'],
  ['SQLITE_CONSTRAINT_FOREIGNKEY', 'foreign-key'],
  ['P2002', 'unique'], // Prisma
  ['P2003', 'foreign-key'],
  [11_000, 'unique'], // MongoDB, Mongoose
])

/** Names of the errors of ORMs that have no code. */
const violationsByName: ReadonlyMap<unknown, Violation> = new Map<unknown, Violation>([
  ['SequelizeUniqueConstraintError', 'unique'],
  ['SequelizeForeignKeyConstraintError', 'foreign-key'],
  ['UniqueConstraintViolationException', 'unique'], // MikroORM
  ['ForeignKeyConstraintViolationException', 'foreign-key'],
])

/** Extended result codes of node:sqlite, in `errcode`. */
const violationsByErrcode: ReadonlyMap<unknown, Violation> = new Map<unknown, Violation>([
  [2067, 'unique'],
  [1555, 'unique'],
  [787, 'foreign-key'],
])

/** Properties in which an ORM keeps the error of the driver: TypeORM, Sequelize, Drizzle and others. */
const WRAPPED = ['driverError', 'original', 'parent', 'cause'] as const

/** Maximum number of levels of wrapped errors. */
const MAX_DEPTH = 4

/**
 * A recognizer for violations of unique and foreign keys: the option `recognizers: [recognizeConflict]`. It creates a
 * `Conflict` (409), whose message does not name tables, columns or values.
 *
 * It recognizes PostgreSQL (pg, postgres.js, PGlite), MySQL, SQLite and MongoDB, also behind Prisma, Mongoose, Sequelize,
 * TypeORM, Drizzle and MikroORM. It is not built in, because only an application knows whether the caller's data or its
 * own code caused the violation.
 *
 * @returns undefined for any other value.
 */
export function recognizeConflict(thrown: unknown): ApiError | undefined {
  const violation = findViolation(thrown, 0)
  if (violation === undefined) return undefined
  return violation === 'unique'
    ? new Conflict({ cause: thrown })
    : new Conflict({ cause: thrown, message: 'A referenced resource does not exist, or is still in use' })
}

function findViolation(error: unknown, depth: number): Violation | undefined {
  if (!isObject(error) || depth === MAX_DEPTH) return undefined
  const violation =
    violationsByCode.get(readProperty(error, 'code')) ??
    violationsByName.get(readString(error, 'name')) ??
    violationsByErrcode.get(readProperty(error, 'errcode'))
  if (violation !== undefined) return violation
  for (const property of WRAPPED) {
    const wrapped = findViolation(readProperty(error, property), depth + 1)
    if (wrapped !== undefined) return wrapped
  }
  return undefined
}
