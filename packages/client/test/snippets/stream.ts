import { fetchResponse, readEvents } from '@faultline/client'

export async function* chat(url: string, signal?: AbortSignal): AsyncGenerator<string> {
  const body = JSON.stringify({ model: 'echo', stream: true })
  const response = await fetchResponse(url, { method: 'POST', body, signal })
  for await (const { data } of readEvents(response, { done: '[DONE]', signal })) {
    const chunk = JSON.parse(data) as { choices: [{ delta: { content: string } }] }
    yield chunk.choices[0].delta.content
  }
}
