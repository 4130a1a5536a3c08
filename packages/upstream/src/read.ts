/** The most characters of a text that are looked at: what says why stands at its beginning. */
export const LONGEST = 16_384

/** A property of anything at all, read through its prototypes; undefined where reading it throws. */
export function read(value: unknown, key: PropertyKey): unknown {
  try {
    return (value as Record<PropertyKey, unknown>)[key]
  } catch {
    return undefined
  }
}

/** A property, if it is a text: the beginning of one that is long. */
export function readText(value: unknown, key: PropertyKey): string | undefined {
  const text = read(value, key)
  return typeof text === 'string' ? text.slice(0, LONGEST) : undefined
}

/** A property, if it is a number. */
export function readNumber(value: unknown, key: PropertyKey): number | undefined {
  const number = read(value, key)
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** Whether a value is an object that may be looked into. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** Whether a value has a property of its own, however hostile it is. */
export function owns(value: object, ...keys: readonly PropertyKey[]): boolean {
  try {
    return keys.every((key) => Object.hasOwn(value, key))
  } catch {
    return false
  }
}

/** The first items of a list; none of anything else. */
export function firstOf(value: unknown, most: number): unknown[] {
  const items: unknown[] = []
  try {
    if (!Array.isArray(value)) return items
  } catch {
    return items
  }
  const length = Math.min(readNumber(value, 'length') ?? 0, most)
  for (let at = 0; at < length; at++) items.push(read(value, at))
  return items
}

/** The most headers that are looked at. */
const MOST_HEADERS = 256

/** Headers by their names in lower case, the first value of each: of a `Headers`, or of a plain object. */
export function headersOf(headers: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  if (!isObject(headers)) return found
  const add = (name: unknown, given: unknown): void => {
    const [value = given] = firstOf(given, 1)
    const text = typeof value === 'number' ? `${value}` : value
    if (typeof name === 'string' && typeof text === 'string')
      found.set(name.toLowerCase(), text.slice(0, LONGEST))
  }
  let left = MOST_HEADERS
  try {
    if (typeof read(headers, Symbol.iterator) === 'function') {
      for (const entry of headers as Iterable<unknown>) {
        if (left-- === 0) break
        add(read(entry, 0), read(entry, 1))
      }
    } else {
      for (const name in headers) {
        if (left-- === 0) break
        add(name, read(headers, name))
      }
    }
  } catch {
    // Headers that can't be listed are none from there on.
  }
  return found
}
