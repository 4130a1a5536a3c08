import type { ApiError } from '../errors/api-error.ts'
import { isApiError } from '../errors/is-api-error.ts'
import type { ApiRequest } from '../http/request.ts'
import { replaceFieldError } from './errors-by-field.ts'
import { createUnknownError } from './internal-errors.ts'
import type { ResponderOptions } from './options.ts'
import type { ResponderParts } from './responder-parts.ts'

/**
 * Returns the error of a thrown value: the value itself if it is an ApiError, else that of the first recognizer that
 * returns one, else an internal error. Then `errorsByField` applies. Never throws.
 */
export function recognizeThrown<Raw>(
  thrown: unknown,
  request: ApiRequest<Raw>,
  options: ResponderOptions<Raw>,
  parts: ResponderParts,
): ApiError {
  const error = isApiError(thrown)
    ? thrown
    : (callRecognizers(thrown, request, options, parts) ??
      parts.recognize?.(thrown, request) ??
      createUnknownError(thrown, request))
  if (options.errorsByField === undefined) return error
  try {
    return replaceFieldError(error, options.errorsByField)
  } catch (failure) {
    parts.warn('A class of `errorsByField` failed', failure)
    return error
  }
}

function callRecognizers<Raw>(
  thrown: unknown,
  request: ApiRequest<Raw>,
  { recognizers = [] }: ResponderOptions<Raw>,
  parts: ResponderParts,
): ApiError | undefined {
  for (const recognizer of recognizers) {
    try {
      const error = recognizer(thrown, request)
      if (isApiError(error)) return error
    } catch (failure) {
      parts.warn('A recognizer failed', failure)
    }
  }
  return undefined
}
