import type { ApiError } from '../errors/api-error.ts'
import { isRecord } from './json-values.ts'

/** Messages by error code. `{name}` is replaced by the property or the detail of that name. */
export interface MessageTable {
  readonly [code: string]: string
}

/**
 * Returns the message of a table for the code of an error. `{name}` is replaced by the error's own property of that name, or
 * by its detail. Undefined if the table has no message, if a value is missing or private, or if the error has
 * its own message. The message of a received error is not its own.
 */
export function fillMessage(table: MessageTable, error: ApiError): string | undefined {
  if (error.hasOwnMessage && !error.isReceived) return undefined
  const template = Object.hasOwn(table, error.code) ? table[error.code] : undefined
  let isComplete = true
  const message = template?.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = error.expose ? (readOwn(error, name) ?? readOwn(error.details, name)) : undefined
    isComplete &&= value !== undefined
    return String(value)
  })
  return isComplete ? message : undefined
}

/** Returns an enumerable property if it is a string or a number. The message and the stack of an error are not enumerable. */
function readOwn(object: unknown, name: string): string | number | undefined {
  if (!isRecord(object) || !Object.prototype.propertyIsEnumerable.call(object, name)) return undefined
  const value = object[name]
  return typeof value === 'string' || typeof value === 'number' ? value : undefined
}
