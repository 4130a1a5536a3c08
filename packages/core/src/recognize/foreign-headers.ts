import type { LooseOptions } from '../errors/create-error.ts'
import { parseRetryAfter } from '../http/retry-after.ts'
import { isObject, readProperty } from './safe-read.ts'

/** Headers that are copied from a foreign error, each with the pattern of a valid value. */
const allowedHeaders: Readonly<Record<string, RegExp>> = {
  allow: /^[A-Z]{1,16}(?:, ?[A-Z]{1,16}){0,15}$/,
  'content-range': /^bytes \*\/\d{1,19}$/,
  'www-authenticate': /^[A-Za-z][\w-]{0,31}(?: [\w =",./:-]{1,256})?$/,
}

/**
 * Reads the headers of a foreign error that may be sent: those of an allow-list with a valid value, and Retry-After.
 *
 * @param error A value with a member `headers`: a `Headers` object or a record.
 */
export function readAllowedHeaders(error: unknown): LooseOptions {
  const source = readProperty(error, 'headers')
  if (!isObject(source)) return {}
  const headers: Record<string, string> = {}
  for (const [name, pattern] of Object.entries(allowedHeaders)) {
    const value = readHeader(source, name)
    if (value !== undefined && pattern.test(value)) headers[name] = value
  }
  return { headers, retryAfter: parseRetryAfter(readHeader(source, 'retry-after')) }
}

/**
 * Reads a header of a `Headers` object, or of a record in any case.
 *
 * @param name In lower case.
 * @returns The value; undefined for a missing header and if reading it throws.
 */
export function readHeader(headers: object, name: string): string | undefined {
  try {
    if ('get' in headers && typeof headers.get === 'function') {
      const value: unknown = headers.get(name)
      return typeof value === 'string' ? value : undefined
    }
    for (const key in headers) {
      if (key.length === name.length && key.toLowerCase() === name) return String(readProperty(headers, key))
    }
  } catch {
    // A foreign `get`, a proxy's trap or a value without `toString` threw: treated as a missing header.
  }
  return undefined
}
