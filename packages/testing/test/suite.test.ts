import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  createConformanceTests,
  universalGaps,
  scenarioIds,
  topics,
  type CreateServer,
} from '../src/index.ts'

const rejectServer: CreateServer = () => Promise.reject(new Error('No server'))

const ids = Object.entries(topics).flatMap(([topic, all]) => all.map(({ name }) => `${topic}/${name}`))

describe('every failure of the matrix', () => {
  test('is a scenario or a universal gap with a reason', () => {
    const knownIds = new Set(ids)
    // Requests that Node's parser rejects, and truncated responses, have separate topics in the suite.
    const hasOtherTopic = (id: string): boolean =>
      ['protocol', 'response'].some((topic) => knownIds.has(id.replace(/^\w+\//, `${topic}/`)))
    const missing = scenarioIds.filter(
      (id) => !knownIds.has(id) && universalGaps[id] === undefined && !hasOtherTopic(id),
    )
    expect(missing).toEqual([])
    expect(Object.keys(universalGaps).filter((id) => !scenarioIds.includes(id))).toEqual([])
    for (const reason of Object.values(universalGaps)) expect(reason).toMatch(/^[A-Z].{30,}\.$/)
  })

  test('has a unique name', () => {
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('entries of golden files', () => {
  test('belong to scenarios', () => {
    const folder = new URL('../golden/', import.meta.url)
    const keys = readdirSync(folder).flatMap((file) =>
      [...readFileSync(new URL(file, folder), 'utf8').matchAll(/^### (.*): [a-z0-9_]+$/gm)].map(
        ([, name]) => `${file.replace('.txt', '')}/${name}`,
      ),
    )
    expect(keys.length).toBeGreaterThan(300)
    expect(keys.filter((key) => !ids.includes(key))).toEqual([])
  })
})

describe('gaps', () => {
  test('skip their scenarios with a reason', () => {
    const { tests } = createConformanceTests(rejectServer, {
      'throw/null': 'Null is not an error there.',
      'upload/*': 'No uploads.',
    })
    const getGap = (topic: string, name: string): string | undefined =>
      tests.find((each) => each.topic === topic && each.name === name)?.gap
    expect([getGap('throw', 'null'), getGap('upload', 'upload-ok'), getGap('throw', 'error')]).toEqual([
      'Null is not an error there.',
      'No uploads.',
      undefined,
    ])
  })

  test.each([
    ['throw/nothing', 'A reason.', 'Unknown scenario "throw/nothing" in gaps'],
    ['nothing', 'A reason.', 'Unknown scenario "nothing" in gaps'],
    ['throw/null', ' ', 'The gap "throw/null" needs a reason'],
  ])('of %s with %j are rejected', (row, reason, message) => {
    expect(() => createConformanceTests(rejectServer, { [row]: reason })).toThrow(new TypeError(message))
  })

  test('do not hide a server that fails to start', async () => {
    await expect(createConformanceTests(rejectServer).setup()).rejects.toThrow('No server')
  })
})
