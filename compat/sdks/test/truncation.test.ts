import { startApp, type RunningApp } from '@faultline/app-gateway/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aiSdks } from './ai-sdk.ts'
import { anthropicSdks } from './anthropic.ts'
import { apps } from './apps.ts'
import { failureOf, messageOf } from './describe-sdk.ts'
import { googleSdk } from './google.ts'
import { lineTo } from './line.ts'
import { openaiSdks } from './openai.ts'
import type { Sdk } from './sdk.ts'

const sdks = [...openaiSdks, ...anthropicSdks, ...aiSdks, googleSdk]

/** Passes on what came before the error event alone, and a clean end. */
async function upToTheError(response: Response): Promise<Response> {
  const events = (await response.text()).split('\n\n').slice(0, 2)
  return new Response(`${events.join('\n\n')}\n\n`, response)
}

/** Passes on what came before the error event alone, and breaks the connection off. */
async function brokenOff(response: Response): Promise<Response> {
  const events = (await response.text()).split('\n\n').slice(0, 2)
  const pieces = [`${events.join('\n\n')}\n\n`]
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces.shift()
      if (piece === undefined) controller.error(new TypeError('terminated'))
      else controller.enqueue(new TextEncoder().encode(piece))
    },
  })
  return new Response(body, response)
}

/** What an SDK makes of a stream that ends without its last event: what it raises, undefined for nothing. */
const ends: Readonly<Record<string, RegExp | undefined>> = {
  'openai chat, an iteration': undefined,
  'openai chat, a final completion': /missing finish_reason/,
  'openai responses, an iteration': undefined,
  'openai responses, a final response': undefined,
  'AzureOpenAI chat, an iteration': undefined,
  'AzureOpenAI chat, a final completion': /missing finish_reason/,
  'Anthropic messages, an iteration': undefined,
  'Anthropic messages, a final message': /stream ended without producing a Message/,
  'AI SDK openai-compatible, the full stream': /ended without a finish reason/,
  'AI SDK openai chat, the full stream': undefined,
  'AI SDK openai responses, the full stream': undefined,
  'AI SDK anthropic, the full stream': /ended without a finish chunk/,
  'Google genai, an iteration': undefined,
}

describe('a stream that ends after two events, without the error event that our servers send', () => {
  let app: RunningApp
  beforeAll(async () => {
    app = await startApp(apps[0]![1])
  })
  afterAll(() => app.close())

  const ways = sdks.flatMap((sdk) =>
    readersOf(sdk).map((way): [string, Sdk, string] => [nameOf(sdk, way), sdk, way]),
  )
  const told = ways.filter(([name]) => ends[name] !== undefined)
  const untold = ways.filter(([name]) => ends[name] === undefined)

  const read = (sdk: Sdk, way: string, bend: (response: Response) => Promise<Response>): Promise<unknown> => {
    const { fetch } = lineTo(app.url, sdk.envelope, { stream: sdk.stream, bend })
    return sdk.connect(app.url, fetch, 0).readers[way]!('model_overloaded')
  }

  test('is known of every way to read one', () => {
    expect(new Set(ways.map(([name]) => name))).toEqual(new Set(Object.keys(ends)))
  })

  test.each(untold)('cannot be told from a whole one: %s', async (_name, sdk, way) => {
    await read(sdk, way, upToTheError)
  })

  test.each(told)('is told from a whole one: %s', async (name, sdk, way) => {
    expect(await failureOf(read(sdk, way, upToTheError))).toMatchObject({
      message: expect.stringMatching(ends[name]!),
    })
  })

  test.each(ways)('is told from a whole one where the connection breaks off: %s', async (_name, sdk, way) => {
    expect(messageOf(await failureOf(read(sdk, way, brokenOff)))).toMatch(/terminated/)
  })
})

describe('an error event of another shape than ours', () => {
  let app: RunningApp
  beforeAll(async () => {
    app = await startApp(apps[0]![1])
  })
  afterAll(() => app.close())

  const rewritten =
    (rewrite: (text: string) => string) =>
    async (response: Response): Promise<Response> =>
      new Response(rewrite(await response.text()), response)

  const read = (sdk: Sdk, way: string, rewrite: (text: string) => string): Promise<unknown> => {
    const { fetch } = lineTo(app.url, sdk.envelope, { stream: sdk.stream, bend: rewritten(rewrite) })
    return sdk.connect(app.url, fetch, 0).readers[way]!('model_overloaded')
  }

  test.each(anthropicSdks)('is passed over where it has no name: $name in $envelope', async (sdk) => {
    const nameless = (text: string): string => text.replace('event: error\n', '')
    await read(sdk, 'an iteration', nameless)
    await expect(read(sdk, 'an iteration', (text) => text)).rejects.toMatchObject({
      type: 'overloaded_error',
    })
  })

  test('is passed over where it has a name: Google genai', async () => {
    const named = (text: string): string => text.replace('data: {"error"', 'event: error\ndata: {"error"')
    await read(googleSdk, 'an iteration', named)
    await expect(read(googleSdk, 'an iteration', (text) => text)).rejects.toMatchObject({ status: 503 })
  })

  test('is not understood where its members are nested alone: AI SDK openai responses', async () => {
    const sdk = aiSdks.find(({ name }) => name === 'AI SDK openai responses')!
    const nested = (text: string): string =>
      text.replace(/data: \{"type":"error",.*"error":/, 'data: {"error":')
    expect(await failureOf(read(sdk, 'the full stream', nested))).toMatchObject({
      name: 'AI_TypeValidationError',
    })
    expect(await failureOf(read(sdk, 'the full stream', (text) => text))).toMatchObject({
      code: 'server_is_overloaded',
    })
  })
})

function readersOf(sdk: Sdk): string[] {
  return Object.keys(sdk.connect('http://localhost', fetch, 0).readers)
}

function nameOf({ name }: Sdk, way: string): string {
  return `${name}, ${way}`
}
