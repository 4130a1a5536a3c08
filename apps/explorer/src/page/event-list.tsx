import { parseEvents } from './parse-events.ts'
import { Lines, Mark } from './lines.tsx'
import type { Run } from './run.ts'
import { formatJson } from './tokenize-json.ts'

interface EventListProps {
  readonly run: Run
  /** Indexes of the events that differ. */
  readonly marked: ReadonlySet<number> | undefined
}

/** The events of a stream. */
export function EventList({ run, marked }: EventListProps) {
  const events = parseEvents(run.pieces)
  const pieces = run.pieces.length
  if (events.length === 0) return pieces === 0 ? null : <p class="no-items">No complete event yet.</p>
  return (
    <ol class="events" aria-label="Events">
      {events.map(({ at, event, data, isError }, index) => {
        const differs = marked?.has(index) === true
        return (
          <li key={index} class={`event ${isError ? 'is-error' : ''} ${differs ? 'differs' : ''}`}>
            <span class="event-time">+{at} ms</span>
            <span class="event-name">
              {differs && <Mark />}
              {event === 'message' ? 'data' : event}
              {isError && event !== 'error' && ' (error)'}
            </span>
            <Lines text={isError ? formatJson(data) : data} />
          </li>
        )
      })}
    </ol>
  )
}
