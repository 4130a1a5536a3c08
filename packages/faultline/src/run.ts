import { readFileSync } from 'node:fs'
import { errorComponents, errorResponses, ERROR } from '@faultline/openapi'
import { Command, CommanderError } from 'commander'
import { envelopeNamed, errorsNamed } from './errors-of.ts'
import { explain, told } from './explain.ts'
import { list } from './list.ts'
import { Refusal, type Surroundings } from './surroundings.ts'

/** Exit codes: all is well, something was found, the command can't be run as it is. */
const FOUND = 1
const WRONG = 2

/**
 * Runs the command line.
 *
 * @param given The arguments, less those of Node.
 * @returns The exit code: 0; 1 where `explain` was given no failure; 2 for what can't be run as it is.
 */
export async function run(given: readonly string[], surroundings: Surroundings): Promise<number> {
  let code = 0
  const program = commands(surroundings, (exit) => {
    code = exit
  })
  try {
    await program.parseAsync(given, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG
    if (!(error instanceof Refusal)) throw error
    surroundings.err(`faultline: ${error.message}\n`)
    return WRONG
  }
}

function commands(surroundings: Surroundings, exit: (code: number) => void): Command {
  const { out, err } = surroundings
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  const program = new Command('faultline')
    .description('Explains, lists and documents the errors of APIs.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err })
    .addHelpText(
      'after',
      `
Exit codes: 0 all is well, ${FOUND} there was nothing to explain, ${WRONG} the command can't be run as it is.

Examples:
  $ faultline explain https://api.example/v1/models
  $ curl -si https://api.example/v1/models | faultline explain -
  $ faultline list --envelope openai
  $ faultline openapi --envelope ai-api rate_limit_exceeded model_not_found > errors.json`,
    )

  const command = (name: string): Command =>
    program.command(name).exitOverride().copyInheritedSettings(program)

  command('explain')
    .description('What a failed answer is: envelope, code, whether to try again, what to do')
    .argument(
      '<source>',
      "an address, a file with an answer (as `curl -i` prints it) or its body, or '-' for standard input",
    )
    .option('--envelope <id>', 'the envelope that the server sends (default: found out)')
    .option('--json', 'print JSON')
    .action(async (source: string, { envelope, json }: { envelope?: string; json?: true }) => {
      if (envelope !== undefined) envelopeNamed(envelope)
      const explanation = await explain(source, { envelope }, surroundings)
      if (explanation === undefined) {
        err('faultline: the answer is no failure\n')
        exit(FOUND)
      } else out(json ? `${JSON.stringify(explanation, null, 2)}\n` : told(explanation, surroundings))
    })

  command('list')
    .description('The errors that there are, as an envelope sends them')
    .argument('[codes...]', 'the errors to list (default: all)')
    .option('--envelope <id>', 'the envelope', 'ai-api')
    .option('--json', 'print JSON')
    .action((codes: string[], { envelope, json }: { envelope: string; json?: true }) => {
      list(envelopeNamed(envelope), errorsNamed(codes), { isJson: json === true }, surroundings)
    })

  command('openapi')
    .description('Responses and components of an OpenAPI 3.1 document, as JSON')
    .argument('[codes...]', 'the errors to tell of (default: all)')
    .option('--envelope <id>', 'the envelope', 'ai-api')
    .action((codes: string[], { envelope: id }: { envelope: string }) => {
      const envelope = envelopeNamed(id)
      const errors = errorsNamed(codes)
      const responses = errorResponses(envelope, errors, { schemaRef: ERROR })
      out(`${JSON.stringify({ responses, components: errorComponents(envelope, errors) }, null, 2)}\n`)
    })

  return program
}
