import { isObject, readItems, readProperty } from '@faultline/core'
import { MAX_TEXT_LENGTH } from './read-text.ts'

/** Maximum number of headers that are read. */
const MAX_HEADERS = 256

/** Headers by name in lower case, with the first value of each. */
export type HeaderMap = ReadonlyMap<string, string>

/**
 * Reads headers from a `Headers` object, from another iterable of entries, or from a record.
 *
 * @returns The headers up to the first that cannot be read. Never throws.
 */
export function readHeaders(headers: unknown): HeaderMap {
  const map = new Map<string, string>()
  if (!isObject(headers)) return map
  try {
    let count = 0
    if (isIterable(headers)) {
      for (const entry of headers) {
        if (count++ === MAX_HEADERS) break
        addHeader(map, readProperty(entry, 0), readProperty(entry, 1))
      }
    } else {
      for (const name in headers) {
        if (count++ === MAX_HEADERS) break
        addHeader(map, name, readProperty(headers, name))
      }
    }
  } catch {
    // The iterator of a foreign object, or a trap of a Proxy, threw. The headers read so far are used.
  }
  return map
}

function addHeader(map: Map<string, string>, name: unknown, value: unknown): void {
  if (typeof name !== 'string') return
  const first = typeof value === 'string' ? value : (readItems(value, 1)[0] ?? value)
  const text = typeof first === 'number' ? String(first) : first
  if (typeof text === 'string') map.set(name.toLowerCase(), text.slice(0, MAX_TEXT_LENGTH))
}

function isIterable(value: object): value is Iterable<unknown> {
  return typeof readProperty(value, Symbol.iterator) === 'function'
}
