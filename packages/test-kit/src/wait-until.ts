import { setTimeout as sleep } from 'node:timers/promises'

const INTERVAL_MS = 5
const TIMEOUT_MS = 5000

/**
 * Waits until a condition holds.
 *
 * @throws Error with the description if it does not hold within 5 seconds.
 */
export async function waitUntil(condition: () => boolean, description: string): Promise<void> {
  const endTime = performance.now() + TIMEOUT_MS
  while (!condition()) {
    if (performance.now() > endTime) throw new Error(`Not within ${TIMEOUT_MS} ms: ${description}`)
    await sleep(INTERVAL_MS)
  }
}
