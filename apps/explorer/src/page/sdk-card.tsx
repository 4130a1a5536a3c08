import type { SdkReport } from '../shared/send-event.ts'
import { SDKS } from '../shared/sdk-names.ts'
import type { Raise } from '../shared/send-request.ts'
import { Card } from './card.tsx'
import { describeEnding } from './describe-ending.ts'
import type { Run } from './run.ts'
import { assessReport } from './assess-report.ts'

/** The results of the SDKs. */
export function SdkCard({ run, raise }: { readonly run: Run; readonly raise: Raise }) {
  const { reports, end, phase } = run
  if (end === undefined) return null
  const isError = (run.head?.status ?? 0) >= 400 || describeEnding(run).tone === 'bad'
  return (
    <Card title="SDK results">
      <ul class="sdks">
        {SDKS.map((name) => {
          const report = reports.find((candidate) => candidate.name === name)
          if (report !== undefined) return <SdkRow key={name} report={report} isError={isError} />
          return (
            <li key={name} class="sdk is-waiting">
              <h4>{name}</h4>
              {phase === 'sending' ? <div class="skeleton" /> : <p>Not run.</p>}
            </li>
          )
        })}
      </ul>
      {raise.kind === 'chat' && (
        <p class="note">All SDKs parse the response above; more requests would open the model’s circuit.</p>
      )}
      {raise.kind === 'request' && (
        <p class="note">All SDKs parse the response above; none of them can send such a request.</p>
      )}
    </Card>
  )
}

function SdkRow({ report, isError }: { readonly report: SdkReport; readonly isError: boolean }) {
  const { name: sdk, isOwnEnvelope, error, text } = report
  const { tone, outcome, retry } = assessReport(report, isError)
  const facts = Object.entries({ status: error?.status, type: error?.type, code: error?.code }).filter(
    ([, fact]) => fact !== undefined,
  )
  return (
    <li class={`sdk is-${tone}`}>
      <h4>
        {sdk}
        {isOwnEnvelope && <span class="own-envelope">its envelope</span>}
      </h4>
      <p class="outcome">
        <span class="ending-icon" aria-hidden="true">
          {{ good: '✓', bad: '✕', odd: '!' }[tone]}
        </span>
        {error === undefined ? outcome : <code>{error.class}</code>}
      </p>
      {facts.length > 0 && (
        <p class="sdk-facts">
          {facts.map(([name, fact]) => (
            <span key={name}>
              {name} <code>{fact}</code>
            </span>
          ))}
        </p>
      )}
      {error !== undefined && <p class="message">{error.message}</p>}
      {text !== '' && (
        <p class="sdk-text">
          read “{text}”{error !== undefined && ' before that'}
        </p>
      )}
      <p class="retry">
        {retry}
        {error?.requestId !== undefined && <code>{error.requestId}</code>}
      </p>
    </li>
  )
}
