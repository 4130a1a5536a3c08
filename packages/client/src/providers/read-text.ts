import { readString } from '@faultline/core'

/** Maximum number of characters of a string that are examined. The cause of an error is at its beginning. */
export const MAX_TEXT_LENGTH = 16_384

/** Reads a property that is a string, up to the maximum length. Undefined for any other value; never throws. */
export function readText(value: unknown, key: PropertyKey): string | undefined {
  return readString(value, key, MAX_TEXT_LENGTH)
}
