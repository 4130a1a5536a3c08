import type { Outcome } from './outcome.ts'

/** Where a stream was cut: before the head was sent, after it, or after the last event. */
export type Position = 'after' | 'head' | 'stream'

/** Number of cuts by outcome. */
export type Counts = Record<Outcome['kind'], number>

/** A row of the table. */
export interface Row {
  readonly dialect: string
  readonly client: string
  readonly counts: Readonly<Record<Position, Counts>>
  /** The reasons of the known violations that occurred at each position. */
  readonly known: Readonly<Partial<Record<Position, string>>>
}

/** The result of one way to send a stream. */
export interface SenderRow {
  readonly framework: string
  readonly body: string
  readonly requests: number
  /** Number of responses with a problem. */
  readonly problems: number
  /** The reason of a known problem. */
  readonly known: string | undefined
}

export interface Results {
  readonly rows: readonly Row[]
  readonly senders: readonly SenderRow[]
  /** One line for each violation that is not known, and for each known one that did not occur. */
  readonly violations: readonly string[]
}

/** Maximum number of lines for one sender, or for one client and dialect. */
const MAX_LINES = 3

/** Returns the first lines, and the number of the others. */
export function shorten(lines: readonly string[]): string[] {
  const rest = lines.length - MAX_LINES
  return rest > 0 ? [...lines.slice(0, MAX_LINES), `  and ${rest} more like these`] : [...lines]
}
