import { framesOf } from './frames.ts'
import { bodyOf, headerOf, isEventStream, type Run } from './run.ts'
import { prettyOf } from './tokens.ts'

/** What of an answer differs from the one beside it. */
export interface Differences {
  readonly status: boolean
  /** The names of headers, in lower case. */
  readonly headers: ReadonlySet<string>
  /** The lines of the body, from 0. */
  readonly lines: ReadonlySet<number>
  /** The events of a stream, from 0. */
  readonly frames: ReadonlySet<number>
}

/** What is new in every answer. */
const FRESH = /\breq_[a-z0-9]{24}\b|\d{4}-\d\d-\d\dT[\d:.]+Z|\bchatcmpl-\d+/g

/** What differs in one answer from another, but for ids and times, which always do. */
export function differencesOf(one: Run, other: Run): Differences {
  return {
    status: one.head?.status !== other.head?.status,
    headers: new Set(
      namesOf(one).filter(
        (name) => name !== 'date' && fixed(headerOf(one, name)) !== fixed(headerOf(other, name)),
      ),
    ),
    lines: odd(linesOf(one), linesOf(other)),
    frames: odd(eventsOf(one), eventsOf(other)),
  }
}

/** Whether two answers are the same but for what is new in every one, and what differs, in words. */
export function summaryOf(one: Run, other: Run): { readonly isSame: boolean; readonly text: string } {
  const isSameStatus = one.head?.status === other.head?.status
  const names = new Set([...differencesOf(one, other).headers, ...differencesOf(other, one).headers])
  const isSameBody = fixed(bodyOf(one)) === fixed(bodyOf(other))
  const isSame = isSameStatus && names.size === 0 && isSameBody
  if (isSame) return { isSame, text: 'The same, byte for byte, but for ids and times' }
  const text = [
    isSameStatus ? 'The same status' : 'Another status',
    names.size === 0
      ? 'the same headers'
      : names.size === 1
        ? '1 header differs'
        : `${names.size} headers differ`,
    isSameBody ? 'the same body' : 'another body',
  ].join(', ')
  return { isSame, text }
}

function namesOf({ head }: Run): string[] {
  return (head?.headers ?? []).map(([name]) => name.toLowerCase())
}

function linesOf(run: Run): string[] {
  return prettyOf(bodyOf(run)).split('\n')
}

function eventsOf(run: Run): string[] {
  return isEventStream(run) ? framesOf(run.pieces).map(({ event, data }) => `${event}\n${data}`) : []
}

function fixed(text: string | undefined): string | undefined {
  return text?.replaceAll(FRESH, '*')
}

/** The lines of one text that are not among the longest common lines of both. */
function odd(one: readonly string[], other: readonly string[]): ReadonlySet<number> {
  const [left, right] = [one.map(fixed), other.map(fixed)]
  // The common lines from each place on.
  const common = left.map(() => right.map(() => 0))
  const at = (row: number, column: number): number => common[row]?.[column] ?? 0
  for (let row = left.length - 1; row >= 0; row--) {
    for (let column = right.length - 1; column >= 0; column--) {
      common[row]![column] =
        left[row] === right[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1))
    }
  }
  const lines = new Set<number>()
  let column = 0
  for (let row = 0; row < left.length; row++) {
    while (left[row] !== right[column] && column < right.length && at(row, column) === at(row, column + 1))
      column++
    if (left[row] === right[column] && column < right.length) column++
    else lines.add(row)
  }
  return lines
}
