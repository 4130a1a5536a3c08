import { Command } from 'commander'
import type { Surroundings } from './cli-io.ts'

/** What every command is made with. */
export interface Context {
  readonly surroundings: Surroundings
  /** Sets the exit code; 0 unless it is set. */
  readonly exit: (code: ExitCode) => void
  /** A command of the program, by name. */
  readonly command: (name: string) => Command
}

/** All is well; something was found; the command can't be run as it is. */
export const EXIT = { well: 0, found: 1, wrong: 2 } as const

/** What a command ends with. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** Prints a value for programs. */
export function printJson(value: unknown, { out }: Surroundings): void {
  out(`${JSON.stringify(value, null, 2)}\n`)
}
