import { parseEvents } from './parse-events.ts'
import { getBody, getHeader, isEventStream, type Run } from './run.ts'
import { formatJson } from './tokenize-json.ts'

/** The parts of a response that differ from another response. */
export interface Differences {
  readonly status: boolean
  /** Header names in lower case. */
  readonly headers: ReadonlySet<string>
  /** Indexes of body lines. */
  readonly lines: ReadonlySet<number>
  /** Indexes of stream events. */
  readonly events: ReadonlySet<number>
}

/** Ids and timestamps, which differ in every response. */
const VOLATILE = /\breq_[a-z0-9]{24}\b|\d{4}-\d\d-\d\dT[\d:.]+Z|\bchatcmpl-\d+/g

/** Finds the parts of a response that differ from another, except ids and timestamps. */
export function findDifferences(run: Run, other: Run): Differences {
  return {
    status: run.head?.status !== other.head?.status,
    headers: new Set(
      listHeaderNames(run).filter(
        (name) =>
          name !== 'date' && maskVolatile(getHeader(run, name)) !== maskVolatile(getHeader(other, name)),
      ),
    ),
    lines: findUncommon(listLines(run), listLines(other)),
    events: findUncommon(listEvents(run), listEvents(other)),
  }
}

/** Summarizes the differences of two responses. */
export function summarize(run: Run, other: Run): { readonly isSame: boolean; readonly text: string } {
  const isSameStatus = run.head?.status === other.head?.status
  const names = new Set([...findDifferences(run, other).headers, ...findDifferences(other, run).headers])
  const isSameBody = maskVolatile(getBody(run)) === maskVolatile(getBody(other))
  const isSame = isSameStatus && names.size === 0 && isSameBody
  if (isSame) return { isSame, text: 'Identical except for ids and timestamps' }
  const text = [
    isSameStatus ? 'Same status' : 'Different status',
    names.size === 0
      ? 'same headers'
      : names.size === 1
        ? '1 header differs'
        : `${names.size} headers differ`,
    isSameBody ? 'same body' : 'different body',
  ].join(', ')
  return { isSame, text }
}

function listHeaderNames({ head }: Run): string[] {
  return (head?.headers ?? []).map(([name]) => name.toLowerCase())
}

function listLines(run: Run): string[] {
  return formatJson(getBody(run)).split('\n')
}

function listEvents(run: Run): string[] {
  return isEventStream(run) ? parseEvents(run.pieces).map(({ event, data }) => `${event}\n${data}`) : []
}

function maskVolatile(text: string | undefined): string | undefined {
  return text?.replaceAll(VOLATILE, '*')
}

/** Returns the indexes of the lines that are not in the longest common subsequence of two lists. */
function findUncommon(lines: readonly string[], otherLines: readonly string[]): ReadonlySet<number> {
  const left = lines.map(maskVolatile)
  const right = otherLines.map(maskVolatile)
  // lengths[row][column]: length of the longest common subsequence from this position to the end.
  const lengths: number[][] = left.map(() => [])
  const getLength = (row: number, column: number): number => lengths[row]?.[column] ?? 0
  for (let row = left.length - 1; row >= 0; row--) {
    const rowLengths = lengths[row] ?? []
    for (let column = right.length - 1; column >= 0; column--) {
      rowLengths[column] =
        left[row] === right[column]
          ? getLength(row + 1, column + 1) + 1
          : Math.max(getLength(row + 1, column), getLength(row, column + 1))
    }
  }
  const uncommon = new Set<number>()
  let column = 0
  for (let row = 0; row < left.length; row++) {
    while (
      left[row] !== right[column] &&
      column < right.length &&
      getLength(row, column) === getLength(row, column + 1)
    )
      column++
    if (left[row] === right[column] && column < right.length) column++
    else uncommon.add(row)
  }
  return uncommon
}
