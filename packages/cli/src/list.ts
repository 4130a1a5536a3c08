import type { ApiErrorClass, Envelope } from '@faultline/core'
import { exampleResponse, getErrorDoc } from '@faultline/openapi'
import { createCatalog, createWireReader } from './catalog.ts'
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
        const loadedEnvelope = await loadEnvelope(envelope)
        if (json) printJson(createCatalog(loadedEnvelope, types), io)
        else io.out(formatTable(createRows(loadedEnvelope, types), io))
      },
    )
}

/** Creates a header row, and one row per error with the values that a server sends. */
function createRows(envelope: Envelope, types: readonly ApiErrorClass[]): readonly (readonly string[])[] {
  const listWireValues = createWireReader(envelope, types)
  const rows = types.map((type) => {
    const { body, error } = exampleResponse(envelope, type)
    return { type, listed: envelope.lookup(error), values: listWireValues(body) }
  })
  const paths = rows[0]?.values.map(({ path }) => path) ?? []
  return [
    ['code', 'status', 'retry', ...paths, 'description'],
    ...rows.map(({ type, listed, values }) => [
      type.code,
      String(listed.status),
      listed.retryable ? 'retry' : '',
      ...values.map(({ value }) => formatValue(value)),
      getErrorDoc(type).description,
    ]),
  ]
}

function formatValue(value: unknown): string {
  if (value === undefined) return '-'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Formats rows as a table. The first column is bold on a terminal. */
function formatTable(rows: readonly (readonly string[])[], io: CliIO): string {
  const [header = []] = rows
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) => {
      const cells = row.map((cell, column) =>
        cell.padEnd(column === row.length - 1 ? 0 : (widths[column] ?? 0)),
      )
      const [first = '', ...others] = cells
      return `${[bold(first, io), ...others].join('  ')}\n`
    })
    .join('')
}
