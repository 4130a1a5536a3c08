import { expect, vi } from 'vitest'
import { retry, type ApiError, type RetryOptions } from '../src/index.ts'

/** Runs a task that always throws an error; returns the number of attempts and the delays between them. */
export async function countAttempts(
  failure: ApiError,
  options: RetryOptions = {},
): Promise<{ attempts: number; delays: number[] }> {
  vi.useFakeTimers()
  const delays: number[] = []
  const failing = retry(
    () => {
      throw failure
    },
    { idempotent: true, random: () => 0, onRetry: ({ delay }) => void delays.push(delay), ...options },
  )
  const [outcome] = await Promise.allSettled([failing, vi.runAllTimersAsync()])
  expect(outcome).toEqual({ status: 'rejected', reason: failure })
  vi.useRealTimers()
  return { attempts: delays.length + 1, delays }
}
