import type { LooseOptions } from '../errors/create-error.ts'
import { parseRetryAfter } from '../http/retry-after.ts'

/** A property of anything at all, read through its prototypes; undefined where reading it throws. */
export function read(value: unknown, key: PropertyKey): unknown {
  try {
    return (value as Record<PropertyKey, unknown>)[key]
  } catch {
    return undefined
  }
}

/** A property, if it is a text. */
export function readText(value: unknown, key: PropertyKey): string | undefined {
  const text = read(value, key)
  return typeof text === 'string' ? text : undefined
}

/** The headers that a foreign error may bring along, and what a value of each looks like. */
const allowed: Readonly<Record<string, RegExp>> = {
  allow: /^[A-Z]{1,16}(?:, ?[A-Z]{1,16}){0,15}$/,
  'content-range': /^bytes \*\/\d{1,19}$/,
  'www-authenticate': /^[A-Za-z][\w-]{0,31}(?: [\w =",./:-]{1,256})?$/,
}

/** What may be taken over of a foreign error's headers: the allow-listed ones whose values are as they should be. */
export function readHeaders(value: unknown): LooseOptions {
  const given = read(value, 'headers')
  if (typeof given !== 'object' || given === null) return {}
  const isHeaders = typeof read(given, 'get') === 'function'
  const get = (name: string): unknown => {
    try {
      if (isHeaders) return (given as Headers).get(name)
      for (const key in given)
        if (key.toLowerCase() === name) return String((given as Record<string, unknown>)[key])
    } catch {
      // A header that can't be read is none.
    }
    return undefined
  }
  const headers: Record<string, string> = {}
  for (const [name, form] of Object.entries(allowed)) {
    const header = get(name)
    if (typeof header === 'string' && form.test(header)) headers[name] = header
  }
  return { headers, retryAfter: parseRetryAfter(get('retry-after')) }
}
