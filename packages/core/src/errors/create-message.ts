import { isPolluted } from '../http/polluted.ts'
import type { ErrorClassInfo } from './class-info.ts'

/** Returns the message of the nearest class whose parameters all have a value; undefined if no class has such a message. */
export function createMessage(
  { messages, field }: ErrorClassInfo,
  options: { readonly details?: unknown },
): string | undefined {
  for (const parts of messages) {
    if (parts.length === 1) return parts[0]
    const filled = parts.map((part, index) =>
      index % 2 === 0 ? part : readParameter([options, options.details, { field }], part),
    )
    if (!filled.includes(undefined)) return filled.join('')
  }
  return undefined
}

/** Returns the first string or number that one of the objects has under a name. */
function readParameter(objects: readonly unknown[], name: string): string | undefined {
  for (const object of objects) {
    if (isPolluted(object, name)) continue
    try {
      const value: unknown = Reflect.get(Object(object), name)
      if (typeof value === 'string' || typeof value === 'number') return String(value)
    } catch {
      // `details` is a Proxy or has a throwing getter.
    }
  }
  return undefined
}
