import Anthropic, { APIError } from '@anthropic-ai/sdk'
import { asText, describeAnyError, PLACEHOLDER_URL, type Sdk } from './sdk.ts'

export const anthropic: Sdk = {
  name: '@anthropic-ai/sdk',
  ownEnvelopes: ['anthropic', 'universal'],
  surface: 'anthropic',
  isRetryOptIn: false,
  async chat({ fetch, maxRetries, stream, onText }) {
    const { messages } = new Anthropic({ apiKey: 'sk-demo', baseURL: PLACEHOLDER_URL, fetch, maxRetries })
    const params = {
      model: 'model',
      max_tokens: 99,
      messages: [{ role: 'user' as const, content: 'Hello' }],
    }
    if (stream) {
      for await (const event of await messages.create({ ...params, stream })) {
        if (event.type === 'content_block_delta' && event.delta.type === 'text_delta')
          onText(event.delta.text)
      }
    } else {
      const { content } = await messages.create(params)
      for (const block of content ?? []) if (block.type === 'text') onText(block.text)
    }
  },
  describeError(error) {
    if (!(error instanceof APIError)) return describeAnyError(error)
    return {
      ...describeAnyError(error),
      status: error.status as number | undefined,
      type: asText(error.type),
      code: asText(error.errorCode),
      requestId: asText(error.requestID),
    }
  },
}
