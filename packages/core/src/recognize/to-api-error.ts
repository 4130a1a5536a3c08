import type { ApiError } from '../errors/api-error.ts'
import { InternalError } from '../errors/index.ts'
import { isApiError } from '../errors/is-api-error.ts'
import type { ApiRequest } from '../http/request.ts'
import { fromBodyParser } from './body-parser.ts'
import { fromAjv } from './ajv.ts'
import { fromEffectSchema } from './effect.ts'
import { fromFastify } from './fastify.ts'
import { fromHttpClient } from './http-clients.ts'
import {
  fromBadUrl,
  fromBoom,
  fromHttpException,
  fromRestify,
  fromStatus,
  fromTimeout,
} from './http-errors.ts'
import { fromBusboy, fromFormidable, fromMulter } from './multipart.ts'
import { fromNest } from './nest.ts'
import { fromRateLimiterResult } from './limiters.ts'
import { fromToken } from './tokens.ts'
import { fromClassValidator, fromDeepBody, fromIssues } from './validation.ts'
import { fromValidator, fromZodException } from './validators.ts'

/** The recognizers, from the most to the least specific shape of an error. */
const recognizers: readonly ((thrown: object, request?: ApiRequest) => ApiError | undefined)[] = [
  fromZodException,
  // Before all that read `message`, which is a getter of Zod's errors that formats every issue.
  fromIssues,
  fromNest,
  fromBodyParser,
  fromFastify,
  fromAjv,
  fromMulter,
  fromFormidable,
  fromHttpClient,
  fromClassValidator,
  fromDeepBody,
  fromValidator,
  fromEffectSchema,
  fromToken,
  fromRateLimiterResult,
  fromBadUrl,
  fromBoom,
  fromHttpException,
  fromRestify,
  fromStatus,
  fromBusboy,
  fromTimeout,
]

/**
 * Converts any thrown value to an ApiError. An ApiError is returned unchanged. An error of a known library becomes the
 * matching ApiError. Any other value becomes an internal error with the value as its cause. Never throws.
 *
 * @param request The request that was processed. Some errors are only recognized with it.
 */
export function toApiError(thrown: unknown, request?: ApiRequest): ApiError {
  return recognizeError(thrown, request) ?? new InternalError({ cause: thrown, captureStack: false })
}

/** Converts an error of a known library, or with its own status, to an ApiError. Undefined for any other value. */
export function recognizeError(thrown: unknown, request?: ApiRequest): ApiError | undefined {
  if (isApiError(thrown)) return thrown
  if (typeof thrown !== 'object' || thrown === null) return undefined
  try {
    if (isPlainError(thrown)) return fromBusboy(thrown)
    for (const recognize of recognizers) {
      const error = recognize(thrown, request)
      if (error !== undefined) return error
    }
    return undefined
  } catch (failure) {
    // A method of the thrown value failed, such as `getStatus`, or a recognizer has a bug. The cause shows which.
    return createRecognitionError(thrown, failure)
  }
}

/** Creates the error of a value whose recognition failed. */
export function createRecognitionError(thrown: unknown, failure: unknown): ApiError {
  const cause = new AggregateError([thrown, failure], 'The thrown value could not be recognized')
  return new InternalError({ cause, captureStack: false })
}

/**
 * The prototypes of the errors of the language. Those of a RangeError and an AggregateError are left out: a recognizer
 * examines the stack of the one and the members of the other.
 */
const plainPrototypes: ReadonlySet<unknown> = new Set(
  [Error, TypeError, ReferenceError, SyntaxError].map(({ prototype }) => prototype),
)

/**
 * Returns whether a value is an error of the language without a cause and without further properties, as most unknown
 * errors are. Of the recognizers, only `fromBusboy` recognizes such an error.
 */
function isPlainError(thrown: object): boolean {
  try {
    return (
      plainPrototypes.has(Object.getPrototypeOf(thrown)) &&
      // False for a Proxy, which can have properties that it does not list.
      Object.prototype.toString.call(thrown) === '[object Error]' &&
      Reflect.ownKeys(thrown).every(isPlainKey)
    )
  } catch {
    // A trap of a Proxy threw.
    return false
  }
}

function isPlainKey(key: PropertyKey): boolean {
  return key === 'stack' || key === 'message'
}
