import Anthropic, { APIError } from '@anthropic-ai/sdk'
import { PROMPT, readAll, type Client } from './client.ts'

const params = {
  model: 'm',
  max_tokens: 9,
  messages: [{ role: 'user', content: PROMPT }],
} satisfies Anthropic.MessageStreamParams

function createApi(url: string): Anthropic.Messages {
  return new Anthropic({ apiKey: 'sk-test', baseURL: url, maxRetries: 0 }).messages
}

const sdk: Pick<Client, 'formats' | 'isTyped' | 'sdk'> = {
  sdk: 'anthropic',
  formats: ['messages'],
  isTyped: (error, expected) =>
    error instanceof APIError && error.type === expected.type && error.message.includes(expected.message),
}

export const anthropicClients: readonly Client[] = [
  {
    ...sdk,
    name: '@anthropic-ai/sdk, iteration',
    async read(url) {
      await readAll(await createApi(url).create({ ...params, stream: true }))
    },
  },
  {
    ...sdk,
    name: '@anthropic-ai/sdk, `.stream()`',
    async read(url) {
      await createApi(url).stream(params).finalMessage()
    },
  },
]
