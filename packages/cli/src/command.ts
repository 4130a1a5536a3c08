import { Command } from 'commander'
import type { CliIO } from './cli-io.ts'

/** The input of the functions that add a command to the program. */
export interface Context {
  readonly io: CliIO
  /** Sets the exit code. @default 0 */
  readonly exit: (code: ExitCode) => void
  /** Adds a command to the program. */
  readonly command: (name: string) => Command
}

/** Exit codes: success; findings, or nothing to explain; usage error or failure. */
export const EXIT = { ok: 0, findings: 1, usage: 2 } as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** Prints a value as JSON. */
export function printJson(value: unknown, { out }: CliIO): void {
  out(`${JSON.stringify(value, null, 2)}\n`)
}
