import {
  isJsonObject,
  parseJson,
  StreamError,
  type ApiError,
  type Envelope,
  type ServerSentEvent,
} from '@faultline/core'
import { parseBody } from '../parse/parse-body.ts'

/** Maximum number of characters of a message that an `error` event has instead of JSON. */
const MAX_MESSAGE_LENGTH = 4096

/**
 * Parses an error event: an event named `error`, or one whose data is an object of type `error` or with an `error`
 * member.
 *
 * @param envelope The envelope of the stream. Detected if undefined.
 * @returns undefined for any other event.
 */
export function parseErrorEvent({ event, data }: ServerSentEvent, envelope?: Envelope): ApiError | undefined {
  const isNamed = event === 'error'
  // Avoids parsing the JSON of most events.
  if (!isNamed && !data.includes('"error"')) return undefined
  const body = parseJson(data)
  if (isJsonObject(body)) {
    const isError = isNamed || body['type'] === 'error' || Boolean(body['error'])
    return isError ? parseBody(body, {}, envelope) : undefined
  }
  if (!isNamed) return undefined
  return new StreamError(data === '' ? {} : { message: data.slice(0, MAX_MESSAGE_LENGTH) })
}
