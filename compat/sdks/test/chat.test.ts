import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { startApp, type RunningApp } from '@faultline/app-gateway/testing'
import { streamText, type LanguageModel } from 'ai'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apps } from './apps.ts'
import { readAll } from './sdk.ts'

const prompt = 'Hello there'

/** The text of a chat and its error. */
interface ChatResult {
  readonly text: string
  readonly error: unknown
}

async function readByOpenAI(baseURL: string, model: string): Promise<ChatResult> {
  const { chat } = new OpenAI({ apiKey: 'sk-demo', baseURL })
  let text = ''
  try {
    const messages = [{ role: 'user' as const, content: prompt }]
    for await (const { choices } of await chat.completions.create({ model, messages, stream: true })) {
      text += choices[0]?.delta.content ?? ''
    }
  } catch (error) {
    return { text, error }
  }
  return { text, error: undefined }
}

async function readByAiSdk(model: LanguageModel): Promise<ChatResult> {
  const parts = await readAll(streamText({ model, prompt, onError: () => {} }).fullStream)
  const text = parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('')
  const errorPart = parts.find((part) => part.type === 'error')
  return { text, error: errorPart?.error }
}

const readers: Readonly<Record<string, (baseURL: string, model: string) => Promise<ChatResult>>> = {
  openai: readByOpenAI,
  'AI SDK openai-compatible': (baseURL, model) =>
    readByAiSdk(createOpenAICompatible({ name: 'app', apiKey: 'sk-demo', baseURL })(model)),
  'AI SDK openai chat': (baseURL, model) =>
    readByAiSdk(createOpenAI({ apiKey: 'sk-demo', baseURL }).chat(model)),
}

describe.each(apps)('chats streamed by %s', (_app, createServer) => {
  let app: RunningApp
  beforeAll(async () => {
    app = await startApp(createServer)
  })
  afterAll(() => app.close())

  describe.each(['openai', 'universal'])('in %s', (envelope) => {
    test.each(Object.entries(readers))('%s reads a complete chat', async (_name, read) => {
      expect(await read(`${app.url}/compat/${envelope}/v1`, 'echo')).toEqual({
        text: prompt,
        error: undefined,
      })
    })

    test.each(Object.entries(readers))('%s throws the error of a failed chat', async (_name, read) => {
      for (const [model, code, message] of [
        ['stream-error', 'stream_error', 'The response stream failed'],
        ['stream-cut', 'stream_terminated', 'The response stream ended unexpectedly'],
      ] as const) {
        const { text, error } = await read(`${app.url}/compat/${envelope}/v1`, model)
        expect(text).not.toBe('')
        expect(error).toMatchObject({
          message,
          code,
          type: envelope === 'openai' ? 'server_error' : 'api_error',
        })
      }
    })
  })

  test('the AI SDK’s textStream ends without an error by design, and onError receives the error', async () => {
    const errors: unknown[] = []
    const baseURL = `${app.url}/compat/openai/v1`
    const { textStream, text } = streamText({
      model: createOpenAI({ apiKey: 'sk-demo', baseURL }).chat('stream-cut'),
      prompt,
      onError: ({ error }) => void errors.push(error),
    })
    const partial = (await readAll(textStream)).join('')
    expect([partial, await text]).toEqual([partial, partial])
    expect(errors).toMatchObject([{ code: 'stream_terminated' }])
  })
})
