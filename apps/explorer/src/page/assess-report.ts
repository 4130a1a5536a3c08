import type { SdkReport } from '../shared/send-event.ts'

/** The display of an SDK's result. */
export interface Assessment {
  /**
   * `good`: an error was reported, or a successful response was read. `odd`: the SDK failed for another reason. `bad`:
   * an error was not reported.
   */
  readonly tone: 'good' | 'bad' | 'odd'
  readonly outcome: string
  readonly retry: string
}

/** Classes of errors that SDKs throw if they cannot parse the response. */
const PARSE_ERRORS: ReadonlySet<string> = new Set(['Error', 'SyntaxError'])

/** Assesses an SDK's result. @param isError Whether the response is, or contains, an error. */
export function assessReport(report: SdkReport, isError: boolean): Assessment {
  const { outcome, error } = report
  const retry = describeRetry(report)
  if (outcome === 'timed-out') return { tone: 'odd', outcome: 'Timed out', retry }
  if (outcome === 'failed') {
    const isExpected = isError && !PARSE_ERRORS.has(error?.class ?? '')
    return { tone: isExpected ? 'good' : 'odd', outcome: 'Error', retry }
  }
  return isError
    ? { tone: 'bad', outcome: 'No error: treated as a complete response', retry }
    : { tone: 'good', outcome: 'Success', retry }
}

function describeRetry({ isRetried, isRetryOptIn, retryDelayMs }: SdkReport): string {
  if (!isRetried) return 'not retried'
  const delay = retryDelayMs === undefined ? '' : ` after ${formatDuration(retryDelayMs)}`
  return `retried${delay}${isRetryOptIn ? ', if enabled' : ''}`
}

function formatDuration(milliseconds: number): string {
  return milliseconds < 10
    ? `${Math.round(milliseconds)} ms`
    : `${Number((milliseconds / 1000).toFixed(1))} s`
}
