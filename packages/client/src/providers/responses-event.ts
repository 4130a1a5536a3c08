import { isObject, readProperty } from '@faultline/core'
import { readText } from './read-text.ts'

/**
 * Unwraps an event of OpenAI's Responses API: `{ response: { error } }` of `response.failed`, and
 * `{ response: { incomplete_details: { reason } } }` of `response.incomplete`. Returns any other body unchanged.
 */
export function unwrapResponsesEvent(body: object): object {
  const response = readProperty(body, 'response')
  const error = readProperty(response, 'error')
  if (isObject(error)) return { error }
  const details = readProperty(response, 'incomplete_details')
  return isObject(response) && isObject(details) ? { error: { code: readText(details, 'reason') } } : body
}
