import type { SerializedResponse } from '@faultline/core'

/** Headers that every response with a body has. */
const genericHeaders = new Set(['cache-control', 'content-length', 'content-type', 'x-content-type-options'])

/** Lists the names of the headers that clients of an error response act on, in lower case. */
export function listErrorHeaders(headers: SerializedResponse['headers']): string[] {
  return Object.keys(headers).filter((name) => !genericHeaders.has(name))
}
