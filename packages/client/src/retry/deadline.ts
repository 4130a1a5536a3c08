/** Maximum duration of a timer in milliseconds. A timer with a longer one fires at once (HTML, section 8.6). */
const MAX_TIMER_MS = 2 ** 31 - 1

/** A signal that aborts with another signal or after a time, whichever is first. */
export class Deadline {
  /** Follows the outer signal after `release` too, so that it still ends the reading of a response body. */
  readonly signal: AbortSignal
  readonly #timer: ReturnType<typeof setTimeout> | undefined

  /**
   * @param outer Aborts the signal with its own reason.
   * @param milliseconds Time from now until the signal aborts; Infinity for no limit.
   * @param createReason Creates the abort reason after the time.
   */
  constructor(outer: AbortSignal | undefined, milliseconds: number, createReason: () => Error) {
    const clock = new AbortController()
    this.signal = outer === undefined ? clock.signal : AbortSignal.any([outer, clock.signal])
    if (milliseconds <= MAX_TIMER_MS)
      this.#timer = setTimeout(() => clock.abort(createReason()), Math.max(0, milliseconds))
  }

  /**
   * Runs a task and rejects with the signal's reason as soon as the signal aborts.
   *
   * @returns The result of the task.
   */
  async race<T>(task: () => Promise<T> | T): Promise<T> {
    const { signal } = this
    signal.throwIfAborted()
    let onAbort: (() => void) | undefined
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(signal.reason as Error)
      signal.addEventListener('abort', onAbort)
    })
    try {
      return await Promise.race([(async () => task())(), aborted])
    } finally {
      if (onAbort !== undefined) signal.removeEventListener('abort', onAbort)
    }
  }

  /** Waits for any number of milliseconds. Rejects with the signal's reason as soon as the signal aborts. */
  async wait(milliseconds: number): Promise<void> {
    for (let remaining = milliseconds; remaining > 0; remaining -= MAX_TIMER_MS) {
      let timer: ReturnType<typeof setTimeout> | undefined
      try {
        await this.race(
          () =>
            new Promise<void>((resolve) => {
              timer = setTimeout(resolve, Math.min(remaining, MAX_TIMER_MS))
            }),
        )
      } finally {
        clearTimeout(timer)
      }
    }
    this.signal.throwIfAborted()
  }

  /** Stops the timer. */
  release(): void {
    clearTimeout(this.#timer)
  }
}
