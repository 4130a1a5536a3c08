import { UserError, type CliIO } from './cli-io.ts'
import { DEFAULT_TIMEOUT_MS, EXIT, parseMilliseconds, printJson, type Context } from './command.ts'
import { compareCatalogs } from './diff/catalog/compare-catalogs.ts'
import type { Change } from './diff/change.ts'
import { formatChanges } from './diff/format-changes.ts'
import { compareDocuments } from './diff/openapi/compare-documents.ts'
import { isModule, readModule, readSource, type Source } from './diff/read-source.ts'

const SOURCE = "a file, a URL or '-' for standard input"

interface Options {
  readonly envelope?: string
  readonly timeout: number
  readonly json?: true
}

/** Adds `faultline diff`. */
export function diffCommand({ command, io, exit }: Context): void {
  command('diff')
    .description('Compare two error catalogs or OpenAPI documents; exit 1 on breaking changes')
    .argument(
      '<old>',
      `a catalog, as printed by \`faultline list --json\`, or an OpenAPI document: ${SOURCE}`,
    )
    .argument('<new>', 'the new version; for a catalog also a module that exports error classes')
    .option(
      '--envelope <id>',
      'envelope for the errors of a module (default: the envelope of the other catalog, or ai-api)',
    )
    .option('--timeout <ms>', 'time limit of a URL in milliseconds', parseMilliseconds, DEFAULT_TIMEOUT_MS)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
In OpenAPI documents (3.0 and 3.1, JSON or YAML) the error responses are compared: 4xx, 5xx and \`default\`.
Successful responses are only checked for removed operations; requests are not compared.`,
    )
    .action(async (oldSource: string, newSource: string, options: Options) => {
      const [before, after] = await readBoth(oldSource, newSource, options, io)
      const changes = compare(before, after)
      const breaking = changes.filter(({ isBreaking }) => isBreaking).length
      if (options.json)
        printJson({ kind: before.kind, breaking, harmless: changes.length - breaking, changes }, io)
      else io.out(formatChanges(changes, io))
      if (breaking > 0) exit(EXIT.findings)
    })
}

/** Reads both sources. A module uses the envelope of the other source, unless an envelope is specified. */
async function readBoth(
  oldSource: string,
  newSource: string,
  { envelope, timeout }: Options,
  io: CliIO,
): Promise<[Source, Source]> {
  if (oldSource === '-' && newSource === '-') {
    throw new UserError("Only one of <old> and <new> can be '-'")
  }
  const files = new Map<string, Source>()
  for (const source of [oldSource, newSource])
    if (!isModule(source)) files.set(source, await readSource(source, io, timeout))
  const [file] = files.values()
  const id = envelope ?? (file?.kind === 'catalog' ? file.catalog.envelope : 'ai-api')
  return [
    files.get(oldSource) ?? (await readModule(oldSource, id)),
    files.get(newSource) ?? (await readModule(newSource, id)),
  ]
}

function compare(before: Source, after: Source): Change[] {
  if (before.kind === 'catalog' && after.kind === 'catalog') return compareCatalogs(before, after)
  if (before.kind === 'openapi' && after.kind === 'openapi')
    return compareDocuments(before.document, after.document)
  throw new UserError(
    `Cannot compare ${describeSource(before)} with ${describeSource(after)}; pass two catalogs or two OpenAPI documents`,
  )
}

function describeSource({ kind }: Source): string {
  return kind === 'catalog' ? 'a catalog' : 'an OpenAPI document'
}
