import OpenAI, { APIError } from 'openai'
import { NOWHERE, textOf, toldOf, type Sdk } from './sdk.ts'

/** OpenAI's own. */
export const openai: Sdk = {
  name: 'openai',
  homes: ['openai', 'azure-openai', 'universal'],
  surface: 'openai',
  isOptIn: false,
  async ask({ fetch, retries, stream, heard }) {
    const { completions } = new OpenAI({
      apiKey: 'sk-demo',
      baseURL: `${NOWHERE}/v1`,
      fetch,
      maxRetries: retries,
    }).chat
    const asked = { model: 'model', messages: [{ role: 'user' as const, content: 'Hello' }] }
    if (stream) {
      for await (const { choices } of await completions.create({ ...asked, stream })) {
        heard(choices?.[0]?.delta.content ?? '')
      }
    } else heard((await completions.create(asked)).choices?.[0]?.message.content ?? '')
  },
  raised(error) {
    if (!(error instanceof APIError)) return toldOf(error)
    return {
      ...toldOf(error),
      status: error.status as number | undefined,
      type: textOf(error.type),
      code: textOf(error.code),
      requestId: textOf(error.requestID),
    }
  },
}
