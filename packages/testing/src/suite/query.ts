import type { HandlerContext } from './fixture.ts'

/** Returns a query parameter of a request; an empty string if it does not exist. */
export function getQuery({ url }: HandlerContext, name: string): string {
  return new URL(url, 'http://localhost').searchParams.get(name) ?? ''
}

/** Converts an object to a map, so that a name from a request cannot read `Object.prototype`. */
export function toMap<Value>(entries: Readonly<Record<string, Value>>): ReadonlyMap<string, Value> {
  return new Map(Object.entries(entries))
}

/**
 * Returns the entry of a table that a query parameter names.
 *
 * @throws TypeError for an unknown name.
 */
export function pick<Value>(
  table: ReadonlyMap<string, Value>,
  context: HandlerContext,
  parameter: string,
): Value {
  const name = getQuery(context, parameter)
  const value = table.get(name)
  if (value === undefined) throw new TypeError(`${parameter}: unknown name ${JSON.stringify(name)}`)
  return value
}
