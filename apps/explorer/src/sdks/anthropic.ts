import Anthropic, { APIError } from '@anthropic-ai/sdk'
import { NOWHERE, textOf, toldOf, type Sdk } from './sdk.ts'

/** Anthropic's own. */
export const anthropic: Sdk = {
  name: '@anthropic-ai/sdk',
  homes: ['anthropic', 'universal'],
  surface: 'anthropic',
  isOptIn: false,
  async ask({ fetch, retries, stream, heard }) {
    const { messages } = new Anthropic({ apiKey: 'sk-demo', baseURL: NOWHERE, fetch, maxRetries: retries })
    const asked = {
      model: 'model',
      max_tokens: 99,
      messages: [{ role: 'user' as const, content: 'Hello' }],
    }
    if (stream) {
      for await (const event of await messages.create({ ...asked, stream })) {
        if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') heard(event.delta.text)
      }
    } else {
      const { content } = await messages.create(asked)
      for (const block of content ?? []) if (block.type === 'text') heard(block.text)
    }
  },
  raised(error) {
    if (!(error instanceof APIError)) return toldOf(error)
    return {
      ...toldOf(error),
      status: error.status as number | undefined,
      type: textOf(error.type),
      code: textOf(error.errorCode),
      requestId: textOf(error.requestID),
    }
  },
}
