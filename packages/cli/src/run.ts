import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { checkCommand } from './check.ts'
import { toPrintableLines, UserError, type CliIO } from './cli-io.ts'
import { EXIT, type Context, type ExitCode } from './command.ts'
import { diffCommand } from './diff.ts'
import { docsCommand } from './docs.ts'
import { explainCommand } from './explain.ts'
import { listCommand } from './list.ts'
import { openapiCommand } from './openapi.ts'

/**
 * Runs the command line.
 *
 * @param args The arguments without those of Node.js.
 * @returns The exit code.
 */
export async function run(args: readonly string[], io: CliIO): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok
  const program = createProgram(io)
  const context: Context = {
    io,
    exit(code) {
      exitCode = code
    },
    command: (name) => program.command(name).exitOverride().copyInheritedSettings(program),
  }
  for (const add of [explainCommand, checkCommand, listCommand, openapiCommand, docsCommand, diffCommand])
    add(context)
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    io.err(`faultline: ${formatError(error)}\n`)
    return EXIT.usage
  }
}

/** Formats an error. Any error but a UserError is a bug in this program, so its stack is included. */
function formatError(error: unknown): string {
  if (error instanceof UserError) return toPrintableLines(error.message)
  return error instanceof Error ? (error.stack ?? String(error)) : String(error)
}

function createProgram({ out, err }: CliIO): Command {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return new Command('faultline')
    .description('Explain, list and document API errors, and check servers for conformance.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: out,
      writeErr: err,
      outputError: (message, write) => write(message.replace(/^error: /, 'faultline: ')),
    })
    .addHelpText(
      'after',
      `
Exit codes: ${EXIT.ok} success, ${EXIT.findings} findings (or nothing to explain), ${EXIT.usage} usage error or failure

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
