import {
  createErrorForStatus,
  isObject,
  readProperty,
  toApiError,
  type Recognizer,
  type RecognizersByOrder,
} from '@faultline/core'

/** Sends the `code` of a Nest HttpException's body as its details. */
const withDetails: Recognizer = (thrown) => {
  const getResponse = readProperty(thrown, 'getResponse')
  if (typeof getResponse !== 'function') return undefined
  const body: unknown = getResponse.call(thrown)
  const code = readProperty(body, 'code')
  const { status } = toApiError(thrown)
  return isObject(body) && status < 500 && typeof code === 'string'
    ? createErrorForStatus(status, { cause: thrown, details: { code } })
    : undefined
}

/** Answers every other value with 503. */
const unknownErrors: Recognizer = (thrown) => createErrorForStatus(503, { cause: thrown })

/** The option `recognizers`. The built-in recognizers are called between the two arrays. */
export const recognizers: RecognizersByOrder = { before: [withDetails], after: [unknownErrors] }
