import { readProperty } from '@faultline/core'
import { readText } from './read-text.ts'
import type { BodyReader } from './body-part.ts'

/** Anthropic: `{ type: 'error', error: { type, message, details: { error_code } }, request_id }`. */
export const readAnthropic: BodyReader = ({ body, error }) => ({
  specificNames: [readText(readProperty(error, 'details'), 'error_code')],
  requestId: readText(body, 'request_id'),
})
