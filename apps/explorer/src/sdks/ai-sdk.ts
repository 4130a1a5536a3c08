import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { APICallError, generateText, RetryError, streamText, type LanguageModel } from 'ai'
import { NOWHERE, textOf, toldOf, type Sdk } from './sdk.ts'

/** The AI SDK, of one of its providers. */
function aiSdk(
  provider: Pick<Sdk, 'name' | 'homes' | 'surface'>,
  modelOf: (fetch: typeof globalThis.fetch) => LanguageModel,
): Sdk {
  return {
    ...provider,
    isOptIn: false,
    async ask({ fetch, retries, stream, heard }) {
      const asked = { model: modelOf(fetch), prompt: 'Hello', maxRetries: retries }
      if (!stream) {
        heard((await generateText(asked)).text)
        return
      }
      for await (const part of streamText({ ...asked, onError: () => {} }).fullStream) {
        if (part.type === 'text-delta') heard(part.text)
        else if (part.type === 'error') throw part.error
      }
    },
    raised(thrown) {
      // A last attempt that failed is told of inside.
      const error = RetryError.isInstance(thrown) ? thrown.lastError : thrown
      const { statusCode, type, code, data } = error as Partial<APICallError> & Told
      const { error: body } = (data ?? {}) as { readonly error?: Told }
      return {
        ...toldOf(error),
        status: typeof statusCode === 'number' ? statusCode : undefined,
        type: textOf(type) ?? textOf(body?.type),
        code: textOf(code) ?? textOf(body?.code),
        requestId: APICallError.isInstance(error) ? error.responseHeaders?.['x-request-id'] : undefined,
      }
    },
  }
}

interface Told {
  readonly type?: unknown
  readonly code?: unknown
}

const settings = { apiKey: 'sk-demo', baseURL: `${NOWHERE}/v1` }

/** Its provider for whoever speaks as OpenAI does. */
export const aiSdkCompatible = aiSdk(
  { name: 'AI SDK openai-compatible', homes: ['openai', 'azure-openai', 'universal'], surface: 'openai' },
  (fetch) => createOpenAICompatible({ ...settings, name: 'app', fetch })('model'),
)

/** Its provider for Anthropic. */
export const aiSdkAnthropic = aiSdk(
  { name: 'AI SDK anthropic', homes: ['anthropic', 'universal'], surface: 'anthropic' },
  (fetch) => createAnthropic({ ...settings, fetch })('model'),
)
