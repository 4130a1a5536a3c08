import type { SdkReport } from '../shared/send-event.ts'
import { SDKS } from '../shared/sdk-names.ts'
import type { Raise } from '../shared/sending.ts'
import { Card } from './card.tsx'
import { endingOf } from './ending.ts'
import type { Run } from './run.ts'
import { verdictOf } from './verdict.ts'

/** What SDKs make of an answer. */
export function SdkCard({ run, raise }: { readonly run: Run; readonly raise: Raise }) {
  const { reports, end, phase } = run
  if (end === undefined) return null
  const isFailure = (run.head?.status ?? 0) >= 400 || endingOf(run).tone === 'bad'
  return (
    <Card title="What SDKs make of it">
      <ul class="sdks">
        {SDKS.map((name) => {
          const report = reports.find((each) => each.name === name)
          if (report !== undefined) return <SdkRow key={name} report={report} isFailure={isFailure} />
          return (
            <li key={name} class="sdk is-waiting">
              <h4>{name}</h4>
              {phase === 'sending' ? <div class="skeleton" /> : <p>Not asked to the end.</p>}
            </li>
          )
        })}
      </ul>
      {raise.kind === 'chat' && (
        <p class="note">
          All of them read the one answer above: more requests would open the model’s circuit.
        </p>
      )}
      {raise.kind === 'request' && (
        <p class="note">All of them read the one answer above: no SDK makes such a request.</p>
      )}
    </Card>
  )
}

function SdkRow({ report, isFailure }: { readonly report: SdkReport; readonly isFailure: boolean }) {
  const { name: sdk, isAtHome, raised, text } = report
  const { tone, outcome, retry } = verdictOf(report, isFailure)
  const facts = Object.entries({ status: raised?.status, type: raised?.type, code: raised?.code }).filter(
    ([, fact]) => fact !== undefined,
  )
  return (
    <li class={`sdk is-${tone}`}>
      <h4>
        {sdk}
        {isAtHome && <span class="home">its own envelope</span>}
      </h4>
      <p class="outcome">
        <span class="ending-sign" aria-hidden="true">
          {{ good: '✓', bad: '✕', odd: '!' }[tone]}
        </span>
        {raised === undefined ? outcome : <code>{raised.class}</code>}
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
      {raised !== undefined && <p class="message">{raised.message}</p>}
      {text !== '' && (
        <p class="read">
          read “{text}”{raised !== undefined && ' before that'}
        </p>
      )}
      <p class="retry">
        {retry}
        {raised?.requestId !== undefined && <code>{raised.requestId}</code>}
      </p>
    </li>
  )
}
