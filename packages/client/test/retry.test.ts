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

/** `npm run fuzz` asks for more. */
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 1000)

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const later = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })

/** Runs it with its timers run for it. */
async function settled<T>(work: Promise<T>): Promise<{ value?: T; error?: unknown }> {
  const result = work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  await vi.runAllTimersAsync()
  return result
}

const limited = new RateLimitExceeded({ retryAfter: 1 })
/** As a server throws it that has no idea when. */
const unavailable = new ServiceUnavailable({ retryAfter: undefined as never })

/** Fails with each error in turn, then succeeds. */
function failing(...errors: unknown[]) {
  return vi.fn<(attempt: AttemptContext) => Promise<number>>(async ({ attempt }: AttemptContext) => {
    if (attempt <= errors.length) throw errors[attempt - 1]
    return attempt
  })
}

describe('retryDelay', () => {
  test('is a random part of a time that doubles, up to a limit', () => {
    const most = (attempt: number): number => retryDelay(undefined, attempt, { random: () => 1 })
    expect([1, 2, 3, 4, 5, 6, 2000].map(most)).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000])
    expect(retryDelay(undefined, 3, { random: () => 0 })).toBe(0)
    expect(retryDelay(undefined, 3, { random: () => 0.5, baseDelay: 10, maxDelay: 25 })).toBe(12)
  })

  test('comes on top of Retry-After, which is a floor and not a ceiling', () => {
    const error = new RateLimitExceeded({ retryAfter: 30 })
    expect(retryDelay(error, 1, { random: () => 0 })).toBe(30_000)
    expect(retryDelay(error, 1, { random: () => 1 })).toBe(30_500)
    vi.setSystemTime('2026-01-02T03:04:05Z')
    const date = (text: string): ApiError => new RateLimitExceeded({ retryAfter: new Date(text) })
    expect(retryDelay(date('2026-01-02T03:04:15Z'), 1, { random: () => 0 })).toBe(10_000)
    expect(retryDelay(date('2026-01-01T00:00:00Z'), 1, { random: () => 0 })).toBe(0)
  })

  test('is a time whatever it is asked', () => {
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
  test('gives what the task gives, and counts its attempts', async () => {
    const task = failing(limited, limited)
    expect(await settled(retry(task))).toEqual({ value: 3 })
    expect(task).toHaveBeenCalledTimes(3)
  })

  test('throws what the last of its attempts failed with', async () => {
    const errors = [1, 2, 3, 4].map((retryAfter) => new RateLimitExceeded({ retryAfter }))
    const task = failing(...errors)
    expect(await settled(retry(task, { maxAttempts: 2 }))).toEqual({ error: errors[1] })
    expect(task).toHaveBeenCalledTimes(2)
  })

  test.each([
    ['is not retryable', new QuotaExceeded()],
    ['is none of ours', new TypeError('x')],
    ['is no error', 'x'],
  ])('does not try again what failed with what %s', async (_, error) => {
    const task = failing(error)
    expect(await settled(retry(task, { idempotent: true }))).toEqual({ error })
    expect(task).toHaveBeenCalledTimes(1)
  })

  test.each([
    [limited, true],
    [new RequestTimeout(), true],
    [new ServiceUnavailable({ retryAfter: 1 }), true],
    [unavailable, false],
    [new Overloaded(), true],
    [new UpstreamError(), false],
    [new GatewayTimeout({ retryAfter: 1 }), false],
  ])('of what is not idempotent after %s: %s (RFC 9110, 9.2.2)', async (error, isTriedAgain) => {
    const once = failing(error)
    await settled(retry(once))
    expect(once).toHaveBeenCalledTimes(isTriedAgain ? 2 : 1)
    const idempotent = failing(error)
    await settled(retry(idempotent, { idempotent: true }))
    expect(idempotent).toHaveBeenCalledTimes(2)
  })

  test('obeys x-should-retry in both directions, also for what is not idempotent', async () => {
    const error = (status: number, value: string): Promise<ApiError> =>
      parseError({ status, headers: { 'x-should-retry': value } })
    for (const [status, value, calls] of [
      [429, 'false', 1],
      [503, 'false', 1],
      [409, 'true', 2],
      [500, 'true', 2],
    ] as const) {
      const task = failing(await error(status, value))
      await settled(retry(task))
      expect(task, `${status} ${value}`).toHaveBeenCalledTimes(calls)
    }
  })

  test('tells the hook of each attempt that another follows, before it waits', async () => {
    const error = new RateLimitExceeded({ retryAfter: 2 })
    const onRetry = vi.fn<(retry: RetryInfo) => void>()
    await settled(retry(failing(error, error, error), { onRetry, random: () => 0 }))
    expect(onRetry.mock.calls).toEqual([
      [{ error, attempt: 1, delay: 2000 }],
      [{ error, attempt: 2, delay: 2000 }],
    ])
  })

  test('ends by what the hook throws', async () => {
    const task = failing(limited)
    const veto = new Error('no more')
    for (const onRetry of [
      () => Promise.reject(veto),
      () => {
        throw veto
      },
    ]) {
      expect(await settled(retry(task, { onRetry }))).toEqual({ error: veto })
    }
    expect(task).toHaveBeenCalledTimes(2)
  })

  test('takes a limit that is no number for the end', async () => {
    for (const limits of [
      { maxAttempts: Number.NaN },
      { totalTimeout: Number.NaN },
      { maxRetryAfter: Number.NaN },
    ]) {
      const task = failing(limited, limited)
      expect(await settled(retry(task, limits))).toEqual({ error: limited })
      expect(task).toHaveBeenCalledTimes(1)
    }
  })

  test('does not wait for a Retry-After that is longer than it may, and hands it to the caller', async () => {
    const error = new RateLimitExceeded({ retryAfter: 61 })
    expect(await settled(retry(failing(error)))).toEqual({ error })
    expect(await settled(retry(failing(error), { maxRetryAfter: 61_000 }))).toEqual({ value: 2 })
  })

  test('waits as long as it is told, longer than a timer can', async () => {
    vi.setSystemTime(0)
    const days = 60 * 24 * 3600
    const task = failing(new RateLimitExceeded({ retryAfter: days }))
    expect(await settled(retry(task, { maxRetryAfter: Infinity }))).toEqual({ value: 2 })
    expect(Date.now()).toBeGreaterThanOrEqual(days * 1000)
  })

  test('does not start to wait for what would come after its budget', async () => {
    const error = new RateLimitExceeded({ retryAfter: 10 })
    vi.setSystemTime(0)
    expect(await settled(retry(failing(error), { totalTimeout: 9000 }))).toEqual({ error })
    expect(Date.now()).toBe(0)
  })

  test('ends an attempt that is under way when the budget is spent', async () => {
    const signals: AbortSignal[] = []
    const last = limited
    const { error } = await settled(
      retry(
        async ({ attempt, signal }) => {
          signals.push(signal)
          if (attempt === 1) throw last
          await later(60_000)
        },
        { totalTimeout: 5000 },
      ),
    )
    expect(error).toMatchObject({ code: 'gateway_timeout', message: 'No answer within 5000 ms', cause: last })
    expect(signals.map((signal) => signal.aborted)).toEqual([true, true])
  })

  test('gives one attempt no more than its own time, which is the time of no other', async () => {
    const times = [2000, 900]
    const task = vi.fn<(attempt: AttemptContext) => Promise<void>>(({ attempt }) =>
      later(times[attempt - 1]!),
    )
    expect(await settled(retry(task, { attemptTimeout: 1000, idempotent: true }))).toEqual({
      value: undefined,
    })
    expect(task).toHaveBeenCalledTimes(2)
    const { error } = await settled(retry(() => later(2000), { attemptTimeout: 1000 }))
    expect(error).toMatchObject({ code: 'gateway_timeout' })
  })

  test('ends by the caller’s signal before it begins, during an attempt and during a wait', async () => {
    const reason = new Error('enough')
    const task = failing(new RateLimitExceeded({ retryAfter: 10 }))
    expect(await settled(retry(task, { signal: AbortSignal.abort(reason) }))).toEqual({ error: reason })
    expect(task).toHaveBeenCalledTimes(0)
    for (const work of [task, () => later(10_000)] as ((attempt: AttemptContext) => Promise<unknown>)[]) {
      vi.setSystemTime(0)
      const controller = new AbortController()
      setTimeout(() => controller.abort(reason), 500)
      let at = Number.NaN
      const result = settled(
        retry(work, { signal: controller.signal }).finally(() => {
          at = Date.now()
        }),
      )
      expect(await result).toEqual({ error: reason })
      expect(at).toBe(500)
    }
    expect(task).toHaveBeenCalledTimes(1)
  })

  test('gives the caller’s reason, whatever the task makes of the signal', async () => {
    const controller = new AbortController()
    const result = settled(
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

  test('leaves no timer and no listener behind', async () => {
    const add = vi.spyOn(EventTarget.prototype, 'addEventListener')
    const remove = vi.spyOn(EventTarget.prototype, 'removeEventListener')
    const controller = new AbortController()
    const { signal } = controller
    await settled(retry(failing(limited), { signal, totalTimeout: 1e6, attemptTimeout: 1e6 }))
    expect(add).toHaveBeenCalled()
    expect(remove.mock.calls.length).toBe(add.mock.calls.length)
    const waiting = retry(failing(limited), { signal, totalTimeout: 1e6 })
    await vi.advanceTimersByTimeAsync(10)
    expect(vi.getTimerCount()).toBe(2)
    controller.abort('left')
    await expect(waiting).rejects.toBe('left')
    expect(vi.getTimerCount()).toBe(0)
    expect(remove.mock.calls.length).toBe(add.mock.calls.length)
    vi.restoreAllMocks()
  })
})

describe('the law of retry', () => {
  const kinds = Object.values(errorClasses) as (new (options: object) => ApiError)[]
  /** Else few runs would get to their third attempt. */
  const retriedOften = kinds
    .filter(({ name }) => /^(?:RateLimit|ServiceUn)/.test(name))
    .flatMap((Kind) => Array.from({ length: 30 }, () => Kind))
  const outcome = fc.record({
    takes: fc.nat(3000),
    error: fc.option(
      fc.oneof(
        fc
          .tuple(
            fc.constantFrom(...kinds, ...retriedOften),
            fc.option(fc.oneof(fc.nat(5), fc.double({ min: 0, max: 100, noNaN: true })), { nil: undefined }),
          )
          .map(
            ([Kind, retryAfter]) =>
              new Kind({
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

  test('never earlier than Retry-After, never what may not be tried again, never past the end, at most N', async () => {
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
          let over = Number.NaN
          const result = await settled(
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
                await later(takes)
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
              over = Date.now()
            }),
          )
          const limit = Math.min(limits.totalTimeout ?? Infinity, abort ?? Infinity)
          expect(over).toBeLessThanOrEqual(limit)
          expect(seen.length).toBeLessThanOrEqual(options.maxAttempts)
          for (const [at, { start }] of seen.entries()) {
            expect(start).toBeLessThanOrEqual(limit)
            if (at === 0) continue
            const { end, thrown } = seen[at - 1]!
            expect(isRetryable(thrown)).toBe(true)
            const { status, retryAfter, code } = thrown as ApiError
            if (!options.idempotent) {
              const says = [429, 408].includes(status) || /overloaded/.test(code)
              expect(says || (status === 503 && retryAfter !== undefined)).toBe(true)
            }
            const floor = Number(retryAfter ?? 0) * 1000
            expect(start - end).toBeGreaterThanOrEqual(floor)
            expect(start - end).toBeLessThanOrEqual(floor + 500 * 2 ** (at - 1) + 1)
          }
          expect(retries.slice(0, seen.length - 1)).toEqual(seen.slice(1).map((_, at) => at + 1))
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
