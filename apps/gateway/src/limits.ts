import { ConcurrentLimitExceeded, RateLimitExceeded, ServiceUnavailable } from '@faultline/core'
import { Redis } from 'ioredis'
import {
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible'
import type { Key } from './keys.ts'

const MINUTE_SECONDS = 60

/** Rate and concurrency limits of keys, in memory or in a Redis that all instances share. */
export class Limits {
  readonly #redis: Redis | undefined
  readonly #limiters = new Map<number, RateLimiterAbstract>()
  /** Number of requests in progress by key id. */
  readonly #inProgress = new Map<string, number>()

  /** @param onRedisError Called when Redis cannot be reached. Requests that need it are rejected meanwhile. */
  constructor(redisUrl: string | undefined, onRedisError: (error: Error) => void) {
    if (redisUrl === undefined) return
    this.#redis = new Redis(redisUrl, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      connectTimeout: 2000,
    })
    this.#redis.on('error', onRedisError)
  }

  /**
   * Counts a request.
   *
   * @returns The rate-limit headers of the response.
   * @throws RateLimitExceeded with the remaining seconds
   * @throws ServiceUnavailable if Redis fails
   */
  async count({ id, perMinute }: Key): Promise<Record<string, string>> {
    if (perMinute === undefined) return {}
    try {
      return createHeaders(perMinute, await this.#getLimiter(perMinute).consume(id))
    } catch (thrown) {
      // The limiter rejects with its result when the limit is exceeded, and with an Error when Redis fails.
      if (!(thrown instanceof RateLimiterRes)) throw new ServiceUnavailable({ retryAfter: 5, cause: thrown })
      throw new RateLimitExceeded({
        retryAfter: thrown.msBeforeNext / 1000,
        headers: createHeaders(perMinute, thrown),
      })
    }
  }

  /**
   * Counts a request as in progress.
   *
   * @returns A function that ends it. Further calls have no effect.
   * @throws ConcurrentLimitExceeded
   */
  enter({ id, maxConcurrent }: Key): () => void {
    if (maxConcurrent === undefined) return () => {}
    const count = this.#inProgress.get(id) ?? 0
    if (count >= maxConcurrent) throw new ConcurrentLimitExceeded()
    this.#inProgress.set(id, count + 1)
    let isReleased = false
    return () => {
      if (isReleased) return
      isReleased = true
      this.#inProgress.set(id, (this.#inProgress.get(id) ?? 1) - 1)
    }
  }

  close(): void {
    this.#redis?.disconnect()
  }

  #getLimiter(points: number): RateLimiterAbstract {
    const existing = this.#limiters.get(points)
    if (existing !== undefined) return existing
    const options = { points, duration: MINUTE_SECONDS, keyPrefix: 'faultline-demo' }
    const limiter = this.#redis
      ? new RateLimiterRedis({ ...options, storeClient: this.#redis })
      : new RateLimiterMemory(options)
    this.#limiters.set(points, limiter)
    return limiter
  }
}

function createHeaders(limit: number, result: RateLimiterRes): Record<string, string> {
  return {
    'x-ratelimit-limit-requests': String(limit),
    'x-ratelimit-remaining-requests': String(Math.max(0, result.remainingPoints)),
    'x-ratelimit-reset-requests': `${Math.ceil(result.msBeforeNext / 1000)}s`,
  }
}
