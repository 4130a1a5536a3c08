import { PGlite } from '@electric-sql/pglite'
import { createResponder, recognizeConflict, toApiError } from '@faultline/core'
import { CANARY } from '@faultline/test-kit'
import { drizzle } from 'drizzle-orm/pglite'
import { sql } from 'drizzle-orm'
import { MongoServerError } from 'mongodb'
import { ForeignKeyConstraintError, UniqueConstraintError } from 'sequelize'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catchThrown } from './catch-thrown.ts'

const responder = createResponder({ envelope: 'ai-api', recognizers: [recognizeConflict], onError() {} })
const request = { method: 'POST', url: '/', header: () => undefined, raw: undefined }

let database: PGlite
beforeAll(async () => {
  database = new PGlite()
  await database.exec(
    `create table owners (id int primary key);
     create table pets (name text unique, owner int references owners);
     insert into pets values ('${CANARY}', null)`,
  )
  // The database is compiled first.
}, 60_000)
afterAll(() => database.close())

const insertTwice = `insert into pets values ('${CANARY}', null)`
const insertWithoutOwner = `insert into pets values ('other', 7)`

const rows: readonly { name: string; fail: () => unknown; message: RegExp }[] = [
  {
    name: 'a unique key of PostgreSQL',
    fail: () => database.exec(insertTwice),
    message: /^The resource already exists$/,
  },
  {
    name: 'a foreign key of PostgreSQL',
    fail: () => database.exec(insertWithoutOwner),
    message: /^A referenced resource does not exist/,
  },
  {
    name: 'a unique key behind Drizzle',
    fail: () => drizzle(database).execute(sql.raw(insertTwice)),
    message: /^The resource already exists$/,
  },
  {
    name: 'a unique key of Sequelize',
    fail: () => {
      throw new UniqueConstraintError({ message: CANARY, fields: { name: CANARY } })
    },
    message: /^The resource already exists$/,
  },
  {
    name: 'a foreign key of Sequelize',
    fail: () => {
      throw new ForeignKeyConstraintError({
        table: CANARY,
        parent: Object.assign(new Error(CANARY), { sql: '' }),
      })
    },
    message: /^A referenced resource does not exist/,
  },
  {
    name: 'a unique index of MongoDB',
    fail: () => {
      throw new MongoServerError({ message: `E11000 ${CANARY}`, code: 11_000, keyValue: { name: CANARY } })
    },
    message: /^The resource already exists$/,
  },
  {
    name: 'a unique key of MySQL',
    fail: () => {
      throw Object.assign(new Error(`Duplicate entry '${CANARY}'`), { code: 'ER_DUP_ENTRY', errno: 1062 })
    },
    message: /^The resource already exists$/,
  },
  {
    name: 'a foreign key behind TypeORM',
    fail: () => {
      const driverError = Object.assign(new Error(CANARY), { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' })
      throw Object.assign(new Error(CANARY), { name: 'QueryFailedError', driverError })
    },
    message: /^A referenced resource does not exist/,
  },
]

describe('recognizeConflict', () => {
  test.each(rows)('answers a violation of $name with 409, without its values', async ({ fail, message }) => {
    const thrown = await catchThrown(fail)
    const { status, body } = responder.respond(thrown, request)
    expect(status).toBe(409)
    const { error } = JSON.parse(body) as { error: { message: string } }
    expect(error.message).toMatch(message)
    expect(body).not.toContain(CANARY)
  })

  test.each(rows)('is not built in: $name is a server error by default', async ({ fail }) => {
    expect(toApiError(await catchThrown(fail)).status).toBe(500)
  })

  test('leaves other failures of a database alone', async () => {
    const thrown = await catchThrown(() => database.exec('select * from missing'))
    expect(recognizeConflict(thrown)).toBeUndefined()
    expect(responder.respond(thrown, request).status).toBe(500)
  })

  test('ends in a chain of causes that refers to itself', () => {
    const error = new Error('loop')
    error.cause = error
    expect(recognizeConflict(error)).toBeUndefined()
  })
})
