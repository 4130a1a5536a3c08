import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  errorClasses,
  GatewayTimeout,
  isRetryable,
  Overloaded,
  parseError,
  QuotaExceeded,
  RateLimitExceeded,
  RequestTimeout,
  retry,
  retryDelay,
  ServiceUnavailable,
  UpstreamError,
  type ApiError,
  type AttemptContext,
  type RetryInfo,
} from '../src/index.ts'

/** `npm run fuzz` sets a higher number. */
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 1000)

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })

/** Runs all fake timers and returns the result of the task. */
async function settle<T>(work: Promise<T>): Promise<{ value?: T; error?: unknown }> {
  const result = work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  await vi.runAllTimersAsync()
  return result
}

const limited = new RateLimitExceeded({ retryAfter: 1 })
const withoutRetryAfter = new ServiceUnavailable({ retryAfter: undefined as never })

/** Creates a task that throws each error in turn, then returns the number of the attempt. */
function failWith(...errors: unknown[]) {
  return vi.fn<(attempt: AttemptContext) => Promise<number>>(async ({ attempt }: AttemptContext) => {
    if (attempt <= errors.length) throw errors[attempt - 1]
    return attempt
  })
}

describe('retryDelay', () => {
  test('is a random part of a time that doubles up to maxDelay', () => {
    const maxJitter = (attempt: number): number => retryDelay(undefined, attempt, { random: () => 1 })
    expect([1, 2, 3, 4, 5, 6, 2000].map(maxJitter)).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000])
    expect(retryDelay(undefined, 3, { random: () => 0 })).toBe(0)
    expect(retryDelay(undefined, 3, { random: () => 0.5, baseDelay: 10, maxDelay: 25 })).toBe(12)
  })

  test('is added to Retry-After', () => {
    const error = new RateLimitExceeded({ retryAfter: 30 })
    expect(retryDelay(error, 1, { random: () => 0 })).toBe(30_000)
    expect(retryDelay(error, 1, { random: () => 1 })).toBe(30_500)
    vi.setSystemTime('2026-01-02T03:04:05Z')
    const date = (text: string): ApiError => new RateLimitExceeded({ retryAfter: new Date(text) })
    expect(retryDelay(date('2026-01-02T03:04:15Z'), 1, { random: () => 0 })).toBe(10_000)
    expect(retryDelay(date('2026-01-01T00:00:00Z'), 1, { random: () => 0 })).toBe(0)
  })

  test('is never negative or NaN', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.double(), fc.date({ noInvalidDate: false })),
        fc.nat(),
        fc.double(),
        fc.double(),
        (retryAfter, attempt, baseDelay, maxDelay) => {
          const delay = retryDelay(new UpstreamError({ retryAfter }), attempt, { baseDelay, maxDelay })
          expect(delay).toBeGreaterThanOrEqual(0)
        },
      ),
    )
  })
})

