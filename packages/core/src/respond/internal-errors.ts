import type { ApiError } from '../errors/api-error.ts'
import { createErrorForStatus } from '../errors/create-error.ts'
import { InternalError } from '../errors/index.ts'
import type { ApiRequest } from '../http/request.ts'
import { isErrorStatus } from '../http/status.ts'
import { tryCall } from './try-call.ts'

/** Creates the error of a value that is not recognized: the one of the status that the handler had set, else a 500. */
export function createUnknownError(thrown: unknown, request: ApiRequest): ApiError {
  const { presetStatus } = request
  const options = { cause: thrown, captureStack: false }
  if (!isErrorStatus(presetStatus) || presetStatus > 499 || presetStatus === 407)
    return new InternalError(options)
  tryCall(() => (request.unexpected = true))
  return createErrorForStatus(presetStatus, options)
}

/** Creates the error that is sent if an envelope cannot render another error. */
export function createRenderError(thrown: unknown, failure: unknown): ApiError {
  const cause = new AggregateError([thrown, failure], 'The error could not be rendered')
  return new InternalError({ cause, captureStack: false })
}
