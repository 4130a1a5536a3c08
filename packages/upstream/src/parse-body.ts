import { isErrorBody } from '@faultline/client'
import { isObject, parseEvents, parseJson, readItems } from '@faultline/core'

/** Maximum number of characters or bytes of a body that are parsed. */
const MAX_BODY_LENGTH = 262_144
/** Maximum number of events that are examined, from the end of a stream. */
const MAX_EVENTS = 128

/**
 * Parses a body to an object.
 *
 * @param body Parsed, a string, or bytes: JSON, or an event stream whose last error event is returned.
 * @returns undefined if the body contains no object. Never throws.
 */
export function parseBody(body: unknown): object | undefined {
  const text = decodeText(body)?.trim()
  if (text === undefined) return isObject(body) ? unwrapArray(body) : undefined
  if (!/^[[{]/.test(text)) return findErrorEvent(text)
  const parsed = parseJson(text)
  return isObject(parsed) ? unwrapArray(parsed) : undefined
}

/** Gemini sends a stream without SSE as an array, also for an error. */
function unwrapArray(body: object): object {
  const [first] = readItems(body, 1)
  return isObject(first) ? first : body
}

/** Returns the data of the last error event. An error ends an event stream. */
function findErrorEvent(text: string): object | undefined {
  for (const { event, data } of parseEvents(text).slice(-MAX_EVENTS).toReversed()) {
    const body = /^\s*[[{]/.test(data) ? parseJson(data) : undefined
    if (isObject(body) && (event === 'error' || isErrorBody(body))) return body
  }
  return undefined
}

function decodeText(body: unknown): string | undefined {
  if (typeof body === 'string') return body.slice(0, MAX_BODY_LENGTH)
  const bytes = toBytes(body)
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
}

function toBytes(body: unknown): Uint8Array | undefined {
  try {
    if (ArrayBuffer.isView(body))
      return new Uint8Array(body.buffer, body.byteOffset, Math.min(body.byteLength, MAX_BODY_LENGTH))
    if (body instanceof ArrayBuffer)
      return new Uint8Array(body, 0, Math.min(body.byteLength, MAX_BODY_LENGTH))
  } catch {
    // The buffer was transferred to another thread, or a trap of a Proxy threw.
  }
  return undefined
}
