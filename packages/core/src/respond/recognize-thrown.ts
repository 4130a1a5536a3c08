import type { ApiError } from '../errors/api-error.ts'
import { isApiError } from '../errors/is-api-error.ts'
import type { ApiRequest } from '../http/request.ts'
import { replaceFieldError } from './errors-by-field.ts'
import { createUnknownError } from './internal-errors.ts'
import type { Recognizer, RecognizersByOrder, ResponderOptions } from './options.ts'
import type { ResponderParts } from './responder-parts.ts'

/** The values of a responder that determine the error of a thrown value. */
export interface Recognition<Raw>
  extends RecognizersByOrder<Raw>, Pick<ResponderOptions<Raw>, 'errorsByField'> {
  readonly parts: ResponderParts
  /** Reports a value of a recognizer that is not an ApiError. */
  warnOnce(this: void, message: string, value: unknown): void
}

/** Creates the values of a responder once, from its options and parts. */
export function createRecognition<Raw>(
  { recognizers = [], errorsByField }: ResponderOptions<Raw>,
  parts: ResponderParts,
  warnOnce: Recognition<Raw>['warnOnce'],
): Recognition<Raw> {
  const byOrder = isArray(recognizers) ? { before: recognizers } : recognizers
  return { ...byOrder, errorsByField, parts, warnOnce }
}

/** `Array.isArray` does not narrow a read-only array. */
function isArray<Raw>(
  recognizers: readonly Recognizer<Raw>[] | RecognizersByOrder<Raw>,
): recognizers is readonly Recognizer<Raw>[] {
  return Array.isArray(recognizers)
}

/**
 * Returns the error of a thrown value: the value itself if it is an ApiError, else that of the first recognizer that
 * returns one, else an internal error. Then `errorsByField` applies. Never throws.
 */
export function recognizeThrown<Raw>(
  thrown: unknown,
  request: ApiRequest<Raw>,
  recognition: Recognition<Raw>,
): ApiError {
  const { before, after, errorsByField, parts } = recognition
  const error = isApiError(thrown)
    ? thrown
    : (callRecognizers(before, thrown, request, recognition) ??
      parts.recognize?.(thrown, request) ??
      callRecognizers(after, thrown, request, recognition) ??
      createUnknownError(thrown, request))
  if (errorsByField === undefined) return error
  try {
    return replaceFieldError(error, errorsByField)
  } catch (failure) {
    parts.warn('A class of `errorsByField` failed', failure)
    return error
  }
}

function callRecognizers<Raw>(
  recognizers: readonly Recognizer<Raw>[] | undefined,
  thrown: unknown,
  request: ApiRequest<Raw>,
  { parts, warnOnce }: Recognition<Raw>,
): ApiError | undefined {
  if (recognizers === undefined) return undefined
  for (const recognizer of recognizers) {
    try {
      const error = recognizer(thrown, request)
      if (isApiError(error)) return error
      if (error !== undefined) warnOnce('A recognizer did not return an ApiError', error)
    } catch (failure) {
      parts.warn('A recognizer failed', failure)
    }
  }
  return undefined
}
