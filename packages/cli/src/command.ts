import { InvalidArgumentError, type Command } from 'commander'
import { toPrintableJson, type CliIO } from './cli-io.ts'

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

/** Default of `--timeout` for a command that reads a URL, in milliseconds. */
export const DEFAULT_TIMEOUT_MS = 10_000

/** Prints a value as JSON. */
export function printJson(value: unknown, { out }: CliIO): void {
  out(`${toPrintableJson(value)}\n`)
}

/** Parses the argument of an option that is a duration in milliseconds. */
export function parseMilliseconds(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('Expected an integer number of milliseconds.')
  return Number(text)
}
