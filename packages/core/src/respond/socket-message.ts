import { isRecord } from '../envelopes/json-values.ts'
import { isBodyHeader } from '../http/headers.ts'
import { generateRequestId } from '../http/request-id.ts'
import type { SerializedResponse } from './responder.ts'

/** Headers of every response that do not describe the error. */
const UNRELATED_HEADERS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'set-cookie',
  'vary',
  'x-content-type-options',
])

/**
 * Creates the text message that reports an error over WebSocket from the response of a responder: the message of the
 * envelope, or its body if it does not define a message. Never throws.
 *
 * @param clientEventId The id of the client's event that caused the error.
 */
export function createSocketMessage(response: SerializedResponse, clientEventId?: string): string {
  const { envelope, body, status, headers } = response
  try {
    const parsed: unknown = JSON.parse(body)
    if (envelope.renderSocketMessage === undefined || !isRecord(parsed)) return body
    const input = {
      status,
      headers: selectHeaders(headers),
      eventId: generateRequestId().replace('req', 'event'),
      ...(clientEventId === undefined ? {} : { clientEventId }),
    }
    const message: unknown = JSON.stringify(envelope.renderSocketMessage(parsed, input))
    if (typeof message === 'string') return message
  } catch {
    // An envelope of the user failed. Its body reports the same error.
  }
  return body
}

function selectHeaders(headers: SerializedResponse['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !isBodyHeader(name) && !UNRELATED_HEADERS.has(name)),
  )
}
