import type { SendEvent } from '../src/shared/send-event.ts'
import type { Raise, Sending } from '../src/shared/sending.ts'

/** Something that is sent, unless it is changed. */
export const sending = (change: Partial<Sending> & { raise?: Raise } = {}): Sending => ({
  framework: 'Express',
  envelope: 'ai-api',
  raise: { kind: 'error', code: 'rate_limit_exceeded', query: {}, stream: false },
  sdks: false,
  ...change,
})

/** Asks an explorer to send something: what the page does. */
export function askExplorer(url: string, body: unknown, init: RequestInit = {}): Promise<Response> {
  return fetch(`${url}/api/send`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  })
}

/** All that an explorer tells of something that it sent. */
export async function told(url: string, body: unknown): Promise<SendEvent[]> {
  const text = await (await askExplorer(url, body)).text()
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as SendEvent)
}

/** The one event of a type. */
export function eventOf<Type extends SendEvent['type']>(
  events: readonly SendEvent[],
  type: Type,
): SendEvent & { type: Type } {
  const found = events.find((event) => event.type === type)
  if (found === undefined) throw new Error(`There is no ${type} in ${JSON.stringify(events)}`)
  return found as SendEvent & { type: Type }
}

/** The body that came. */
export function bodyOf(events: readonly SendEvent[]): string {
  return events.map((event) => (event.type === 'body' ? event.text : '')).join('')
}
