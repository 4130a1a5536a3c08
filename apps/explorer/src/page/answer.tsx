import type { Raise, Target } from '../shared/sending.ts'
import type { Differences } from './differences.ts'
import { RequestCard } from './request-card.tsx'
import { ResponseCard } from './response-card.tsx'
import type { Run } from './run.ts'
import { SdkCard } from './sdk-card.tsx'

interface AnswerProps {
  readonly run: Run
  readonly target: Target
  readonly raise: Raise
  readonly differences: Differences | undefined
}

/** A request, its answer, and what SDKs make of it. */
export function Answer({ run, target, raise, differences }: AnswerProps) {
  const { framework, envelope } = target
  const isSent = run.request !== undefined
  return (
    <section
      class={`answer ${run.isStale ? 'is-stale' : ''}`}
      aria-label={`${framework} in ${envelope}`}
      aria-busy={run.phase === 'sending'}
    >
      <h2 class="whose">
        {framework} <span>in</span> <code>{envelope}</code>
      </h2>
      {run.phase === 'failed' && (
        <p class="problem" role="alert">
          <strong>{isSent ? 'The rest did not come.' : 'Nothing was sent.'}</strong> {run.problem}
        </p>
      )}
      {(isSent || run.phase !== 'failed') && (
        <>
          <RequestCard run={run} />
          <ResponseCard run={run} differences={differences} />
          <SdkCard run={run} raise={raise} />
        </>
      )}
    </section>
  )
}