describe('retry', () => {
  test('returns the result of the task, and passes the number of the attempt', async () => {
    const task = failWith(limited, limited)
    expect(await settle(retry(task))).toEqual({ value: 3 })
    expect(task).toHaveBeenCalledTimes(3)
  })

  test('throws the error of the last attempt', async () => {
    const errors = [1, 2, 3, 4].map((retryAfter) => new RateLimitExceeded({ retryAfter }))
    const task = failWith(...errors)
    expect(await settle(retry(task, { maxAttempts: 2 }))).toEqual({ error: errors[1] })
    expect(task).toHaveBeenCalledTimes(2)
  })

  test.each([
    ['an error that is not retryable', new QuotaExceeded()],
    ['an error that is not an ApiError', new TypeError('x')],
    ['a value that is not an error', 'x'],
  ])('does not retry after %s', async (_, error) => {
    const task = failWith(error)
    expect(await settle(retry(task, { idempotent: true }))).toEqual({ error })
    expect(task).toHaveBeenCalledTimes(1)
  })

  test.each([
    [limited, true],
    [new RequestTimeout(), true],
    [new ServiceUnavailable({ retryAfter: 1 }), true],
    [withoutRetryAfter, false],
    [new Overloaded(), true],
    [new UpstreamError(), false],
    [new GatewayTimeout({ retryAfter: 1 }), false],
  ])(
    'a task that is not idempotent, after %s, is retried: %s (RFC 9110, section 9.2.2)',
    async (error, isRetried) => {
      const task = failWith(error)
      await settle(retry(task))
      expect(task).toHaveBeenCalledTimes(isRetried ? 2 : 1)
      const idempotent = failWith(error)
      await settle(retry(idempotent, { idempotent: true }))
      expect(idempotent).toHaveBeenCalledTimes(2)
    },
  )

  test('follows x-should-retry in both directions, also for a task that is not idempotent', async () => {
    const error = (status: number, value: string): Promise<ApiError> =>
      parseError({ status, headers: { 'x-should-retry': value } })
    for (const [status, value, calls] of [
      [429, 'false', 1],
      [503, 'false', 1],
      [409, 'true', 2],
      [500, 'true', 2],
    ] as const) {
      const task = failWith(await error(status, value))
      await settle(retry(task))
      expect(task, `${status} ${value}`).toHaveBeenCalledTimes(calls)
    }
  })

  test('calls onRetry before the delay of each retry', async () => {
    const error = new RateLimitExceeded({ retryAfter: 2 })
    const onRetry = vi.fn<(retry: RetryInfo) => void>()
    await settle(retry(failWith(error, error, error), { onRetry, random: () => 0 }))
    expect(onRetry.mock.calls).toEqual([
      [{ error, attempt: 1, delay: 2000 }],
      [{ error, attempt: 2, delay: 2000 }],
    ])
  })

  test('rejects with the error of onRetry', async () => {
    const task = failWith(limited)
    const veto = new Error('no more')
    for (const onRetry of [
      () => Promise.reject(veto),
      () => {
        throw veto
      },
    ]) {
      expect(await settle(retry(task, { onRetry }))).toEqual({ error: veto })
    }
    expect(task).toHaveBeenCalledTimes(2)
  })

  test('does not retry if a limit is NaN', async () => {
    for (const limits of [
      { maxAttempts: Number.NaN },
      { totalTimeout: Number.NaN },
      { maxRetryAfter: Number.NaN },
    ]) {
      const task = failWith(limited, limited)
      expect(await settle(retry(task, limits))).toEqual({ error: limited })
      expect(task).toHaveBeenCalledTimes(1)
    }
  })

  test('does not retry if Retry-After exceeds maxRetryAfter seconds', async () => {
    const error = new RateLimitExceeded({ retryAfter: 61 })
    expect(await settle(retry(failWith(error)))).toEqual({ error })
    expect(await settle(retry(failWith(error), { maxRetryAfter: 61 }))).toEqual({ value: 2 })
  })

  test('waits longer than the maximum duration of a timer', async () => {
    vi.setSystemTime(0)
    const days = 60 * 24 * 3600
    const task = failWith(new RateLimitExceeded({ retryAfter: days }))
    expect(await settle(retry(task, { maxRetryAfter: Infinity }))).toEqual({ value: 2 })
    expect(Date.now()).toBeGreaterThanOrEqual(days * 1000)
  })

  test('does not wait if the delay ends after totalTimeout', async () => {
    const error = new RateLimitExceeded({ retryAfter: 10 })
    vi.setSystemTime(0)
    expect(await settle(retry(failWith(error), { totalTimeout: 9000 }))).toEqual({ error })
    expect(Date.now()).toBe(0)
  })

  test('ends an attempt at totalTimeout, with the previous error as cause', async () => {
    const signals: AbortSignal[] = []
    const last = limited
    const { error } = await settle(
      retry(
        async ({ attempt, signal }) => {
          signals.push(signal)
          if (attempt === 1) throw last
          await sleep(60_000)
        },
        { totalTimeout: 5000 },
      ),
    )
    expect(error).toMatchObject({
      code: 'gateway_timeout',
      message: 'No response within 5000 ms',
      cause: last,
    })
    expect(signals.map((signal) => signal.aborted)).toEqual([true, true])
  })

  test('ends each attempt at attemptTimeout', async () => {
    const times = [2000, 900]
    const task = vi.fn<(attempt: AttemptContext) => Promise<void>>(({ attempt }) =>
      sleep(times[attempt - 1]!),
    )
    expect(await settle(retry(task, { attemptTimeout: 1000, idempotent: true }))).toEqual({
      value: undefined,
    })
    expect(task).toHaveBeenCalledTimes(2)
    const { error } = await settle(retry(() => sleep(2000), { attemptTimeout: 1000 }))
    expect(error).toMatchObject({ code: 'gateway_timeout' })
  })

  test('rejects with the signal’s reason before it begins, during an attempt and during a delay', async () => {
    const reason = new Error('enough')
    const task = failWith(new RateLimitExceeded({ retryAfter: 10 }))
    expect(await settle(retry(task, { signal: AbortSignal.abort(reason) }))).toEqual({ error: reason })
    expect(task).toHaveBeenCalledTimes(0)
    for (const work of [task, () => sleep(10_000)] as ((attempt: AttemptContext) => Promise<unknown>)[]) {
      vi.setSystemTime(0)
      const controller = new AbortController()
      setTimeout(() => controller.abort(reason), 500)
      let endTime = Number.NaN
      const result = settle(
        retry(work, { signal: controller.signal }).finally(() => {
          endTime = Date.now()
        }),
      )
      expect(await result).toEqual({ error: reason })
      expect(endTime).toBe(500)
    }
    expect(task).toHaveBeenCalledTimes(1)
  })

  test('rejects with the signal’s reason if the task throws another error', async () => {
    const controller = new AbortController()
    const result = settle(
      retry(
        async () => {
          controller.abort('left')
          throw limited
        },
        { signal: controller.signal },
      ),
    )
    expect(await result).toEqual({ error: 'left' })
  })

  test('clears its timers and listeners', async () => {
    const add = vi.spyOn(EventTarget.prototype, 'addEventListener')
    const remove = vi.spyOn(EventTarget.prototype, 'removeEventListener')
    const controller = new AbortController()
    const { signal } = controller
    await settle(retry(failWith(limited), { signal, totalTimeout: 1e6, attemptTimeout: 1e6 }))
    expect(add).toHaveBeenCalled()
    expect(remove.mock.calls.length).toBe(add.mock.calls.length)
    const waiting = retry(failWith(limited), { signal, totalTimeout: 1e6 })
    await vi.advanceTimersByTimeAsync(10)
    expect(vi.getTimerCount()).toBe(2)
    controller.abort('left')
    await expect(waiting).rejects.toBe('left')
    expect(vi.getTimerCount()).toBe(0)
    expect(remove.mock.calls.length).toBe(add.mock.calls.length)
    vi.restoreAllMocks()
  })
})

