import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'

const INTERVAL_MS = 5
const TIMEOUT_MS = 1000

/**
 * Waits until a condition holds, for at most a second.
 *
 * @returns Whether it holds.
 */
export async function holdsSoon(condition: () => boolean): Promise<boolean> {
  const endTime = performance.now() + TIMEOUT_MS
  while (!condition()) {
    if (performance.now() > endTime) return false
    await sleep(INTERVAL_MS)
  }
  return true
}

/** Waits until a condition holds. Fails with the description if it does not hold within a second. */
export async function waitUntil(condition: () => boolean, description: string): Promise<void> {
  assert.ok(await holdsSoon(condition), `Not within ${TIMEOUT_MS} ms: ${description}`)
}
