import type { ApiError } from '../errors/api-error.ts'
import { describeValue } from '../errors/describe-value.ts'
import { createRecognitionError } from './to-api-error.ts'

/** A class whose instances are thrown. Abstract classes are allowed. */
export type ThrownClass<Thrown> = abstract new (...parameters: never[]) => Thrown

/**
 * Creates a recognizer of an application's own error class and its subclasses:
 * `recognizers: [recognizeClass(OrderError, (error) => new Conflict({ message: error.text, cause: error }))]`.
 *
 * The recognizer never throws. If `toError` throws, the result is an internal error with both as causes.
 *
 * @param toError Converts an instance. It returns undefined for one that the next recognizer must convert.
 * @throws TypeError if an argument is not a class or a function.
 */
export function recognizeClass<Thrown>(
  ThrownClass: ThrownClass<Thrown>,
  toError: (thrown: Thrown) => ApiError | undefined,
): (thrown: unknown) => ApiError | undefined {
  for (const [name, value] of Object.entries({ class: ThrownClass, conversion: toError }))
    if (typeof value !== 'function')
      throw new TypeError(`recognizeClass: the ${name} must be a function, not ${describeValue(value)}`)
  return function recognize(thrown) {
    if (!isInstance(thrown, ThrownClass)) return undefined
    try {
      return toError(thrown)
    } catch (failure) {
      return createRecognitionError(thrown, failure)
    }
  }
}

function isInstance<Thrown>(thrown: unknown, ThrownClass: ThrownClass<Thrown>): thrown is Thrown {
  try {
    return thrown instanceof ThrownClass
  } catch {
    // A trap of a Proxy threw.
    return false
  }
}
