import { Redis } from 'ioredis'
import {
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible'
import type { Key } from './keys.ts'

const MINUTE_SECONDS = 60
const REDIS_TIMEOUT_MS = 500

/** The rate of a key after a request. */
export interface Rate {
  /** Rate-limit headers for the response, successful or not. */
  readonly headers: Readonly<Record<string, string>>
  readonly isExceeded: boolean
  /** Seconds until the limit is reset. */
  readonly retryAfter: number
}

/** The limiters of a limit: in memory, and in Redis if there is one. */
interface Limiters {
  readonly memory: RateLimiterAbstract
  readonly redis: RateLimiterAbstract | undefined
}

/**
 * Rate and concurrency limits of keys, in memory or in a Redis that all instances share. While Redis does not respond,
 * the limits are in memory.
 */
export class Limits {
  readonly #redis: Redis | undefined
  readonly #limiters = new Map<number, Limiters>()
  /** Number of requests in progress by key id. */
  readonly #inProgress = new Map<string, number>()

  readonly #onRedisError: (error: unknown) => void
  #isRedisFailing = false

  /** @param onRedisError Called once when Redis fails, and again if it fails after it has responded. */
  constructor(redisUrl: string | undefined, onRedisError: (error: unknown) => void) {
    this.#onRedisError = onRedisError
    if (redisUrl === undefined) return
    this.#redis = new Redis(redisUrl, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      connectTimeout: 2000,
      commandTimeout: REDIS_TIMEOUT_MS,
    })
    this.#redis.on('error', (error: Error) => this.#reportRedisError(error))
  }

  /** Counts a request. */
  async count({ id, perMinute }: Pick<Key, 'id' | 'perMinute'>): Promise<Rate> {
    if (perMinute === undefined) return { headers: {}, isExceeded: false, retryAfter: 0 }
    try {
      return createRate(perMinute, await this.#consume(id, perMinute), false)
    } catch (thrown) {
      if (!(thrown instanceof RateLimiterRes)) throw thrown
      return createRate(perMinute, thrown, true)
    }
  }

  /**
   * Counts a request as in progress.
   *
   * @returns A function that ends it, whose further calls have no effect. Undefined if the limit is reached.
   */
  enter({ id, maxConcurrent }: Pick<Key, 'id' | 'maxConcurrent'>): (() => void) | undefined {
    if (maxConcurrent === undefined) return () => {}
    const count = this.#inProgress.get(id) ?? 0
    if (count >= maxConcurrent) return undefined
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

  /** @throws RateLimiterRes if the limit is exceeded */
  async #consume(id: string, points: number): Promise<RateLimiterRes> {
    const { memory, redis } = this.#getLimiters(points)
    if (redis !== undefined) {
      try {
        const result = await redis.consume(id)
        this.#isRedisFailing = false
        return result
      } catch (thrown) {
        // The limiter rejects with its result when the limit is exceeded, and with an Error when Redis fails.
        if (thrown instanceof RateLimiterRes) throw thrown
        this.#reportRedisError(thrown)
      }
    }
    return memory.consume(id)
  }

  #reportRedisError(error: unknown): void {
    if (this.#isRedisFailing) return
    this.#isRedisFailing = true
    this.#onRedisError(error)
  }

  #getLimiters(points: number): Limiters {
    const existing = this.#limiters.get(points)
    if (existing !== undefined) return existing
    const options = { points, duration: MINUTE_SECONDS, keyPrefix: 'faultline-demo' }
    const limiters = {
      memory: new RateLimiterMemory(options),
      redis: this.#redis && new RateLimiterRedis({ ...options, storeClient: this.#redis }),
    }
    this.#limiters.set(points, limiters)
    return limiters
  }
}

function createRate(limit: number, result: RateLimiterRes, isExceeded: boolean): Rate {
  const retryAfter = result.msBeforeNext / 1000
  return {
    isExceeded,
    retryAfter,
    headers: {
      'x-ratelimit-limit-requests': String(limit),
      'x-ratelimit-remaining-requests': String(Math.max(0, result.remainingPoints)),
      'x-ratelimit-reset-requests': `${Math.ceil(retryAfter)}s`,
    },
  }
}
