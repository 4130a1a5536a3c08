import type { SdkReport } from '../shared/send-event.ts'

/** What is to be thought of what an SDK made of an answer. */
export interface Verdict {
  /**
   * `good`: a failure was raised, or an answer read. `odd`: the SDK tripped over what it did not know. `bad`: a failure
   * went unheard.
   */
  readonly tone: 'good' | 'bad' | 'odd'
  readonly outcome: string
  readonly retry: string
}

/** What is raised by an SDK that can't read what it got. */
const TRIPPED: ReadonlySet<string> = new Set(['Error', 'SyntaxError'])

/** @param isFailure Whether the answer tells of a failure, or is one. */
export function verdictOf(report: SdkReport, isFailure: boolean): Verdict {
  const { outcome, retries, isOptIn, waits } = report
  const retry = retries
    ? `asks again${waits === undefined ? '' : ` after ${seconds(waits)}`}${isOptIn ? ', where told to' : ''}`
    : 'does not ask again'
  if (outcome === 'too-slow') return { tone: 'odd', outcome: 'Was not done in time', retry }
  if (outcome === 'raised') {
    const isTold = isFailure && !TRIPPED.has(report.raised?.class ?? '')
    return { tone: isTold ? 'good' : 'odd', outcome: 'Raises', retry }
  }
  return isFailure
    ? { tone: 'bad', outcome: 'Raises nothing: takes it for a whole answer', retry }
    : { tone: 'good', outcome: 'Reads the answer', retry }
}

function seconds(milliseconds: number): string {
  return milliseconds < 10
    ? `${Math.round(milliseconds)} ms`
    : `${Number((milliseconds / 1000).toFixed(1))} s`
}
