import { ApiError, fetchJson, fetchWithRetry, readEvents } from '@faultline/client'
import { describeAnyError, PLACEHOLDER_URL, type Sdk } from './sdk.ts'

/** A completion or one of its chunks. */
interface Completion {
  readonly choices?: readonly {
    readonly message?: { readonly content?: string }
    readonly delta?: { readonly content?: string }
  }[]
}

/** Faultline's client. It detects the envelope. */
export const faultline: Sdk = {
  name: '@faultline/client',
  ownEnvelopes: [],
  surface: 'openai',
  isRetryOptIn: false,
  async chat({ fetch, maxRetries, stream, onText }) {
    const options = {
      method: 'POST',
      headers: { authorization: 'Bearer sk-demo' },
      fetch,
      maxAttempts: maxRetries + 1,
    }
    if (!stream) {
      const { choices } = await fetchJson<Completion>(PLACEHOLDER_URL, options)
      onText(choices?.[0]?.message?.content ?? '')
      return
    }
    const response = await fetchWithRetry(PLACEHOLDER_URL, options)
    for await (const { data } of readEvents(response, { terminator: '[DONE]' })) {
      const { choices } = JSON.parse(data) as Completion
      onText(choices?.[0]?.delta?.content ?? '')
    }
  },
  describeError(error) {
    if (!(error instanceof ApiError)) return describeAnyError(error)
    const { status, code, requestId } = error
    return { ...describeAnyError(error), status, code, requestId }
  },
}
