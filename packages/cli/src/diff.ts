import { EXIT, printJson, type Context } from './command.ts'
import type { Change } from './diff/change.ts'
import { compareCatalogues } from './diff/catalog/compare-catalogs.ts'
import { compareDocuments } from './diff/openapi/compare-documents.ts'
import { isModule, readModule, readSource, type Source } from './diff/read-source.ts'
import { toldChanges } from './diff/format-changes.ts'
import { Refusal, type Surroundings } from './cli-io.ts'

const SOURCE = "a file, an address or '-' for standard input"

/** `faultline diff`. */
export function diffCommand({ command, surroundings, exit }: Context): void {
  command('diff')
    .description('Which changes of errors break clients: exit code 1 for any that does')
    .argument(
      '<old>',
      `a catalogue, as \`faultline list --json\` prints it, or an OpenAPI document: ${SOURCE}`,
    )
    .argument('<new>', 'the same as it is now; for a catalogue also a module that exports error classes')
    .option(
      '--envelope <id>',
      'the envelope that the errors of a module are seen through (default: that of the other catalogue, or ai-api)',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Of OpenAPI documents (3.0 and 3.1, JSON or YAML) the failures are compared: the responses of 4xx, 5xx and \`default\`.
Of what succeeds it is only told that an operation is gone; requests are not compared.`,
    )
    .action(async (old: string, now: string, { envelope, json }: { envelope?: string; json?: true }) => {
      const [before, after] = await bothSources(old, now, envelope, surroundings)
      const changes = compared(before, after)
      const breaking = changes.filter(({ isBreaking }) => isBreaking).length
      if (json)
        printJson({ kind: before.kind, breaking, harmless: changes.length - breaking, changes }, surroundings)
      else surroundings.out(toldChanges(changes, surroundings))
      if (breaking > 0) exit(EXIT.found)
    })
}

/** Both sources; a module is seen through the envelope of the other, unless one is named. */
async function bothSources(
  old: string,
  now: string,
  envelope: string | undefined,
  surroundings: Surroundings,
): Promise<[Source, Source]> {
  if (old === '-' && now === '-') throw new Refusal('Standard input can be one of the two, not both')
  const files = new Map<string, Source>()
  for (const source of [old, now])
    if (!isModule(source)) files.set(source, await readSource(source, surroundings))
  const [other] = files.values()
  const id = envelope ?? (other?.kind === 'catalogue' ? other.catalogue.envelope : 'ai-api')
  return [files.get(old) ?? (await readModule(old, id)), files.get(now) ?? (await readModule(now, id))]
}

function compared(before: Source, after: Source): Change[] {
  if (before.kind === 'catalogue' && after.kind === 'catalogue') return compareCatalogues(before, after)
  if (before.kind === 'openapi' && after.kind === 'openapi')
    return compareDocuments(before.document, after.document)
  throw new Refusal(`The old one is ${named(before)}, the new one ${named(after)}: compare two of a kind`)
}

function named({ kind }: Source): string {
  return kind === 'catalogue' ? 'a catalogue' : 'an OpenAPI document'
}
