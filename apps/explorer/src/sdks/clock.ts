import { AsyncLocalStorage } from 'node:async_hooks'

/** Longer than this no SDK waits before it asks again; longer timers are limits of time. */
const LONGEST_WAIT = 120_000

/** How long a wait takes that is cut short. A limit of time that is not needed was taken back by then. */
const CUT = 40

/** What waits for something. */
export interface Watch {
  /** Whether a timer that is set now may be a wait before another try. */
  isWaiting: boolean
  /** The waits that there were, in milliseconds. */
  readonly waits: number[]
}

const watches = new AsyncLocalStorage<Watch>()

/**
 * Runs something under a watch: where it waits before another try, the watch is told for how long, and the wait is soon
 * over. Others that run meanwhile are not touched.
 */
export function underWatch<Result>(watch: Watch, run: () => Promise<Result>): Promise<Result> {
  return watches.run(watch, run)
}

/** Makes the timers of this thread heed the watches. A thread of its own is to call it, once. */
export function installClock(): void {
  const { setTimeout } = globalThis
  const watched = (callback: (...values: unknown[]) => void, delay = 0, ...values: unknown[]) => {
    const watch = watches.getStore()
    if (watch?.isWaiting !== true || delay > LONGEST_WAIT || isNodes()) {
      return setTimeout(callback, delay, ...values)
    }
    const over = (): void => {
      watch.waits.push(delay)
      callback(...values)
    }
    return setTimeout(over, Math.min(delay, CUT))
  }
  globalThis.setTimeout = Object.assign(watched, setTimeout) as typeof setTimeout
}

/** Whether a timer is set by Node.js itself: its fetch keeps time for all of its connections with one. */
function isNodes(): boolean {
  const [, , , caller] = new Error('Who calls?').stack?.split('\n') ?? []
  return caller?.includes('node:internal') === true
}
