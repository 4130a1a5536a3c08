import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { run } from '../src/run.ts'

/** The result of a command. */
interface CliResult {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs the command line in this process, without a terminal. */
export async function runCli(args: readonly string[], input = ''): Promise<CliResult> {
  const output = { out: '', err: '' }
  const code = await run(args, {
    out: (text) => (output.out += text),
    err: (text) => (output.err += text),
    input: Readable.from([input]),
    isTerminal: false,
  })
  return { code, ...output }
}

/** Returns the path of a fixture. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))
}
