import type { ErrorEvent } from './envelope.ts'

/**
 * Serializes the data of an error event.
 *
 * @throws TypeError if the data is undefined or a function, which a definition without types can return.
 */
export function stringifyData(data: unknown): string {
  const json: unknown = typeof data === 'string' ? data : JSON.stringify(data)
  if (typeof json !== 'string')
    throw new TypeError('the data of an error event must be an object or a string')
  return json
}

/** Formats an error event as text of an event stream. */
export function formatEvent({ event, data }: ErrorEvent): string {
  const line = `data: ${stringifyData(data)}\n\n`
  return event === undefined ? line : `event: ${event}\n${line}`
}
