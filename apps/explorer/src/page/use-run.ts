import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { SendRequest } from '../shared/send-request.ts'
import { applyEvent, IDLE, type Run } from './run.ts'
import { sendEvents } from './send-events.ts'

export interface RunControl {
  readonly run: Run
  /** Sends a request and cancels the previous one. */
  readonly start: (request: SendRequest) => void
  readonly stop: () => void
  readonly clear: () => void
}

/** Sends one request at a time. */
export function useRun(): RunControl {
  const [run, setRun] = useState<Run>(IDLE)
  const controller = useRef<AbortController | undefined>(undefined)

  const stop = useCallback(() => controller.current?.abort(), [])
  const clear = useCallback(() => {
    controller.current?.abort()
    controller.current = undefined
    setRun(IDLE)
  }, [])
  const start = useCallback((request: SendRequest) => {
    controller.current?.abort()
    const own = new AbortController()
    controller.current = own
    // Ignore events of a request that has been replaced.
    const update = (change: (before: Run) => Run): void => {
      if (controller.current === own) setRun(change)
    }
    const follow = async (): Promise<void> => {
      try {
        for await (const event of sendEvents(request, own.signal))
          update((before) => applyEvent(before, event))
        update((before) => ({ ...before, phase: 'done' }))
      } catch (error) {
        if (own.signal.aborted) update((before) => ({ ...before, isStale: false, phase: 'stopped' }))
        else update((before) => fail(before, error instanceof Error ? error.message : String(error)))
      }
    }
    // Keep the previous response until the first event, to avoid flicker: most responses arrive at once.
    setRun((before) => ({ ...before, phase: 'sending', isStale: true }))
    void follow()
  }, [])
  useEffect(() => stop, [stop])

  return { run, start, stop, clear }
}

/** Returns the state after a failure. Events of the same request are kept. */
function fail(before: Run, problem: string): Run {
  return { ...(before.isStale ? IDLE : before), phase: 'failed', problem }
}
