import { startApp, type RunningApp } from '@faultline/app-gateway/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aiSdks } from './ai-sdk.ts'
import { anthropicSdks } from './anthropic.ts'
import { apps } from './apps.ts'
import { catchError, joinMessages } from './describe-sdk.ts'
import { googleSdk } from './google.ts'
import { createErrorFetch } from './error-fetch.ts'
import { openaiSdks } from './openai.ts'
import type { Sdk } from './sdk.ts'

const sdks = [...openaiSdks, ...anthropicSdks, ...aiSdks, googleSdk]

/** Ends a stream normally before its error event. */
async function endBeforeError(response: Response): Promise<Response> {
  const events = (await response.text()).split('\n\n').slice(0, 2)
  return new Response(`${events.join('\n\n')}\n\n`, response)
}

/** Cuts a stream before its error event, as if the connection was closed. */
async function cutBeforeError(response: Response): Promise<Response> {
  const events = (await response.text()).split('\n\n').slice(0, 2)
  const chunks = [`${events.join('\n\n')}\n\n`]
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = chunks.shift()
      if (chunk === undefined) controller.error(new TypeError('terminated'))
      else controller.enqueue(new TextEncoder().encode(chunk))
    },
  })
  return new Response(body, response)
}

/** Messages of the errors that SDKs throw if a stream ends without its last event; undefined for no error. */
const messages: Readonly<Record<string, RegExp | undefined>> = {
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

describe('a stream that ends after two events, without the error event', () => {
  let app: RunningApp
  beforeAll(async () => {
    app = await startApp(apps[0]![1])
  })
  afterAll(() => app.close())

  const ways = sdks.flatMap((sdk) =>
    listReaders(sdk).map((way): [string, Sdk, string] => [formatName(sdk, way), sdk, way]),
  )
  const detected = ways.filter(([name]) => messages[name] !== undefined)
  const undetected = ways.filter(([name]) => messages[name] === undefined)

  const read = (
    sdk: Sdk,
    way: string,
    transform: (response: Response) => Promise<Response>,
  ): Promise<unknown> => {
    const { fetch } = createErrorFetch(app.url, sdk.envelope, { stream: sdk.stream, transform })
    return sdk.connect(app.url, fetch, 0).readers[way]!('model_overloaded')
  }

  test('is tested for every way to read a stream', () => {
    expect(new Set(ways.map(([name]) => name))).toEqual(new Set(Object.keys(messages)))
  })

  test.each(undetected)('is not detected if it ends normally: %s', async (_name, sdk, way) => {
    await read(sdk, way, endBeforeError)
  })

  test.each(detected)('is detected if it ends normally: %s', async (name, sdk, way) => {
    expect(await catchError(read(sdk, way, endBeforeError))).toMatchObject({
      message: expect.stringMatching(messages[name] ?? /^$/),
    })
  })

  test.each(ways)('is detected if the connection is closed: %s', async (_name, sdk, way) => {
    expect(joinMessages(await catchError(read(sdk, way, cutBeforeError)))).toMatch(/terminated/)
  })
})

describe('an error event in another form', () => {
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
    const { fetch } = createErrorFetch(app.url, sdk.envelope, {
      stream: sdk.stream,
      transform: rewritten(rewrite),
    })
    return sdk.connect(app.url, fetch, 0).readers[way]!('model_overloaded')
  }

  test.each(anthropicSdks)('is ignored without a name: $name in $envelope', async (sdk) => {
    const nameless = (text: string): string => text.replace('event: error\n', '')
    await read(sdk, 'an iteration', nameless)
    await expect(read(sdk, 'an iteration', (text) => text)).rejects.toMatchObject({
      type: 'overloaded_error',
    })
  })

  test('is ignored with a name: Google genai', async () => {
    const named = (text: string): string => text.replace('data: {"error"', 'event: error\ndata: {"error"')
    await read(googleSdk, 'an iteration', named)
    await expect(read(googleSdk, 'an iteration', (text) => text)).rejects.toMatchObject({ status: 503 })
  })

  test('is not understood if its members are only nested: AI SDK openai responses', async () => {
    const sdk = aiSdks.find(({ name }) => name === 'AI SDK openai responses')!
    const nested = (text: string): string =>
      text.replace(/data: \{"type":"error",.*"error":/, 'data: {"error":')
    expect(await catchError(read(sdk, 'the full stream', nested))).toMatchObject({
      name: 'AI_TypeValidationError',
    })
    expect(await catchError(read(sdk, 'the full stream', (text) => text))).toMatchObject({
      code: 'server_is_overloaded',
    })
  })
})

function listReaders(sdk: Sdk): string[] {
  return Object.keys(sdk.connect('http://localhost', fetch, 0).readers)
}

function formatName({ name }: Sdk, way: string): string {
  return `${name}, ${way}`
}
