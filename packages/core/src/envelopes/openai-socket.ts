import { getHeader } from '../http/headers.ts'
import { parseRetryAfter } from '../http/retry-after.ts'
import { isErrorStatus } from '../http/status.ts'
import type { ParsedBody, SocketMessageInput } from './envelope.ts'
import type { JsonObject } from './json-values.ts'
import type { OpenAIError } from './openai-error.ts'

/** Creates the server event `error` of OpenAI's Realtime API. */
export function createRealtimeEvent<Body extends { readonly error: OpenAIError }>(
  body: Body,
  { eventId, clientEventId = null }: Pick<SocketMessageInput, 'eventId'> & { clientEventId?: string | null },
) {
  return {
    type: 'error',
    event_id: eventId,
    ...body,
    error: { ...body.error, event_id: clientEventId },
  } as const
}

/** Creates the error message of the Responses API over WebSocket. Codex reads the status and the headers. */
export function createResponsesMessage<Body extends { readonly error: OpenAIError }>(
  body: Body,
  { status, headers, clientEventId }: SocketMessageInput,
) {
  const error = clientEventId === undefined ? body.error : { ...body.error, event_id: clientEventId }
  return { type: 'error', status, ...body, error, headers } as const
}

/** Returns whether a body is an error message over WebSocket: of the Realtime API or of the Responses API. */
export function isSocketMessage(body: JsonObject): boolean {
  return body['type'] === 'error' && ('event_id' in body || 'status' in body)
}

/** Adds the status and the wait of an error message over WebSocket, if it has them. */
export function addSocketMembers(
  parsed: ParsedBody | undefined,
  { status, headers }: JsonObject,
): ParsedBody | undefined {
  if (parsed === undefined || !isErrorStatus(status)) return parsed
  const retryAfter = parseRetryAfter(getHeader(headers, 'retry-after'))
  return { ...parsed, status, retryAfter: typeof retryAfter === 'number' ? retryAfter : undefined }
}
