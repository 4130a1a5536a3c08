import { getProcess } from './runtime.ts'

/** Time in which equal failures are counted. */
const INTERVAL_MS = 1000
/** Maximum number of keys per interval. Failures with further keys are written at once. */
const MAX_KEYS = 256

/** The failures with one key that were counted but not written. */
interface Repeats<Failure> {
  count: number
  last: Failure | undefined
}

/**
 * Creates a function that writes the first of equal failures at once, and counts the others. At the end of each second, the
 * last one is written with their number. Each failure is in one written line: the sum of all numbers is the number of failures.
 *
 * A timer writes the counted failures. It does not keep the process alive; they are also written when the process exits.
 * Runtimes that stop timers after a response write them with the next failure.
 *
 * @param write Writes a failure, and the number of failures that it stands for. It must not throw.
 * @returns A function that writes or counts a failure. Its key is equal for failures that are counted together.
 */
export function limitRepeats<Failure>(
  write: (failure: Failure, repeated: number) => void,
): (key: string, failure: Failure) => void {
  const allRepeats = new Map<string, Repeats<Failure>>()
  let intervalEnd = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  /** Writes the counted failures and begins an interval. The written keys stay, so that they are not written twice. */
  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    getProcess()?.off?.('exit', flush)
    intervalEnd = performance.now() + INTERVAL_MS
    for (const [key, repeats] of allRepeats) {
      const { count, last } = repeats
      if (last === undefined) allRepeats.delete(key)
      else {
        repeats.count = 0
        repeats.last = undefined
        write(last, count)
      }
    }
  }

  function startTimer(): void {
    timer = setTimeout(flush, intervalEnd - performance.now())
    // In browsers and some other runtimes, a timer is a number.
    timer.unref?.()
    getProcess()?.once?.('exit', flush)
  }

  return function add(key, failure) {
    if (performance.now() >= intervalEnd) flush()
    const repeats = allRepeats.get(key)
    if (repeats === undefined) {
      if (allRepeats.size < MAX_KEYS) allRepeats.set(key, { count: 0, last: undefined })
      write(failure, 1)
      return
    }
    repeats.count += 1
    repeats.last = failure
    if (timer === undefined) startTimer()
  }
}
