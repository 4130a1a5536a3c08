import { recordTranscript, startApp, type CreateServer } from '@faultline/app-gateway/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { apps } from './apps.ts'

async function recordApp(createServer: CreateServer): Promise<Map<string, string>> {
  const app = await startApp(createServer)
  try {
    return await recordTranscript(app.url)
  } finally {
    await app.close()
  }
}

const transcripts = new Map<string, Map<string, string>>()

// All at once, because the slow requests only wait for a timeout.
beforeAll(async () => {
  await Promise.all(
    Object.entries(apps).map(async ([name, createServer]) => {
      transcripts.set(name, await recordApp(createServer))
    }),
  )
}, 180_000)

function getTranscript(name: string): Map<string, string> {
  const transcript = transcripts.get(name)
  if (transcript === undefined) throw new Error(`No transcript of ${name}`)
  return transcript
}

describe('the responses of the example apps', () => {
  test('cover each status', () => {
    const responses = [...getTranscript('Express').values()]
    expect(responses.length).toBeGreaterThan(800)
    const statuses = new Set(responses.map((response) => Number(response.split(' ')[1])))
    for (const status of [
      200, 201, 400, 401, 402, 403, 404, 405, 409, 413, 415, 417, 429, 431, 500, 502, 503, 504,
    ])
      expect(statuses, String(status)).toContain(status)
  })

  test('contain no secret in any envelope', () => {
    const secret =
      /sk-live|sk-upstream|sk-service|sk-demo|10\.0\.|private prompt|node_modules|ECONN|is in this text/
    expect([...getTranscript('Express')].filter(([, response]) => secret.test(response))).toEqual([])
  })

  test.each(Object.keys(apps).filter((name) => name !== 'Express'))(
    'are the same on %s as on Express, byte for byte except the words of validators',
    (name) => {
      const express = getTranscript('Express')
      const transcript = getTranscript(name)
      const different = [...transcript].filter(([title, response]) => express.get(title) !== response)
      expect(Object.fromEntries(different)).toEqual(
        Object.fromEntries(different.map(([title]) => [title, express.get(title)])),
      )
      expect(transcript.size).toBe(express.size)
    },
  )
})
