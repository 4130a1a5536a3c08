import { ApiError, GoogleGenAI } from '@google/genai'
import { asText, describeAnyError, PLACEHOLDER_URL, type Sdk } from './sdk.ts'

/** The response body, which the SDK puts into the message of its error as JSON. */
interface Body {
  readonly error?: {
    readonly status?: unknown
    readonly message?: unknown
    readonly details?: unknown
  }
}

export const google: Sdk = {
  name: '@google/genai',
  ownEnvelopes: ['google'],
  surface: 'google',
  isRetryOptIn: true,
  async chat({ fetch, maxRetries, stream, onText }) {
    const { models } = new GoogleGenAI({
      apiKey: 'unused',
      httpOptions: {
        baseUrl: PLACEHOLDER_URL,
        fetch,
        headers: { authorization: 'Bearer sk-demo' },
        ...(maxRetries > 0 ? { retryOptions: { attempts: maxRetries + 1 } } : {}),
      },
    })
    const params = { model: 'model', contents: 'Hello' }
    if (stream) for await (const { text } of await models.generateContentStream(params)) onText(text ?? '')
    else onText((await models.generateContent(params)).text ?? '')
  },
  describeError(error) {
    const description = describeAnyError(error)
    const { error: body } = parseBody(description.message)
    // Other envelopes may have `details` of another type.
    const detailList: readonly unknown[] = Array.isArray(body?.details) ? body.details : []
    const details = Object.assign({}, ...detailList) as { reason?: unknown; requestId?: unknown }
    return {
      ...description,
      message: asText(body?.message) ?? description.message,
      status: error instanceof ApiError ? error.status : undefined,
      type: asText(body?.status),
      code: asText(details.reason),
      requestId: asText(details.requestId),
    }
  },
}

function parseBody(message: string): Body {
  try {
    return JSON.parse(message.replace(/^got status: \w+\. /, '')) as Body
  } catch {
    return {}
  }
}
