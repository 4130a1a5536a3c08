import { errorCodes, type ApiError } from '../errors/api-error.ts'
import { byteLength } from '../http/byte-length.ts'
import type { RenderContext } from './envelope.ts'
import { isRecord, type JsonObject } from './json-values.ts'

/** Maximum length of the details of an error as JSON, in bytes. */
const MAX_BYTES = 16 * 1024

/**
 * Returns whether an error has details that may be sent. Those in a property that is not enumerable are not: they are for
 * hooks and logs, such as the details of an upstream's error. A subclass may have a getter that throws.
 */
export function hasDetails(error: ApiError): boolean {
  try {
    return error.details !== undefined && !isHidden(error)
  } catch {
    return true
  }
}

function isHidden(error: ApiError): boolean {
  return Object.getOwnPropertyDescriptor(error, 'details')?.enumerable === false
}

/**
 * Returns the details of an error as a JSON value. Undefined if there are none, or if they are not public: those of
 * internal errors and of errors with a private message. The details of a received error were public in its response.
 *
 * @param report Called if the details cannot be sent.
 */
export function readDetails(error: ApiError, report: RenderContext['report']): unknown {
  if (!hasDetails(error) || !error.expose) return undefined
  if (!error.isReceived && errorCodes(error)?.includes('internal_error') === true) return undefined
  return toJsonValue(() => error.details, 'The details of an error', report)
}

/**
 * Returns a copy of a value without getters and methods. Undefined, after a report, if JSON cannot represent it, or if its
 * JSON is longer than 16 KiB.
 *
 * @param name Names the value in the report.
 */
export function toJsonValue(getValue: () => unknown, name: string, report: RenderContext['report']): unknown {
  let problem: unknown
  try {
    const json: unknown = JSON.stringify(getValue())
    if (typeof json === 'string' && byteLength(json) <= MAX_BYTES) return JSON.parse(json)
    problem = typeof json === 'string' ? 'longer than 16 KiB' : 'not a JSON value'
  } catch (failure) {
    problem = failure
  }
  report?.(`${name} cannot be sent`, problem)
  return undefined
}

/** Returns whether a JSON value is an object, not an array. */
export function isPlainObject(value: unknown): value is JsonObject {
  return isRecord(value) && !Array.isArray(value)
}

/**
 * Converts details to members of an object that also has members of the envelope. The member `details` contains those
 * with a reserved name, and details that are not an object.
 *
 * @param details Undefined if the error has none.
 */
export function toMembers(details: unknown, reserved: readonly string[]): JsonObject {
  if (details === undefined) return {}
  if (!isPlainObject(details)) return { details }
  const entries = Object.entries(details)
  if (
    !entries.some(([name, value]) => reserved.includes(name) || (name === 'details' && isPlainObject(value)))
  )
    return details
  const isNested = ([name]: [string, unknown]): boolean => name === 'details' || reserved.includes(name)
  const others = entries.filter((entry) => !isNested(entry))
  return { details: Object.fromEntries(entries.filter(isNested)), ...Object.fromEntries(others) }
}

/** Returns a member `details`, or nothing if the error has none. */
export function optionalDetails(details: unknown): { details?: unknown } {
  return details === undefined ? {} : { details }
}

/** Returns a member `details`, or nothing if it would be empty. */
export function wrapDetails<Details extends object>(details: Details): { details?: Details } {
  return Object.keys(details).length === 0 ? {} : { details }
}

/** Inverse of `toMembers`. @param members The members that are not of the envelope. */
export function fromMembers(members: JsonObject): unknown {
  const { details, ...others } = members
  if (isPlainObject(details)) return { ...others, ...details }
  const names = Object.keys(members)
  if (names.length === 0) return undefined
  return names.length === 1 && names[0] === 'details' ? details : members
}
