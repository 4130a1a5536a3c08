import { tokenizeJson } from './tokenize-json.ts'

interface LinesProps {
  readonly text: string
  /** Whether to highlight JSON. @default true */
  readonly isJson?: boolean
  /** Indexes of the lines that differ. */
  readonly marked?: ReadonlySet<number> | undefined
}

/** Lines of code. Lines that differ are marked. */
export function Lines({ text, isJson = true, marked }: LinesProps) {
  return (
    <pre class={`lines ${marked === undefined ? '' : 'is-marked'}`}>
      {text.split('\n').map((line, index) => (
        <code key={index} class={marked?.has(index) === true ? 'differs' : ''}>
          {marked?.has(index) === true && <Mark />}
          {isJson
            ? tokenizeJson(line).map(({ kind, text: token }, position) => (
                <span key={position} class={`is-${kind}`}>
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

/** Marks a difference with a sign and hidden text, because color alone is not accessible. */
export function Mark() {
  return (
    <span class="mark">
      <span aria-hidden="true">{'\u2260'}</span>
      <span class="hidden">differs: </span>
    </span>
  )
}
