import type { SendEvent } from '../shared/send-event.ts'
import type { Sending } from '../shared/sending.ts'

/** Has a request sent, and tells of it as it goes on. @throws Error that says why it can't be */
export async function* sendEvents(sending: Sending, signal: AbortSignal): AsyncGenerator<SendEvent> {
  const response = await fetch('/api/send', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(sending),
    signal,
  })
  if (!response.ok) throw new Error(await problemOf(response))
  const reader = response.body!.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const lines = (rest + decoder.decode(read.value, { stream: true })).split('\n')
    rest = lines.pop()!
    for (const line of lines) yield JSON.parse(line) as SendEvent
  }
}

/** What the explorer's own server answers, in its own envelope. */
async function problemOf(response: Response): Promise<string> {
  const { error } = (await response.json()) as {
    error: { message: string; details?: { field?: string; issue?: string } }
  }
  const { field, issue } = error.details ?? {}
  return field === undefined ? error.message : `${error.message}: ${field} ${issue ?? ''}`
}
