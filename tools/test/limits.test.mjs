import { describe, expect, test } from 'vitest'
import { gaps as express } from '../../packages/express/test/create-server.ts'
import { gaps as fastify } from '../../packages/fastify/test/create-server.ts'
import { gaps as hono } from '../../packages/hono/test/create-server.ts'
import { gaps as koa } from '../../packages/koa/test/create-server.ts'
import { gaps as nestjs } from '../../packages/nestjs/test/create-server.ts'
import { universalGaps } from '../../packages/testing/src/index.ts'
import { formatLimits, readLimits } from '../limits.mjs'

const limits = readLimits()

/** Returns the scenarios of all rows, in alphabetical order. A scenario in two rows is returned twice. */
const listScenarios = (getScenarios) =>
  limits.flatMap((limit) => getScenarios(limit) ?? []).toSorted((a, b) => (a < b ? -1 : 1))

describe('the table of limits', () => {
  test.each(Object.entries({ express, fastify, hono, koa, nestjs }))(
    'has one row for each gap of %s, and no other row',
    (adapter, gaps) => {
      expect(listScenarios(({ adapters }) => adapters?.[adapter]?.scenarios)).toEqual(
        Object.keys(gaps).toSorted(),
      )
    },
  )

  test('has one row for each gap of all servers, and no other row', () => {
    expect(listScenarios(({ everywhere }) => everywhere?.scenarios)).toEqual(
      Object.keys(universalGaps).toSorted(),
    )
  })

  test('says in each row what to do', () => {
    for (const { case: description, remedy, adapters = {}, everywhere } of limits) {
      expect(remedy, description).toMatch(/\w.*\.$/)
      expect(Object.keys(adapters).length > 0, description).toBe(everywhere === undefined)
    }
  })

  test('shows the result on each framework', () => {
    const scenarios = ['throw/null']
    const table = formatLimits([
      { case: 'A null', remedy: 'Throw errors.', adapters: { koa: { result: 'not in hooks', scenarios } } },
      { case: 'A timer', remedy: 'Exit.', everywhere: { result: 'no', scenarios } },
    ])
    expect(table.split('\n').slice(-3, -1)).toEqual([
      '| A null  | yes     | not in hooks | yes     | yes    | yes  | Throw errors. |',
      '| A timer | no      | no           | no      | no     | no   | Exit.         |',
    ])
  })
})
