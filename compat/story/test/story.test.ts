import { startApp, tellStory, type CreateServer } from '@faultline/app-gateway/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { apps } from './apps.ts'

const { Express, ...others } = apps

async function storyOf(createServer: CreateServer): Promise<Map<string, string>> {
  const app = await startApp(createServer)
  try {
    return await tellStory(app.url)
  } finally {
    await app.close()
  }
}

let express: Map<string, string>

beforeAll(async () => {
  express = await storyOf(Express!)
})

describe('the story that every app tells', () => {
  test('is a long one, and tells of each status', () => {
    expect(express.size).toBeGreaterThan(800)
    const statuses = new Set([...express.values()].map((told) => Number(told.split(' ')[1])))
    for (const status of [
      200, 201, 400, 401, 403, 404, 405, 409, 413, 415, 417, 429, 431, 500, 502, 503, 504,
    ])
      expect(statuses, String(status)).toContain(status)
  })

  test('holds nothing that is secret, in any envelope', () => {
    const secret =
      /sk-live|sk-upstream|sk-service|sk-demo|10\.0\.|private prompt|node_modules|ECONN|is in this text/
    const leaks = [...express].filter(([, answer]) => secret.test(answer))
    expect(leaks).toEqual([])
  })

  test.each(Object.entries(others))(
    '%s tells as Express does, byte for byte',
    async (_name, createServer) => {
      const told = await storyOf(createServer)
      const differing = [...told].filter(([title, answer]) => express.get(title) !== answer)
      expect(Object.fromEntries(differing)).toEqual(
        Object.fromEntries(differing.map(([title]) => [title, express.get(title)])),
      )
      expect(told.size).toBe(express.size)
    },
  )
})
