import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { run } from '../src/run.ts'

/** What a command did. */
export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs the command line in this process, away from a terminal. */
export async function ran(given: readonly string[], input = ''): Promise<Ran> {
  const said = { out: '', err: '' }
  const code = await run(given, {
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
    input: Readable.from([input]),
    isTerminal: false,
  })
  return { code, ...said }
}

/** The path of a fixture. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))
}
