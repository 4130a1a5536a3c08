import { useState } from 'preact/hooks'
import { Card } from './card.tsx'
import type { Differences } from './differences.ts'
import { describeEnding } from './describe-ending.ts'
import { EventList } from './event-list.tsx'
import { Lines, Mark } from './lines.tsx'
import { getBody, isEventStream, type Run } from './run.ts'
import { StatusBadge } from './status-badge.tsx'
import { formatJson } from './tokenize-json.ts'

interface ResponseCardProps {
  readonly run: Run
  readonly differences: Differences | undefined
}

/** Status, headers, and the body or the stream events. */
export function ResponseCard({ run, differences }: ResponseCardProps) {
  const [isRaw, setRaw] = useState(false)
  const { head, end } = run
  const ending = describeEnding(run)
  return (
    <Card title="Response" aside={head !== undefined && <ViewSwitch isRaw={isRaw} onChange={setRaw} />}>
      {head === undefined ? (
        end === undefined && run.phase === 'sending' && <div class="skeleton is-tall" />
      ) : (
        <>
          <p class={`status-line ${differences?.status === true ? 'differs' : ''}`}>
            {differences?.status === true && <Mark />}
            <StatusBadge status={head.status} /> {head.statusLine.replace(/^HTTP\/1\.1 \d+ ?/, '')}
            <span class="time">{head.at} ms</span>
          </p>
          {isRaw ? <Raw run={run} /> : <Parsed run={run} differences={differences} />}
        </>
      )}
      <p class={`ending is-${ending.tone}`}>
        <span class="ending-icon" aria-hidden="true">
          {{ good: '✓', bad: '✕', 'in-progress': '…' }[ending.tone]}
        </span>
        {ending.text}
        {end !== undefined && (
          <span class="time">
            {end.bytes} bytes, {end.at} ms
          </span>
        )}
      </p>
    </Card>
  )
}

function Parsed({ run, differences }: ResponseCardProps) {
  const body = getBody(run)
  return (
    <>
      <dl class="headers">
        {(run.head?.headers ?? []).map(([name, value], index) => {
          const differs = differences?.headers.has(name.toLowerCase()) === true
          return (
            <div key={index} class={differs ? 'differs' : ''}>
              <dt>
                {differs && <Mark />}
                {name.toLowerCase()}
              </dt>
              <dd>{value}</dd>
            </div>
          )
        })}
      </dl>
      {isEventStream(run) ? (
        <EventList run={run} marked={differences?.events} />
      ) : (
        body !== '' && <Lines text={formatJson(body)} marked={differences?.lines} />
      )}
    </>
  )
}

/** The response as on the wire, without the framing of chunks. */
function Raw({ run }: { readonly run: Run }) {
  const { statusLine = '', headers = [] } = run.head ?? {}
  const lines = headers.map(([name, value]) => `${name}: ${value}`)
  return <Lines text={`${[statusLine, ...lines].join('\n')}\n\n${getBody(run)}`} isJson={false} />
}

function ViewSwitch({
  isRaw,
  onChange,
}: {
  readonly isRaw: boolean
  readonly onChange: (isRaw: boolean) => void
}) {
  return (
    <div class="switch" role="group" aria-label="View">
      <button type="button" aria-pressed={!isRaw} onClick={() => onChange(false)}>
        Pretty
      </button>
      <button type="button" aria-pressed={isRaw} onClick={() => onChange(true)}>
        Raw
      </button>
    </div>
  )
}
