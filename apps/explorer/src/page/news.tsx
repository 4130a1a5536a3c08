import type { Target } from '../shared/sending.ts'
import { endingOf } from './ending.ts'
import type { Run } from './run.ts'

interface NewsProps {
  readonly runs: readonly Run[]
  readonly targets: readonly Target[]
}

/** What has come of a request, for those who hear the page. */
export function News({ runs, targets }: NewsProps) {
  const said = runs.map((run, at) => newsOf(run, targets[at]!)).filter((news) => news !== '')
  return (
    <p class="hidden" role="status" aria-live="polite">
      {said.join(' ')}
    </p>
  )
}

function newsOf(run: Run, { framework, envelope }: Target): string {
  const { phase, head, problem, isStale, end } = run
  if (phase === 'failed') return `It failed: ${problem}.`
  if (isStale || phase === 'idle' || (end === undefined && phase !== 'stopped')) return ''
  const status = head === undefined ? 'No answer' : head.statusLine.replace(/^HTTP\/1\.1 /, '')
  return `${status} from ${framework} in ${envelope}. ${endingOf(run).text}.`
}
