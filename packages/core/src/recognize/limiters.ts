import type { ApiError } from '../errors/api-error.ts'
import { RateLimitExceeded } from '../errors/index.ts'
import { readNumber } from './safe-read.ts'

/** Recognizes the result with which rate-limiter-flexible rejects. It is not an Error. */
export function fromRateLimiterResult(thrown: object): ApiError | undefined {
  const waitMs = readNumber(thrown, 'msBeforeNext')
  if (waitMs === undefined || readNumber(thrown, 'remainingPoints') === undefined) return undefined
  return new RateLimitExceeded({ cause: thrown, retryAfter: Math.max(1, Math.ceil(waitMs / 1000)) })
}
