import { readProperty } from '@faultline/core'
import { readText } from './read-text.ts'
import type { BodyReader } from './body-part.ts'

/** Azure: `{ error: { code, message, innererror: { code } } }`. */
export const readAzure: BodyReader = ({ error }) => ({
  specificNames: [readText(readProperty(error, 'innererror') ?? readProperty(error, 'inner_error'), 'code')],
})
