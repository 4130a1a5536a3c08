import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { Sending } from '../shared/sending.ts'
import { after, IDLE, type Run } from './run.ts'
import { sendEvents } from './send-events.ts'

/** A run, and what can be done with it. */
export interface Running {
  readonly run: Run
  /** Sends; what is under way is given up. */
  readonly start: (sending: Sending) => void
  readonly stop: () => void
  readonly clear: () => void
}

/** Sends one thing at a time: the latest wins. */
export function useRun(): Running {
  const [run, setRun] = useState<Run>(IDLE)
  const current = useRef<AbortController | undefined>(undefined)

  const stop = useCallback(() => current.current?.abort(), [])
  const clear = useCallback(() => {
    current.current?.abort()
    current.current = undefined
    setRun(IDLE)
  }, [])
  const start = useCallback((sending: Sending) => {
    current.current?.abort()
    const own = new AbortController()
    current.current = own
    const change = (to: (before: Run) => Run): void => {
      if (current.current === own) setRun(to)
    }
    const follow = async (): Promise<void> => {
      try {
        for await (const event of sendEvents(sending, own.signal)) change((before) => after(before, event))
        change((before) => ({ ...before, phase: 'done' }))
      } catch (error) {
        if (own.signal.aborted) change((before) => ({ ...before, isStale: false, phase: 'stopped' }))
        else change((before) => failed(before, (error as Error).message))
      }
    }
    // What was there stays until there is something new: most answers come at once.
    setRun((before) => ({ ...before, phase: 'sending', isStale: true }))
    void follow()
  }, [])
  useEffect(() => stop, [stop])

  return { run, start, stop, clear }
}

/** What there was of it before it failed stays. */
function failed(before: Run, problem: string): Run {
  return { ...(before.isStale ? IDLE : before), phase: 'failed', problem }
}
