import {
  isJsonObject as isObject,
  StreamError,
  type ApiError,
  type Envelope,
  type ServerSentEvent,
} from '@faultline/core'
import { readBody } from './read-body.ts'

/** The most characters of a text that stands where an error should. */
const LONGEST = 4096

/**
 * The error that an event tells of: one that is named `error`, or whose data is an object of type `error` or with an
 * `error` in it.
 *
 * @param told The envelope of the stream, where it is known.
 * @returns undefined for any other event
 */
export function errorOfEvent({ event, data }: ServerSentEvent, told?: Envelope): ApiError | undefined {
  const isNamed = event === 'error'
  // Most events need not be parsed to know.
  if (!isNamed && !data.includes('"error"')) return undefined
  const body = parse(data)
  if (isObject(body)) {
    const isError = isNamed || body['type'] === 'error' || Boolean(body['error'])
    return isError ? readBody(body, {}, told) : undefined
  }
  if (!isNamed) return undefined
  return new StreamError(data === '' ? {} : { message: data.slice(0, LONGEST) })
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}
