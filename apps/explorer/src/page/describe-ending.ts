import type { Ending } from '../shared/send-event.ts'
import { parseEvents } from './parse-events.ts'
import { isEventStream, type Run } from './run.ts'

export interface EndingDescription {
  readonly tone: 'good' | 'bad' | 'in-progress'
  readonly text: string
}

const labels: Readonly<Record<Exclude<Ending, 'complete'>, string>> = {
  truncated: 'Truncated: the connection was closed before the response was complete',
  reset: 'Truncated: the connection was reset',
  'timed-out': 'Timed out',
  'too-large': 'Truncated: response size limit reached',
  'invalid-http': 'Invalid HTTP response',
  unreachable: 'Connection refused: is the app running?',
}

/** Describes how a response ended, or that it is in progress. */
export function describeEnding(run: Run): EndingDescription {
  const { phase, head, end, pieces } = run
  if (end === undefined) {
    if (phase === 'stopped') return { tone: 'bad', text: 'Cancelled' }
    if (phase === 'failed') return { tone: 'bad', text: 'Connection to the explorer lost' }
    return {
      tone: 'in-progress',
      text: head === undefined ? 'Waiting for the response' : 'Receiving response',
    }
  }
  if (end.ending !== 'complete') return { tone: 'bad', text: labels[end.ending] }
  const last = isEventStream(run) ? parseEvents(pieces).at(-1) : undefined
  return last?.isError === true
    ? { tone: 'bad', text: 'Complete, with an error event' }
    : { tone: 'good', text: 'Complete' }
}
