import type { Target } from '../shared/send-request.ts'
import { describeEnding } from './describe-ending.ts'
import type { Run } from './run.ts'

interface LiveRegionProps {
  readonly results: readonly { readonly run: Run; readonly target: Target }[]
}

/** Announces responses to screen readers. */
export function LiveRegion({ results }: LiveRegionProps) {
  const announcements = results.map(({ run, target }) => announce(run, target)).filter((text) => text !== '')
  return (
    <p class="hidden" role="status" aria-live="polite">
      {announcements.join(' ')}
    </p>
  )
}

function announce(run: Run, { framework, envelope }: Target): string {
  const { phase, head, problem, isStale, end } = run
  if (phase === 'failed') return `Failed: ${problem}.`
  if (isStale || phase === 'idle' || (end === undefined && phase !== 'stopped')) return ''
  const status = head === undefined ? 'No response' : head.statusLine.replace(/^HTTP\/1\.1 /, '')
  return `${status} from ${framework} in ${envelope}. ${describeEnding(run).text}.`
}
