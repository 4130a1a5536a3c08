import { AsyncLocalStorage } from 'node:async_hooks'

/** Maximum delay that counts as a retry delay. No SDK waits longer; longer timers are timeouts. */
const MAX_RETRY_DELAY_MS = 120_000

/** Duration of a shortened retry delay. It gives the SDK time to cancel a timeout that it no longer needs. */
const SHORTENED_DELAY_MS = 40

/** Records the retry delays of an SDK. */
export interface RetryObserver {
  /** Whether a response has arrived, so that a new timer may be a retry delay. */
  isAfterResponse: boolean
  /** Retry delays in milliseconds. */
  readonly delays: number[]
}

const observers = new AsyncLocalStorage<RetryObserver>()

/** Runs a function, records its retry delays and shortens them. Other code is not affected. */
export function observeRetries<Result>(observer: RetryObserver, run: () => Promise<Result>): Promise<Result> {
  return observers.run(observer, run)
}

/** Replaces `setTimeout` in this thread. Call it once, in a worker thread only. */
export function installTimers(): void {
  const { setTimeout } = globalThis
  const observed = (callback: (...values: unknown[]) => void, delay = 0, ...values: unknown[]) => {
    const observer = observers.getStore()
    if (observer?.isAfterResponse !== true || delay > MAX_RETRY_DELAY_MS || isSetByNode()) {
      return setTimeout(callback, delay, ...values)
    }
    const expire = (): void => {
      observer.delays.push(delay)
      callback(...values)
    }
    return setTimeout(expire, Math.min(delay, SHORTENED_DELAY_MS))
  }
  globalThis.setTimeout = Object.assign(observed, setTimeout) as typeof setTimeout
}

/** Returns whether Node.js sets the timer itself. Its fetch uses one timer for all connections. */
function isSetByNode(): boolean {
  const [, , , caller] = new Error('Get the stack').stack?.split('\n') ?? []
  return caller?.includes('node:internal') === true
}
