import type { ApiErrorOptions } from '../errors/error-options.ts'
import { getHeader } from '../http/headers.ts'
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
export function readAllowedHeaders(error: unknown): Pick<ApiErrorOptions, 'headers' | 'retryAfter'> {
  const source = readProperty(error, 'headers')
  if (!isObject(source)) return {}
  const headers: Record<string, string> = {}
  for (const [name, pattern] of Object.entries(allowedHeaders)) {
    const value = getHeader(source, name)
    if (value !== undefined && pattern.test(value)) headers[name] = value
  }
  return { headers, retryAfter: parseRetryAfter(getHeader(source, 'retry-after')) }
}
