import type { ApiError } from '../errors/api-error.ts'
import { InternalError } from '../errors/index.ts'
import type { ApiRequest } from '../http/request.ts'
import { fromBodyParser } from './body-parser.ts'
import { fromFastify } from './fastify.ts'
import { fromBadUrl, fromBoom, fromHttpException, fromStatus, fromTimeout } from './http-errors.ts'
import { fromBusboy, fromMulter } from './multipart.ts'
import { fromNest } from './nest.ts'
import { fromHttpClient } from './http-clients.ts'
import { fromClassValidator, fromIssues } from './validation.ts'

/** From the surest mark to the weakest. */
const families: readonly ((thrown: object, request?: ApiRequest) => ApiError | undefined)[] = [
  fromNest,
  fromBodyParser,
  fromFastify,
  fromMulter,
  fromHttpClient,
  fromIssues,
  fromClassValidator,
  fromBadUrl,
  fromBoom,
  fromHttpException,
  fromStatus,
  fromBusboy,
  fromTimeout,
]

/**
 * The ApiError that anything thrown comes to: that of its family, or an internal error with the thrown value as its
 * cause. Never throws, whatever is thrown.
 *
 * @param request What was being served: a few kinds are told by what was asked.
 */
export function toApiError(thrown: unknown, request?: ApiRequest): ApiError {
  if (typeof thrown === 'object' && thrown !== null) {
    try {
      for (const family of families) {
        const error = family(thrown, request)
        if (error !== undefined) return error
      }
    } catch {
      // A value that can't be looked at says nothing of itself.
    }
  }
  return new InternalError({ cause: thrown, captureStack: false })
}
