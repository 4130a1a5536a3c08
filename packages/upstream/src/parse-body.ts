import { findStreamFailure } from '@faultline/client'
import { isObject, parseJson, readItems } from '@faultline/core'

/** Maximum number of characters or bytes of a body that are parsed. */
export const MAX_BODY_LENGTH = 262_144

/**
 * Parses a body to an object.
 *
 * @param body Parsed, a string, or bytes: JSON, or an event stream, of which the first failure is returned.
 * @returns undefined if the body contains no object. Never throws.
 */
export function parseBody(body: unknown): object | undefined {
  const text = decodeText(body)?.trim()
  if (text === undefined) return isObject(body) ? unwrapArray(body) : undefined
  if (!/^[[{]/.test(text)) return findErrorEvent(text)
  const parsed = parseJson(text)
  // Ollama's streams have one JSON object per line.
  return isObject(parsed) ? unwrapArray(parsed) : findErrorEvent(text)
}

/** Gemini sends a stream without SSE as an array, also for an error. */
function unwrapArray(body: object): object {
  const [first] = readItems(body, 1)
  return isObject(first) ? first : body
}

/** Returns the body of the first failure in an event stream. */
function findErrorEvent(text: string): object | undefined {
  const failure = findStreamFailure(text)
  return failure === undefined || failure.code === 'stream_terminated' ? undefined : failure.body
}

/** Decodes the beginning of a body that is a string or bytes. */
export function decodeText(body: unknown): string | undefined {
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
