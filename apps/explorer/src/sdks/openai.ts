import OpenAI, { APIError } from 'openai'
import { asText, describeAnyError, PLACEHOLDER_URL, type Sdk } from './sdk.ts'

export const openai: Sdk = {
  name: 'openai',
  ownEnvelopes: ['openai', 'azure-openai', 'universal'],
  surface: 'openai',
  isRetryOptIn: false,
  async chat({ fetch, maxRetries, stream, onText }) {
    const client = new OpenAI({ apiKey: 'sk-demo', baseURL: `${PLACEHOLDER_URL}/v1`, fetch, maxRetries })
    const { completions } = client.chat
    const params = { model: 'model', messages: [{ role: 'user' as const, content: 'Hello' }] }
    if (stream) {
      for await (const { choices } of await completions.create({ ...params, stream })) {
        onText(choices?.[0]?.delta.content ?? '')
      }
    } else onText((await completions.create(params)).choices?.[0]?.message.content ?? '')
  },
  describeError(error) {
    if (!(error instanceof APIError)) return describeAnyError(error)
    return {
      ...describeAnyError(error),
      status: error.status as number | undefined,
      type: asText(error.type),
      code: asText(error.code),
      requestId: asText(error.requestID),
    }
  },
}
