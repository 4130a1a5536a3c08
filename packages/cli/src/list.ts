import { getErrorDoc } from '@faultline/openapi'
import { createCatalog, type Catalog } from './catalog.ts'
import { bold, type CliIO } from './cli-io.ts'
import { printJson, type Context } from './command.ts'
import { loadEnvelope, loadErrors } from './load-module.ts'

/** Adds `faultline list`. */
export function listCommand({ command, io }: Context): void {
  command('list')
    .description('List errors as an envelope renders them')
    .argument('[codes...]', 'errors to list (default: all)')
    .option('--envelope <id>', 'envelope id, or a module that exports an envelope', 'ai-api')
    .option('--errors <module>', 'a module that exports your own error classes')
    .option('--json', 'print a JSON catalog for `faultline diff`')
    .action(
      async (
        codes: string[],
        { envelope, errors, json }: { envelope: string; errors?: string; json?: true },
      ) => {
        const types = await loadErrors(codes, errors)
        const catalog = createCatalog(await loadEnvelope(envelope), types)
        if (json) printJson(catalog, io)
        else
          io.out(
            formatCatalog(
              catalog,
              types.map((type) => getErrorDoc(type).description),
              io,
            ),
          )
      },
    )
}

/** Formats a catalog with one line per error. */
function formatCatalog({ errors }: Catalog, descriptions: readonly string[], io: CliIO): string {
  const codeWidth = Math.max(...errors.map(({ code }) => code.length))
  const wireWidth = Math.max(...errors.map(({ wire }) => wire.length))
  return errors
    .map(({ code, wire, status, retryable }, index) => {
      const retry = retryable ? 'retry' : '     '
      return `${bold(code.padEnd(codeWidth), io)}  ${status}  ${retry}  ${wire.padEnd(wireWidth)}  ${descriptions[index]}\n`
    })
    .join('')
}
