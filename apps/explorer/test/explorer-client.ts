import type { SendEvent } from '../src/shared/send-event.ts'
import type { Raise, SendRequest } from '../src/shared/send-request.ts'

/** Creates a body of `POST /api/send`, with some members replaced. */
export const createSendRequest = (change: Partial<SendRequest> & { raise?: Raise } = {}): SendRequest => ({
  framework: 'Express',
  envelope: 'ai-api',
  raise: { kind: 'error', code: 'rate_limit_exceeded', query: {}, stream: false },
  sdks: false,
  ...change,
})

/** Posts to `/api/send`, as the page does. */
export function postSend(url: string, body: unknown, init: RequestInit = {}): Promise<Response> {
  return fetch(`${url}/api/send`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  })
}

/** Posts to `/api/send` and returns all events. */
export async function fetchEvents(url: string, body: unknown): Promise<SendEvent[]> {
  const text = await (await postSend(url, body)).text()
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as SendEvent)
}

/** Finds the event of a type. */
export function findEvent<Type extends SendEvent['type']>(
  events: readonly SendEvent[],
  type: Type,
): SendEvent & { type: Type } {
  const event = events.find((candidate) => candidate.type === type)
  if (event === undefined) throw new Error(`No ${type} event in ${JSON.stringify(events)}`)
  return event as SendEvent & { type: Type }
}

/** Joins the pieces of the body. */
export function getBody(events: readonly SendEvent[]): string {
  return events.map((event) => (event.type === 'body' ? event.text : '')).join('')
}
