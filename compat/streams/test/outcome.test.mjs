import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clients } from '../src/clients/index.ts'
import { dialects } from '../src/dialects.ts'
import { readWith } from '../src/outcome.ts'
import { startReplayServer } from '../src/replay.ts'

let server
beforeAll(async () => {
  server = await startReplayServer()
})
afterAll(() => server.close())

/** Reads a body with every client of a dialect. @returns the kinds of the outcomes by client */
async function readAll(name, body, changes = {}) {
  const dialect = dialects[name]
  const response = {
    status: 200,
    headers: { 'content-type': 'text/event-stream' },
    body: Buffer.from(body),
    isComplete: true,
    ...changes,
  }
  const readers = clients.filter(({ formats }) => formats.includes(dialect.format))
  const outcomes = await Promise.all(
    readers.map(async (client) => [
      client.name,
      await readWith(client, server.add(response, 'whole'), dialect),
    ]),
  )
  return Object.fromEntries(outcomes.map(([client, { kind }]) => [client, kind]))
}

const getStart = (name, length) => Buffer.from(dialects[name].recording.bytes.subarray(0, length)).toString()
const ERROR =
  'data: {"error":{"message":"Internal server error","type":"server_error","param":null,"code":"server_error"}}'

describe('a stream of a server with a defect', () => {
  test('is an untyped error for the openai SDK if half an event precedes the error event', async () => {
    expect(await readAll('openai', `${getStart('openai', 300)}\n\n${ERROR}\n\n`)).toMatchObject({
      'openai 7, iteration': 'untyped',
      'openai 6, iteration': 'untyped',
    })
  })

  test('is an apparent success for the openai SDK if it ends after an event', async () => {
    const end = dialects.openai.recording.bytes.indexOf(10) + 2
    expect(await readAll('openai', getStart('openai', end))).toMatchObject({
      'openai 7, iteration': 'success',
      'openai 6, iteration': 'success',
      'ai 7, openai-compatible': 'untyped',
      '@faultline/client, `readEvents`': 'untyped',
    })
  })

  test('is an apparent success for the SDK of Anthropic if the error event has no name', async () => {
    const body = 'data: {"type":"error","error":{"type":"api_error","message":"Internal server error"}}\n\n'
    expect(await readAll('anthropic', body)).toMatchObject({ '@anthropic-ai/sdk, iteration': 'success' })
  })

  test('is an apparent success for @google/genai if the error event has a name', async () => {
    const body =
      'event: error\ndata: {"error":{"code":500,"message":"Internal server error","status":"INTERNAL"}}\n\n'
    expect(await readAll('google', body)).toMatchObject({ '@google/genai': 'success' })
  })

  test('is an untyped error for every client if the connection is cut', async () => {
    const kinds = new Set(
      Object.values(await readAll('openai', getStart('openai', 200), { isComplete: false })),
    )
    expect(kinds).toEqual(new Set(['untyped']))
  })

  test('is an untyped error for the Codex CLI without response.failed, and a typed one with it', async () => {
    const error = '{"code":"server_error","message":"Internal server error"}'
    const event = `event: error\ndata: {"type":"error","sequence_number":1,"error":${error}}\n\n`
    const failed = `event: response.failed\ndata: {"type":"response.failed","sequence_number":2,"response":{"id":"r1","status":"failed","error":${error}}}\n\n`
    expect(await readAll('openai-responses', event)).toMatchObject({ 'Codex CLI (its rules)': 'untyped' })
    expect(await readAll('openai-responses', event + failed)).toMatchObject({
      'Codex CLI (its rules)': 'typed',
      'openai 7, iteration': 'typed',
    })
  })

  test('is an untyped error for useChat with the event of another dialect, and a typed one with errorText', async () => {
    const own = 'data: {"type":"error","errorText":"Internal server error"}\n\ndata: [DONE]\n\n'
    expect(await readAll('ai-sdk-ui', `${ERROR}\n\n`)).toMatchObject({
      'ai 7, `useChat`': 'untyped',
      'ai 6, `useChat`': 'untyped',
    })
    expect(await readAll('ai-sdk-ui', own)).toMatchObject({
      'ai 7, `useChat`': 'typed',
      'ai 6, `useChat`': 'typed',
    })
  })

  test('is an untyped error for useChat if the body of an error response is JSON, and a typed one if it is the message', async () => {
    const plain = { status: 500, headers: { 'content-type': 'text/plain' } }
    const kinds = await Promise.all(
      ['{"error":{"message":"Internal server error"}}', 'Internal server error'].map((body) =>
        readAll('ai-sdk-ui', body, plain),
      ),
    )
    expect(kinds.map((byClient) => byClient['ai 7, `useChat`'])).toEqual(['untyped', 'typed'])
    expect(kinds.map((byClient) => byClient['ai 6, `useChat`'])).toEqual(['untyped', 'typed'])
  })
})
