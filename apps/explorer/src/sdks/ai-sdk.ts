import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { APICallError, generateText, RetryError, streamText, type LanguageModel } from 'ai'
import { asText, describeAnyError, PLACEHOLDER_URL, type Sdk } from './sdk.ts'

/** Creates an entry for the AI SDK with one of its providers. */
function createAiSdk(
  provider: Pick<Sdk, 'name' | 'ownEnvelopes' | 'surface'>,
  createModel: (fetch: typeof globalThis.fetch) => LanguageModel,
): Sdk {
  return {
    ...provider,
    isRetryOptIn: false,
    async chat({ fetch, maxRetries, stream, onText }) {
      const options = { model: createModel(fetch), prompt: 'Hello', maxRetries }
      if (!stream) {
        onText((await generateText(options)).text)
        return
      }
      for await (const part of streamText({ ...options, onError: () => {} }).fullStream) {
        if (part.type === 'text-delta') onText(part.text)
        else if (part.type === 'error') throw part.error
      }
    },
    describeError(thrown) {
      // After the last attempt the SDK wraps the error.
      const error = RetryError.isInstance(thrown) ? thrown.lastError : thrown
      const { statusCode, type, code, data } = error as Partial<APICallError> & ErrorFields
      const { error: body } = (data ?? {}) as { readonly error?: ErrorFields }
      return {
        ...describeAnyError(error),
        status: typeof statusCode === 'number' ? statusCode : undefined,
        type: asText(type) ?? asText(body?.type),
        code: asText(code) ?? asText(body?.code),
        requestId: APICallError.isInstance(error) ? error.responseHeaders?.['x-request-id'] : undefined,
      }
    },
  }
}

interface ErrorFields {
  readonly type?: unknown
  readonly code?: unknown
}

const settings = { apiKey: 'sk-demo', baseURL: `${PLACEHOLDER_URL}/v1` }

export const aiSdkCompatible = createAiSdk(
  {
    name: 'AI SDK openai-compatible',
    ownEnvelopes: ['openai', 'azure-openai', 'universal'],
    surface: 'openai',
  },
  (fetch) => createOpenAICompatible({ ...settings, name: 'app', fetch })('model'),
)

export const aiSdkAnthropic = createAiSdk(
  { name: 'AI SDK anthropic', ownEnvelopes: ['anthropic', 'universal'], surface: 'anthropic' },
  (fetch) => createAnthropic({ ...settings, fetch })('model'),
)
