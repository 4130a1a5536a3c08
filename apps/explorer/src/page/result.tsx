import type { Raise, Target } from '../shared/send-request.ts'
import type { Differences } from './differences.ts'
import { RequestCard } from './request-card.tsx'
import { ResponseCard } from './response-card.tsx'
import type { Run } from './run.ts'
import { SdkCard } from './sdk-card.tsx'

interface ResultProps {
  readonly run: Run
  readonly target: Target
  readonly raise: Raise
  readonly differences: Differences | undefined
}

/** A request, its response and the results of the SDKs. */
export function Result({ run, target, raise, differences }: ResultProps) {
  const { framework, envelope } = target
  const isSent = run.request !== undefined
  return (
    <section
      class={`result ${run.isStale ? 'is-stale' : ''}`}
      aria-label={`${framework} in ${envelope}`}
      aria-busy={run.phase === 'sending'}
    >
      <h2 class="result-title">
        {framework} <span>in</span> <code>{envelope}</code>
      </h2>
      {run.phase === 'failed' && (
        <p class="problem" role="alert">
          <strong>{isSent ? 'The response is incomplete.' : 'Nothing was sent.'}</strong> {run.problem}
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
