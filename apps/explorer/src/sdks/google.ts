import { ApiError, GoogleGenAI } from '@google/genai'
import { NOWHERE, textOf, toldOf, type Sdk } from './sdk.ts'

/** What the SDK's message is the text of, where the answer is Google's own. */
interface Body {
  readonly error?: {
    readonly status?: unknown
    readonly message?: unknown
    readonly details?: unknown
  }
}

/** Google's own. */
export const google: Sdk = {
  name: '@google/genai',
  homes: ['google'],
  surface: 'google',
  isOptIn: true,
  async ask({ fetch, retries, stream, heard }) {
    const { models } = new GoogleGenAI({
      apiKey: 'unused',
      httpOptions: {
        baseUrl: NOWHERE,
        fetch,
        headers: { authorization: 'Bearer sk-demo' },
        ...(retries > 0 ? { retryOptions: { attempts: retries + 1 } } : {}),
      },
    })
    const asked = { model: 'model', contents: 'Hello' }
    if (stream) for await (const { text } of await models.generateContentStream(asked)) heard(text ?? '')
    else heard((await models.generateContent(asked)).text ?? '')
  },
  raised(error) {
    const told = toldOf(error)
    const { error: body } = bodyOf(told.message)
    const details = Object.assign({}, ...listOf(body?.details)) as { reason?: unknown; requestId?: unknown }
    return {
      ...told,
      message: textOf(body?.message) ?? told.message,
      status: error instanceof ApiError ? error.status : undefined,
      type: textOf(body?.status),
      code: textOf(details.reason),
      requestId: textOf(details.requestId),
    }
  },
}

/** Of another envelope's details, which are no list, nothing. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function bodyOf(message: string): Body {
  try {
    return JSON.parse(message.replace(/^got status: \w+\. /, '')) as Body
  } catch {
    return {}
  }
}
