import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { checkCommand } from './check.ts'
import { EXIT, type Context, type ExitCode } from './command.ts'
import { diffCommand } from './diff.ts'
import { docsCommand } from './docs.ts'
import { explainCommand } from './explain.ts'
import { listCommand } from './list.ts'
import { openapiCommand } from './openapi.ts'
import { Refusal, type Surroundings } from './cli-io.ts'

/**
 * Runs the command line.
 *
 * @param given The arguments, less those of Node.
 * @returns The exit code, one of `EXIT`.
 */
export async function run(given: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  let code: ExitCode = EXIT.well
  const program = programOf(surroundings)
  const context: Context = {
    surroundings,
    exit(told) {
      code = told
    },
    command: (name) => program.command(name).exitOverride().copyInheritedSettings(program),
  }
  for (const add of [explainCommand, checkCommand, listCommand, openapiCommand, docsCommand, diffCommand])
    add(context)
  try {
    await program.parseAsync(given, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.well : EXIT.wrong
    // What is no refusal is a fault of this program's: its stack is for whoever mends it.
    const told = error instanceof Refusal ? error.message : String((error as Error).stack ?? error)
    surroundings.err(`faultline: ${told}\n`)
    return EXIT.wrong
  }
}

function programOf({ out, err }: Surroundings): Command {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return new Command('faultline')
    .description('Explains, lists and documents the errors of APIs, and checks servers.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err })
    .addHelpText(
      'after',
      `
Exit codes: ${EXIT.well} all is well, ${EXIT.found} something was found (or nothing to explain), ${EXIT.wrong} the command can't be run as it is.

Examples:
  $ faultline explain https://api.example/v1/models
  $ curl -si https://api.example/v1/models | faultline explain -
  $ faultline check http://localhost:3000 --envelope ai-api
  $ faultline list --envelope openai
  $ faultline openapi --envelope ai-api rate_limit_exceeded model_not_found > errors.json
  $ faultline docs --envelope ai-api --output errors.html
  $ faultline diff errors.json src/errors.js`,
    )
}
