/** The longest that a timer runs, in milliseconds; one set for longer ends at once (HTML, 8.6). */
const LONGEST_TIMER = 2 ** 31 - 1

/** An end that comes by a signal or by the clock, whichever is first. */
export class Limit {
  /** Aborted at that end. It goes on to follow the outer one after `release`, for a body that is still read. */
  readonly signal: AbortSignal
  readonly #timer: ReturnType<typeof setTimeout> | undefined

  /**
   * @param milliseconds Counted from now; Infinity for no end.
   * @param late Makes the reason of an end by the clock.
   */
  constructor(outer: AbortSignal | undefined, milliseconds: number, late: () => Error) {
    const clock = new AbortController()
    this.signal = outer === undefined ? clock.signal : AbortSignal.any([outer, clock.signal])
    if (milliseconds <= LONGEST_TIMER)
      this.#timer = setTimeout(() => clock.abort(late()), Math.max(0, milliseconds))
  }

  /** Gives what the work gives, and fails with the signal's reason as soon as that is aborted. */
  async race<T>(work: () => Promise<T> | T): Promise<T> {
    this.signal.throwIfAborted()
    let stop: (() => void) | undefined
    const aborted = new Promise<never>((_, reject) => {
      stop = () => reject(this.signal.reason as Error)
      this.signal.addEventListener('abort', stop)
    })
    try {
      return await Promise.race([(async () => work())(), aborted])
    } finally {
      this.signal.removeEventListener('abort', stop!)
    }
  }

  /** Waits, however many milliseconds. Fails with the signal's reason as soon as that is aborted. */
  async wait(milliseconds: number): Promise<void> {
    for (let left = milliseconds; left > 0; left -= LONGEST_TIMER) {
      let timer: ReturnType<typeof setTimeout> | undefined
      try {
        await this.race(
          () => new Promise<void>((resolve) => (timer = setTimeout(resolve, Math.min(left, LONGEST_TIMER)))),
        )
      } finally {
        clearTimeout(timer)
      }
    }
    this.signal.throwIfAborted()
  }

  /** Stops the clock. */
  release(): void {
    clearTimeout(this.#timer)
  }
}