describe('for any outcomes and options, retry', () => {
  const classes = Object.values(errorClasses) as (new (options: object) => ApiError)[]
  /** Otherwise few runs would have a third attempt. */
  const retriedOften = classes
    .filter(({ name }) => /^(?:RateLimit|ServiceUn)/.test(name))
    .flatMap((ErrorClass) => Array.from({ length: 30 }, () => ErrorClass))
  const outcome = fc.record({
    takes: fc.nat(3000),
    error: fc.option(
      fc.oneof(
        fc
          .tuple(
            fc.constantFrom(...classes, ...retriedOften),
            fc.option(fc.oneof(fc.nat(5), fc.double({ min: 0, max: 100, noNaN: true })), { nil: undefined }),
          )
          .map(
            ([ErrorClass, retryAfter]) =>
              new ErrorClass({
                retryAfter: retryAfter as number,
                model: 'm',
                field: 'f',
                allow: [],
                issues: [],
              }) as unknown,
          ),
        fc.constant(new TypeError('x') as unknown),
      ),
      { freq: 8, nil: undefined },
    ),
  })

  test('waits at least Retry-After, repeats only what is safe, and ends within its limits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(outcome, { minLength: 1, maxLength: 6 }),
        fc.record({ maxAttempts: fc.integer({ min: 1, max: 6 }), idempotent: fc.boolean() }),
        fc.record(
          { totalTimeout: fc.nat(20_000), abort: fc.nat(20_000), attemptTimeout: fc.nat(5000) },
          { requiredKeys: [] },
        ),
        async (outcomes, options, { abort, ...limits }) => {
          vi.setSystemTime(0)
          const controller = new AbortController()
          if (abort !== undefined) setTimeout(() => controller.abort('left'), abort)
          const seen: { start: number; end: number; thrown: unknown }[] = []
          const retries: number[] = []
          let endTime = Number.NaN
          const result = await settle(
            retry(
              async ({ attempt, signal }) => {
                const entry = { start: Date.now(), end: Infinity, thrown: undefined as unknown }
                seen.push(entry)
                expect(signal.aborted).toBe(false)
                expect(attempt).toBe(seen.length)
                signal.addEventListener('abort', () => {
                  if (entry.end !== Infinity) return
                  entry.end = Date.now()
                  entry.thrown = signal.reason
                })
                const { takes, error } = outcomes[(attempt - 1) % outcomes.length]!
                await sleep(takes)
                if (entry.end !== Infinity) return 'too late'
                entry.end = Date.now()
                entry.thrown = error
                if (error !== undefined) throw error
                return 'done'
              },
              {
                ...options,
                ...limits,
                signal: controller.signal,
                onRetry: ({ attempt }) => void retries.push(attempt),
              },
            ).finally(() => {
              endTime = Date.now()
            }),
          )
          const limit = Math.min(limits.totalTimeout ?? Infinity, abort ?? Infinity)
          expect(endTime).toBeLessThanOrEqual(limit)
          expect(seen.length).toBeLessThanOrEqual(options.maxAttempts)
          for (const [index, { start }] of seen.entries()) {
            expect(start).toBeLessThanOrEqual(limit)
            if (index === 0) continue
            const { end, thrown } = seen[index - 1]!
            expect(isRetryable(thrown)).toBe(true)
            const { status, retryAfter, code } = thrown as ApiError
            if (!options.idempotent) {
              const isNotProcessed = [429, 408].includes(status) || /overloaded/.test(code)
              expect(isNotProcessed || (status === 503 && retryAfter !== undefined)).toBe(true)
            }
            const minDelay = Number(retryAfter ?? 0) * 1000
            expect(start - end).toBeGreaterThanOrEqual(minDelay)
            expect(start - end).toBeLessThanOrEqual(minDelay + 500 * 2 ** (index - 1) + 1)
          }
          expect(retries.slice(0, seen.length - 1)).toEqual(seen.slice(1).map((_, index) => index + 1))
          expect(result.value).not.toBe('too late')
          const { thrown } = seen.at(-1) ?? { thrown: undefined }
          if (result.value === 'done') expect(thrown).toBeUndefined()
          else if (result.error !== 'left' && result.error instanceof Error && thrown !== undefined) {
            expect([thrown, (result.error as ApiError).code]).toContain(
              result.error === thrown ? thrown : 'gateway_timeout',
            )
          }
          vi.clearAllTimers()
        },
      ),
      { numRuns },
    )
  })
})
