import { fetchWithRetry, readEvents } from '@faultline/client'

export async function* chat(url: string, signal?: AbortSignal): AsyncGenerator<string> {
  const body = JSON.stringify({ model: 'echo', stream: true })
  const response = await fetchWithRetry(url, { method: 'POST', body, signal })
  for await (const { data } of readEvents(response, { terminator: '[DONE]', signal })) {
    const chunk = JSON.parse(data) as { choices: [{ delta: { content: string } }] }
    yield chunk.choices[0].delta.content
  }
}
