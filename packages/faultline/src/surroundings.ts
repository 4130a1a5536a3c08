import type { Readable } from 'node:stream'

/** What a command reads and writes. */
export interface Surroundings {
  readonly out: (text: string) => unknown
  readonly err: (text: string) => unknown
  readonly input: Readable
  /** Colours are for terminals. */
  readonly isTerminal: boolean
}

/** A command's failure that is the user's to mend: its message is all that is said. */
export class Refusal extends Error {}

/** Emphasised on a terminal. */
export function bold(text: string, { isTerminal }: Surroundings): string {
  return isTerminal ? `\u001B[1m${text}\u001B[22m` : text
}
