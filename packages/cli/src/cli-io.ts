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

/** A text of somebody else's on one line, without what could harm a terminal. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return text.replaceAll(/[\t\n\r]+/g, ' ').replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, '?')
}
