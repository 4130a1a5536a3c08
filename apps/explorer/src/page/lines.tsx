import { tokensOf } from './tokens.ts'

interface LinesProps {
  readonly text: string
  /** Whether it is shown in the colours of JSON. */
  readonly isJson?: boolean
  /** The lines that differ, from 0. */
  readonly marked?: ReadonlySet<number> | undefined
}

/** A text in lines of code. A line that differs has a mark beside it. */
export function Lines({ text, isJson = true, marked }: LinesProps) {
  return (
    <pre class={`lines ${marked === undefined ? '' : 'is-marked'}`}>
      {text.split('\n').map((line, at) => (
        <code key={at} class={marked?.has(at) === true ? 'differs' : ''}>
          {marked?.has(at) === true && <Mark />}
          {isJson
            ? tokensOf(line).map(({ kind, text: token }, place) => (
                <span key={place} class={`is-${kind}`}>
                  {token}
                </span>
              ))
            : line}
          {'\n'}
        </code>
      ))}
    </pre>
  )
}

/** Says that something differs, and not by its colour alone. */
export function Mark() {
  return (
    <span class="mark">
      <span aria-hidden="true">{'\u2260'}</span>
      <span class="hidden">differs: </span>
    </span>
  )
}
