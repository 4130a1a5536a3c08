import { isPolluted } from '../http/polluted.ts'

/**
 * Reads a property of any value, prototypes included. A property that other code has added to `Object.prototype` is
 * ignored.
 *
 * A thrown value can be anything: null, a revoked proxy, an object with throwing getters. The functions of this module
 * never throw, so a recognizer that uses them does not need a try block.
 *
 * @returns The value; undefined for null and undefined, and if reading the property throws.
 */
export function readProperty(value: unknown, key: PropertyKey): unknown {
  // Checked first because a caught TypeError costs a hundred times as much.
  if (value === undefined || value === null) return undefined
  try {
    const member = (value as Record<PropertyKey, unknown>)[key]
    return member !== undefined && isPolluted(value, key) ? undefined : member
  } catch {
    return undefined
  }
}

/**
 * Reads a property that is a string.
 *
 * @param maxLength Maximum number of characters that are returned. Default: no limit.
 * @returns The string; undefined if the property has another type or reading it throws.
 */
export function readString(value: unknown, key: PropertyKey, maxLength?: number): string | undefined {
  const text = readProperty(value, key)
  if (typeof text !== 'string') return undefined
  return maxLength !== undefined && text.length > maxLength ? text.slice(0, maxLength) : text
}

/**
 * Reads a property that is a finite number.
 *
 * @returns The number; undefined if the property has another type or reading it throws.
 */
export function readNumber(value: unknown, key: PropertyKey): number | undefined {
  const number = readProperty(value, key)
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/**
 * Copies the first items of an array. An item that throws when it is read is undefined in the copy.
 *
 * @returns The items; an empty array if the value is not an array.
 */
export function readItems(value: unknown, maxItems: number): unknown[] {
  if (!isArray(value)) return []
  const items: unknown[] = []
  try {
    const length = Number.isFinite(value.length) ? Math.min(value.length, maxItems) : 0
    for (let index = 0; index < length; index++) items.push(value[index])
    return items
  } catch {
    return readEachItem(value, maxItems)
  }
}

function readEachItem(value: readonly unknown[], maxItems: number): unknown[] {
  const items: unknown[] = []
  const length = Math.min(readNumber(value, 'length') ?? 0, maxItems)
  for (let index = 0; index < length; index++) items.push(readProperty(value, index))
  return items
}

/** Returns whether a value is an object, arrays included and functions excluded. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** An object whose members are not known. */
export type Members = Readonly<Record<string, unknown>>

/** Returns whether a value is an object that is not an array, such as a parsed JSON object. */
export function isJsonObject(value: unknown): value is Members {
  return isObject(value) && !isArray(value)
}

/** Returns whether a value has all of these own properties. */
export function hasOwnProperties(value: object, ...keys: readonly PropertyKey[]): boolean {
  try {
    for (const key of keys) if (!Object.hasOwn(value, key)) return false
    return true
  } catch {
    return false
  }
}

function isArray(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value)
  } catch {
    // Array.isArray throws a TypeError for a revoked proxy.
    return false
  }
}
