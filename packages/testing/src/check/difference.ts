import { isObject } from '@faultline/core'

/** The first difference of two JSON values. */
export interface Difference {
  /** Its place, as a JSON Pointer (RFC 6901). */
  readonly pointer: string
  /** The expected value as JSON, shortened; `nothing` for a missing member. */
  readonly expected: string
  /** The actual value as JSON, shortened; `nothing` for a missing member. */
  readonly actual: string
}

/** Returns the first difference of two JSON values. The order of members and fractions of a second are ignored. */
export function findDifference(expected: unknown, actual: unknown, pointer = ''): Difference | undefined {
  if (!isObject(expected) || !isObject(actual))
    return Object.is(expected, actual) || isSameTime(expected, actual)
      ? undefined
      : createDifference(pointer, expected, actual)
  if (Array.isArray(expected) !== Array.isArray(actual)) return createDifference(pointer, expected, actual)
  const [expectedMembers, actualMembers] = [
    new Map(Object.entries(expected)),
    new Map(Object.entries(actual)),
  ]
  for (const key of new Set([...expectedMembers.keys(), ...actualMembers.keys()])) {
    const memberPointer = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    const difference =
      expectedMembers.has(key) && actualMembers.has(key)
        ? findDifference(expectedMembers.get(key), actualMembers.get(key), memberPointer)
        : createDifference(memberPointer, expectedMembers.get(key), actualMembers.get(key))
    if (difference !== undefined) return difference
  }
  return undefined
}

function createDifference(pointer: string, expected: unknown, actual: unknown): Difference {
  return { pointer: pointer || '/', expected: formatJson(expected), actual: formatJson(actual) }
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/

function isSameTime(a: unknown, b: unknown): boolean {
  return (
    typeof a === 'string' &&
    typeof b === 'string' &&
    TIME.test(a) &&
    TIME.test(b) &&
    a.slice(0, 19) === b.slice(0, 19)
  )
}

function formatJson(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
