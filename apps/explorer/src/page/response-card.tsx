import { useState } from 'preact/hooks'
import { Card } from './card.tsx'
import type { Differences } from './differences.ts'
import { endingOf } from './ending.ts'
import { FrameList } from './frame-list.tsx'
import { Lines, Mark } from './lines.tsx'
import { bodyOf, isEventStream, type Run } from './run.ts'
import { StatusBadge } from './status-badge.tsx'
import { prettyOf } from './tokens.ts'

interface ResponseCardProps {
  readonly run: Run
  readonly differences: Differences | undefined
}

/** What came back: the status, the headers, and the body or the events as they come. */
export function ResponseCard({ run, differences }: ResponseCardProps) {
  const [isRaw, setRaw] = useState(false)
  const { head, end } = run
  const ending = endingOf(run)
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
        <span class="ending-sign" aria-hidden="true">
          {{ good: '✓', bad: '✕', 'under-way': '…' }[ending.tone]}
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
  const body = bodyOf(run)
  return (
    <>
      <dl class="headers">
        {run.head!.headers.map(([name, value], at) => {
          const differs = differences?.headers.has(name.toLowerCase()) === true
          return (
            <div key={at} class={differs ? 'differs' : ''}>
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
        <FrameList run={run} marked={differences?.frames} />
      ) : (
        body !== '' && <Lines text={prettyOf(body)} marked={differences?.lines} />
      )}
    </>
  )
}

/** As it was on the wire, but for the framing of chunks. */
function Raw({ run }: { readonly run: Run }) {
  const { statusLine, headers } = run.head!
  const lines = headers.map(([name, value]) => `${name}: ${value}`)
  return <Lines text={`${[statusLine, ...lines].join('\n')}\n\n${bodyOf(run)}`} isJson={false} />
}

function ViewSwitch({
  isRaw,
  onChange,
}: {
  readonly isRaw: boolean
  readonly onChange: (isRaw: boolean) => void
}) {
  return (
    <div class="switch" role="group" aria-label="How it is shown">
      <button type="button" aria-pressed={!isRaw} onClick={() => onChange(false)}>
        Pretty
      </button>
      <button type="button" aria-pressed={isRaw} onClick={() => onChange(true)}>
        Raw
      </button>
    </div>
  )
}
