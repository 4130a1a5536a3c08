// Ready handlers for plugins. The types only describe what is read, so that this package does not depend on the plugins.
import { createRateLimitError, PermissionDenied, type ApiError } from '@faultline/core'

/** The part of the context of @fastify/rate-limit that is read. */
interface LimitContext {
  /** Milliseconds until the limit is reset. */
  readonly ttl: number
  /** Whether the client has exceeded the limit too often. */
  readonly ban: boolean
}

/**
 * The option `errorResponseBuilder` of @fastify/rate-limit: `register(rateLimit, { …, errorResponseBuilder:
 * createLimitError })`.
 *
 * @returns A `RateLimitExceeded` with the wait, or `PermissionDenied` for a banned client.
 */
export function createLimitError(_request: unknown, { ttl, ban }: LimitContext): ApiError {
  return ban ? new PermissionDenied() : createRateLimitError(ttl / 1000)
}

export { recognizeConflict } from '@faultline/core'
