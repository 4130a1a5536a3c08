import { framesOf } from './frames.ts'
import { Lines, Mark } from './lines.tsx'
import type { Run } from './run.ts'
import { prettyOf } from './tokens.ts'

interface FrameListProps {
  readonly run: Run
  /** The events that differ, from 0. */
  readonly marked: ReadonlySet<number> | undefined
}

/** The events of a stream, as they come. */
export function FrameList({ run, marked }: FrameListProps) {
  const frames = framesOf(run.pieces)
  const pieces = run.pieces.length
  if (frames.length === 0) return pieces === 0 ? null : <p class="none">No whole event yet.</p>
  return (
    <ol class="frames" aria-label="Events">
      {frames.map(({ at, event, data, isError }, place) => {
        const differs = marked?.has(place) === true
        return (
          <li key={place} class={`frame ${isError ? 'is-error' : ''} ${differs ? 'differs' : ''}`}>
            <span class="frame-time">+{at} ms</span>
            <span class="frame-event">
              {differs && <Mark />}
              {event === '' ? 'data' : event}
              {isError && event !== 'error' && ' (error)'}
            </span>
            <Lines text={isError ? prettyOf(data) : data} />
          </li>
        )
      })}
    </ol>
  )
}
