import { createErrorForStatus, isObject, readProperty, toApiError, type Recognizer } from '@faultline/core'

/** Sends the `code` of a Nest HttpException's body as its details. It runs before the built-in recognizers. */
export const withDetails: Recognizer = (thrown) => {
  const getResponse = readProperty(thrown, 'getResponse')
  if (typeof getResponse !== 'function') return undefined
  const body: unknown = getResponse.call(thrown)
  const code = readProperty(body, 'code')
  const { status } = toApiError(thrown)
  return isObject(body) && status < 500 && typeof code === 'string'
    ? createErrorForStatus(status, { cause: thrown, details: { code } })
    : undefined
}

/** Answers every value that the built-in recognizers do not know with 503. */
export const afterTheOthers: Recognizer = (thrown, request) => {
  const error = toApiError(thrown, request)
  return error.code === 'internal_error' ? createErrorForStatus(503, { cause: thrown }) : error
}
