import { isObject, readItems, readProperty } from './safe-read.ts'

/** Maximum number of values that a chain has by default. */
const MAX_CAUSES = 32
/** Maximum number of members of an AggregateError that are followed. */
const MAX_MEMBERS = 8

/**
 * Collects a thrown value, its `cause`, the cause of that, and so on, and the `errors` of each AggregateError.
 *
 * The order is depth first: the cause of an error comes before its `errors`. Each value occurs once, so circular
 * causes end. Never throws.
 *
 * @param maxCauses Maximum number of values. @default 32
 * @returns The thrown value and its causes. null and undefined occur as the thrown value only.
 */
export function collectCauses(thrown: unknown, maxCauses: number = MAX_CAUSES): unknown[] {
  const causes = new Set<unknown>()
  const pending: unknown[] = [thrown]
  while (pending.length > 0 && causes.size < maxCauses) {
    const value = pending.shift()
    if (causes.has(value) || ((value === undefined || value === null) && causes.size > 0)) continue
    causes.add(value)
    if (isObject(value))
      pending.unshift(readProperty(value, 'cause'), ...readItems(readProperty(value, 'errors'), MAX_MEMBERS))
  }
  return [...causes]
}
