import { fetchJson, isApiError } from '@faultline/client'

export async function ask(url: string, prompt: string): Promise<string> {
  try {
    const body = JSON.stringify({ model: 'echo', prompt })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetchJson<{ text: string }>(url, {
      method: 'POST',
      headers,
      body,
      totalTimeout: 30_000,
    })
    return answer.text
  } catch (error) {
    if (isApiError(error, 'rate_limit_exceeded')) return `Try again later (${error.requestId})`
    throw error
  }
}
