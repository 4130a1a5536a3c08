/** An object of a JSON body whose members are not validated. */
export interface JsonObject {
  readonly [member: string]: unknown
}

/** Returns whether a value is an object, arrays included. */
export function isRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null
}

/** Returns a value if it is an object, otherwise an empty object. */
export function objectOrEmpty(value: unknown): JsonObject {
  return isRecord(value) ? value : {}
}

/** Returns a value if it is an array, otherwise an empty array. */
export function arrayOrEmpty(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Returns a value if it is a string, otherwise undefined. */
export function stringOrUndefined(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Returns a value if it is a number, otherwise undefined. */
export function numberOrUndefined(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/**
 * Serializes what an envelope has rendered: a string is sent unchanged, anything else as JSON.
 *
 * @throws TypeError if it is undefined or a function, which an envelope without types can render.
 */
export function stringifyRendered(rendered: unknown): string {
  const json: unknown = typeof rendered === 'string' ? rendered : JSON.stringify(rendered)
  if (typeof json !== 'string')
    throw new TypeError(
      'an envelope must render an object or a string, as the body and as the data of an event',
    )
  return json
}
