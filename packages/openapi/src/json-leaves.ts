/** Object keys and array indices from a JSON value down to one of its parts. */
export type JsonPath = readonly (string | number)[]

/** A scalar in a JSON value, and its path. */
export interface JsonLeaf {
  readonly path: JsonPath
  readonly value: unknown
}

/** Lists the scalars of a JSON value, in document order. Empty objects and arrays have none. */
export function listLeaves(value: unknown, path: JsonPath = []): JsonLeaf[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => listLeaves(item, [...path, index]))
  if (typeof value !== 'object' || value === null) return [{ path, value }]
  return Object.entries(value).flatMap(([key, member]) => listLeaves(member, [...path, key]))
}
