import { framesOf } from './frames.ts'
import { isEventStream, type Run } from './run.ts'

/** How an answer ended, in words. */
export interface EndingWords {
  /** `good` ended as it should, `bad` did not, `under-way` has not ended. */
  readonly tone: 'good' | 'bad' | 'under-way'
  readonly text: string
}

const words = {
  cut: 'Cut off: the connection was closed before the answer’s end',
  reset: 'Cut off: the connection was reset',
  'too-slow': 'Given up: the explorer waits no longer',
  'too-long': 'Given up: the explorer reads no more than this',
  'no-http': 'What came is no HTTP',
  unreachable: 'Nobody listens there: has the app ended?',
}

/** How an answer ended, or that it has not. */
export function endingOf(run: Run): EndingWords {
  const { phase, head, end, pieces } = run
  if (end === undefined) {
    if (phase === 'stopped') return { tone: 'bad', text: 'Stopped by you: the app’s connection was closed' }
    if (phase === 'failed') return { tone: 'bad', text: 'Lost: the explorer’s own connection broke' }
    return {
      tone: 'under-way',
      text: head === undefined ? 'Waiting for the answer' : 'The answer is coming in',
    }
  }
  if (end.how !== 'whole') return { tone: 'bad', text: words[end.how] }
  const last = isEventStream(run) ? framesOf(pieces).at(-1) : undefined
  return last?.isError === true
    ? { tone: 'bad', text: 'Ended properly, after an error event' }
    : { tone: 'good', text: 'Complete' }
}
