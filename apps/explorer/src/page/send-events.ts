import type { SendEvent } from '../shared/send-event.ts'
import type { SendRequest } from '../shared/send-request.ts'

/** Sends a request through the explorer's server and yields its events. @throws Error if the server rejects it */
export async function* sendEvents(request: SendRequest, signal: AbortSignal): AsyncGenerator<SendEvent> {
  const response = await fetch('/api/send', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
    signal,
  })
  if (!response.ok) throw new Error(await readProblem(response))
  if (response.body === null) throw new Error('The explorer server sent no body')
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const lines = (rest + decoder.decode(read.value, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line) as SendEvent
  }
}

/** Reads the message of an error response, which has the envelope ai-api. */
async function readProblem(response: Response): Promise<string> {
  const { error } = (await response.json()) as {
    error: { message: string; details?: { field?: string; issue?: string } }
  }
  const { field, issue } = error.details ?? {}
  return field === undefined ? error.message : `${error.message}: ${field} ${issue ?? ''}`
}
