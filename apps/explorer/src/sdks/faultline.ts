import { ApiError, fetchJson, fetchWithRetry, readEvents } from '@faultline/client'
import { NOWHERE, toldOf, type Sdk } from './sdk.ts'

/** What is read of a completion, and of a chunk of one. */
interface Completion {
  readonly choices?: readonly {
    readonly message?: { readonly content?: string }
    readonly delta?: { readonly content?: string }
  }[]
}

/** Faultline's client: it reads every envelope, without being told which. */
export const faultline: Sdk = {
  name: '@faultline/client',
  homes: [],
  surface: 'openai',
  isOptIn: false,
  async ask({ fetch, retries, stream, heard }) {
    const options = {
      method: 'POST',
      headers: { authorization: 'Bearer sk-demo' },
      fetch,
      maxAttempts: retries + 1,
    }
    if (!stream) {
      const { choices } = await fetchJson<Completion>(NOWHERE, options)
      heard(choices?.[0]?.message?.content ?? '')
      return
    }
    for await (const { data } of readEvents(await fetchWithRetry(NOWHERE, options), {
      terminator: '[DONE]',
    })) {
      const { choices } = JSON.parse(data) as Completion
      heard(choices?.[0]?.delta?.content ?? '')
    }
  },
  raised(error) {
    if (!(error instanceof ApiError)) return toldOf(error)
    const { status, code, requestId } = error
    return { ...toldOf(error), status, code, requestId }
  },
}
