import type { SentStream } from '../events/sent-stream.ts'
import type { ErrorEvent } from './envelope.ts'
import { stringifyRendered } from './json-values.ts'

/**
 * Formats an error event as text of an event stream.
 *
 * @throws TypeError if the name of the event has more than one line, so that the rest would be another field.
 */
export function formatEvent({ event, data }: ErrorEvent): string {
  const line = `data: ${stringifyRendered(data)}\n\n`
  if (event === undefined) return line
  if (/[\r\n]/.test(event)) throw new TypeError('the name of an error event must be one line')
  return `event: ${event}\n${line}`
}

/** Formats the data of an error event as the last line of newline-delimited JSON. */
export function formatLine(data: unknown): string {
  return `${stringifyRendered(data)}\n`
}

/** Formats a body as the last item of a JSON array, with the end of the array. */
export function formatLastItem(body: unknown, { isEmpty = false }: SentStream): string {
  return `${isEmpty ? '[' : ','}${stringifyRendered(body)}]`
}
