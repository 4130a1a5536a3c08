import { ConcurrentLimitExceeded, RateLimitExceeded, ServiceUnavailable } from '@faultline/core'
import { Redis } from 'ioredis'
import {
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible'
import type { Key } from './keys.ts'

const MINUTE = 60

/** Rate and concurrency limits of keys: in memory, or in a Redis that every instance shares. */
export class Limits {
  readonly #redis: Redis | undefined
  readonly #limiters = new Map<number, RateLimiterAbstract>()
  /** Requests that each key has under way. */
  readonly #underWay = new Map<string, number>()

  /** @param onTrouble Hears of a Redis that can't be reached; requests that need it are refused meanwhile. */
  constructor(redisUrl: string | undefined, onTrouble: (error: Error) => void) {
    if (redisUrl === undefined) return
    this.#redis = new Redis(redisUrl, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      connectTimeout: 2000,
    })
    this.#redis.on('error', onTrouble)
  }

  /**
   * Counts a request.
   *
   * @returns The headers that tell how many are left.
   * @throws RateLimitExceeded with the seconds that are left, ServiceUnavailable where the count can't be had.
   */
  async count({ id, perMinute }: Key): Promise<Record<string, string>> {
    if (perMinute === undefined) return {}
    try {
      return headersOf(perMinute, await this.#limiter(perMinute).consume(id))
    } catch (failure) {
      if (!(failure instanceof RateLimiterRes))
        throw new ServiceUnavailable({ retryAfter: 5, cause: failure })
      throw new RateLimitExceeded({
        retryAfter: failure.msBeforeNext / 1000,
        headers: headersOf(perMinute, failure),
      })
    }
  }

  /**
   * Takes a place for a request.
   *
   * @returns Gives the place back; a second call does nothing.
   * @throws ConcurrentLimitExceeded
   */
  enter({ id, atOnce }: Key): () => void {
    if (atOnce === undefined) return () => {}
    const count = this.#underWay.get(id) ?? 0
    if (count >= atOnce) throw new ConcurrentLimitExceeded()
    this.#underWay.set(id, count + 1)
    let isInside = true
    return () => {
      if (isInside) this.#underWay.set(id, this.#underWay.get(id)! - 1)
      isInside = false
    }
  }

  close(): void {
    this.#redis?.disconnect()
  }

  #limiter(points: number): RateLimiterAbstract {
    const known = this.#limiters.get(points)
    if (known !== undefined) return known
    const options = { points, duration: MINUTE, keyPrefix: 'faultline-demo' }
    const limiter = this.#redis
      ? new RateLimiterRedis({ ...options, storeClient: this.#redis })
      : new RateLimiterMemory(options)
    this.#limiters.set(points, limiter)
    return limiter
  }
}

function headersOf(limit: number, { remainingPoints, msBeforeNext }: RateLimiterRes): Record<string, string> {
  return {
    'x-ratelimit-limit-requests': String(limit),
    'x-ratelimit-remaining-requests': String(Math.max(0, remainingPoints)),
    'x-ratelimit-reset-requests': `${Math.ceil(msBeforeNext / 1000)}s`,
  }
}
