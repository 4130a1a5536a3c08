import type { ApiErrorClass } from '@faultline/core'
import { getErrorDoc } from '@faultline/openapi'
import { catalogueOf, envelopeNamed, errorsNamed, type Catalogue } from './load-module.ts'
import { printJson, type Context } from './command.ts'
import { bold, type Surroundings } from './cli-io.ts'

/** `faultline list`. */
export function listCommand({ command, surroundings }: Context): void {
  command('list')
    .description('The errors that there are, as an envelope sends them')
    .argument('[codes...]', 'the errors to list (default: all)')
    .option('--envelope <id>', 'the envelope, or a module that exports one', 'ai-api')
    .option('--errors <module>', 'a module that exports error classes of your own')
    .option('--json', 'print JSON: a catalogue, as `faultline diff` reads it')
    .action(
      async (
        codes: string[],
        { envelope, errors, json }: { envelope: string; errors?: string; json?: true },
      ) => {
        const types = await errorsNamed(codes, errors)
        const catalogue = catalogueOf(await envelopeNamed(envelope), types)
        if (json) printJson(catalogue, surroundings)
        else surroundings.out(told(catalogue, types, surroundings))
      },
    )
}

/** A line for each error. */
function told({ errors }: Catalogue, types: readonly ApiErrorClass[], surroundings: Surroundings): string {
  const codes = Math.max(...errors.map(({ code }) => code.length))
  const wires = Math.max(...errors.map(({ wire }) => wire.length))
  return errors
    .map(({ code, wire, status, retryable }, at) => {
      const retry = retryable ? 'retry' : '     '
      const means = getErrorDoc(types[at]!).description
      return `${bold(code.padEnd(codes), surroundings)}  ${status}  ${retry}  ${wire.padEnd(wires)}  ${means}\n`
    })
    .join('')
}
