/** Where a value is in a body: the members and, of a list, the place. */
export type Path = readonly (string | number)[]

/** A value of a body that is no object and no list, and where it is. */
export interface Leaf {
  readonly path: Path
  readonly value: unknown
}

/** All of a body, in its order. */
export function leavesOf(body: unknown, path: Path = []): Leaf[] {
  if (typeof body !== 'object' || body === null) return [{ path, value: body }]
  return Array.isArray(body)
    ? body.flatMap((each, at) => leavesOf(each, [...path, at]))
    : Object.entries(body).flatMap(([key, each]) => leavesOf(each, [...path, key]))
}

/** What a body has at a path; undefined where it has nothing. */
export function valueAt(body: unknown, path: Path): unknown {
  return path.reduce((each: unknown, key) => (Object(each) as Record<string | number, unknown>)[key], body)
}

/** A path as people write it: `errors[0].code`. */
export function pathText(path: Path): string {
  return path.map((key, at) => (typeof key === 'number' ? `[${key}]` : at === 0 ? key : `.${key}`)).join('')
}
