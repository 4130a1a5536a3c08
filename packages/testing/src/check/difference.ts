/** Where two JSON values differ first: a JSON Pointer (RFC 6901), and both, as JSON. */
export interface Difference {
  readonly at: string
  readonly should: string
  readonly is: string
}

/** The first difference of two JSON values; the order of members, and fractions of a time's second, are none. */
export function firstDifference(should: unknown, is: unknown, at = ''): Difference | undefined {
  if (isObject(should) && isObject(is)) {
    for (const key of new Set([...Object.keys(should), ...Object.keys(is)])) {
      const pointer = `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
      if (!Object.hasOwn(is, key)) return { at: pointer, should: told(should[key]), is: 'nothing' }
      if (!Object.hasOwn(should, key)) return { at: pointer, should: 'nothing', is: told(is[key]) }
      const below = firstDifference(should[key], is[key], pointer)
      if (below !== undefined) return below
    }
    return Array.isArray(should) === Array.isArray(is)
      ? undefined
      : { at: at || '/', should: told(should), is: told(is) }
  }
  return Object.is(should, is) || isSameTime(should, is)
    ? undefined
    : { at: at || '/', should: told(should), is: told(is) }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/

function isSameTime(one: unknown, other: unknown): boolean {
  const [a, b] = [one, other].map((value) =>
    typeof value === 'string' && TIME.test(value) ? value.slice(0, 19) : undefined,
  )
  return a !== undefined && a === b
}

function told(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
