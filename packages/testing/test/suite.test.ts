import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  createConformanceTests,
  universalGaps,
  scenarioIds,
  topics,
  type CreateServer,
} from '../src/index.ts'

const nowhere: CreateServer = () => Promise.reject(new Error('There is no server'))

const scenarios = Object.entries(topics).flatMap(([topic, all]) => all.map(({ name }) => `${topic}/${name}`))

describe('every row of the master table', () => {
  test('is a scenario or a gap with a reason, and no gap is anything else', () => {
    const names = new Set(scenarios)
    // What Node's parser refuses, and what breaks off, is one topic here, whichever section of the table it is in.
    const isElsewhere = (row: string): boolean =>
      ['proto', 'response'].some((topic) => names.has(row.replace(/^\w+\//, `${topic}/`)))
    const missing = scenarioIds.filter(
      (row) => !names.has(row) && universalGaps[row] === undefined && !isElsewhere(row),
    )
    expect(missing).toEqual([])
    expect(Object.keys(universalGaps).filter((row) => !scenarioIds.includes(row))).toEqual([])
    for (const reason of Object.values(universalGaps)) expect(reason).toMatch(/^[A-Z].{30,}\.$/)
  })

  test('has a name of its own', () => {
    expect(new Set(scenarios).size).toBe(scenarios.length)
  })
})

describe('golden answers', () => {
  test('are those of scenarios', () => {
    const folder = new URL('../golden/', import.meta.url)
    const keys = readdirSync(folder).flatMap((file) =>
      [...readFileSync(new URL(file, folder), 'utf8').matchAll(/^### (.*): [a-z0-9_]+$/gm)].map(
        ([, name]) => `${file.replace('.txt', '')}/${name}`,
      ),
    )
    expect(keys.length).toBeGreaterThan(300)
    expect(keys.filter((key) => !scenarios.includes(key))).toEqual([])
  })
})

describe('gaps', () => {
  test('skip their scenarios, and say why', () => {
    const { tests } = createConformanceTests(nowhere, {
      'throw/null': 'It can’t be told.',
      'upload/*': 'No uploads.',
    })
    const of = (topic: string, name: string): string | undefined =>
      tests.find((each) => each.topic === topic && each.name === name)?.gap
    expect([of('throw', 'null'), of('upload', 'upload-ok'), of('throw', 'error')]).toEqual([
      'It can’t be told.',
      'No uploads.',
      undefined,
    ])
  })

  test.each([
    ['throw/nothing', 'A reason.', 'There is no scenario "throw/nothing" to be a gap'],
    ['nothing', 'A reason.', 'There is no scenario "nothing" to be a gap'],
    ['throw/null', ' ', 'The gap "throw/null" needs a reason'],
  ])('of %s with %j are refused', (row, reason, message) => {
    expect(() => createConformanceTests(nowhere, { [row]: reason })).toThrow(new TypeError(message))
  })

  test('leave a server that can’t be made to fail', async () => {
    await expect(createConformanceTests(nowhere).setup()).rejects.toThrow('There is no server')
  })
})
