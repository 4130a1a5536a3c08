import { APIError, AzureOpenAI, OpenAI } from 'openai'
import { APIError as APIErrorV6, AzureOpenAI as AzureOpenAIV6, OpenAI as OpenAIV6 } from 'openai-v6'
import type { ExpectedError } from '../dialects.ts'
import { PROMPT, readAll, type Client } from './client.ts'

const getOptions = (url: string) => ({ apiKey: 'sk-test', baseURL: `${url}/v1`, maxRetries: 0 })
const getAzureOptions = (url: string) => ({
  apiKey: 'sk-test',
  apiVersion: '2024-10-21',
  baseURL: `${url}/openai`,
  maxRetries: 0,
})

const chatParams = {
  model: 'm',
  messages: [{ role: 'user', content: PROMPT }],
  stream: true,
} satisfies OpenAI.ChatCompletionCreateParamsStreaming
const responseParams = { model: 'm', input: PROMPT, stream: true } as const

/** Returns a function that recognizes the errors of a version by its class and the envelope's code. */
const isInstance =
  (kind: typeof APIError | typeof APIErrorV6) =>
  (error: unknown, expected: ExpectedError): boolean =>
    error instanceof kind && error.code === expected.code && error.message.endsWith(expected.message)

const version7 = { sdk: 'openai-7', isTyped: isInstance(APIError) }
const version6 = { sdk: 'openai-6', isTyped: isInstance(APIErrorV6) }

export const openaiClients: readonly Client[] = [
  {
    ...version7,
    name: 'openai 7, iteration',
    formats: ['chat'],
    async read(url) {
      await readAll(await new OpenAI(getOptions(url)).chat.completions.create(chatParams))
    },
  },
  {
    ...version7,
    name: 'openai 7, `.stream()`',
    formats: ['chat'],
    async read(url) {
      await new OpenAI(getOptions(url)).chat.completions.stream(chatParams).finalChatCompletion()
    },
  },
  {
    ...version7,
    name: 'openai 7, AzureOpenAI',
    formats: ['azure'],
    async read(url) {
      await readAll(await new AzureOpenAI(getAzureOptions(url)).chat.completions.create(chatParams))
    },
  },
  {
    ...version7,
    name: 'openai 7, iteration',
    formats: ['responses'],
    async read(url) {
      await readAll(await new OpenAI(getOptions(url)).responses.create(responseParams))
    },
  },
  {
    ...version6,
    name: 'openai 6, iteration',
    formats: ['chat'],
    async read(url) {
      await readAll(await new OpenAIV6(getOptions(url)).chat.completions.create(chatParams))
    },
  },
  {
    ...version6,
    name: 'openai 6, AzureOpenAI',
    formats: ['azure'],
    async read(url) {
      await readAll(await new AzureOpenAIV6(getAzureOptions(url)).chat.completions.create(chatParams))
    },
  },
  {
    ...version6,
    name: 'openai 6, iteration',
    formats: ['responses'],
    async read(url) {
      await readAll(await new OpenAIV6(getOptions(url)).responses.create(responseParams))
    },
  },
]
