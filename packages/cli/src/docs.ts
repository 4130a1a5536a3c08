import type { ApiErrorClass, Envelope } from '@faultline/core'
import {
  buildReference,
  toHtml,
  toMarkdown,
  type Reference,
  type ReferenceOptions,
} from '@faultline/reference'
import { Option } from 'commander'
import { UserError } from './cli-io.ts'
import type { Context } from './command.ts'
import { writeTextFile } from './files.ts'
import { loadEnvelope, loadErrors } from './load-module.ts'

interface Options extends Pick<ReferenceOptions, 'title' | 'baseUrl' | 'path'> {
  readonly envelope: string
  readonly errors?: string
  readonly format: 'html' | 'markdown'
  readonly output?: string
  readonly json?: true
}

/** Adds `faultline docs`. */
export function docsCommand({ command, io }: Context): void {
  command('docs')
    .description('Generate an error reference as one HTML page or Markdown')
    .argument('[codes...]', 'errors to include (default: all)')
    .option('--envelope <id>', 'envelope id, or a module that exports an envelope', 'ai-api')
    .option('--errors <module>', 'a module that exports your own error classes')
    .addOption(new Option('--format <format>', 'output format').choices(['html', 'markdown']).default('html'))
    .option('--output <file>', 'output file, overwritten if it exists (default: stdout)')
    .option('--title <title>', 'title of the page (default: the title of the envelope)')
    .option('--base-url <url>', 'base URL of the API (default: https://api.example.com)')
    .option('--path <path>', 'path of the example requests (default: /v1/chat/completions)')
    .option('--json', "print the page's data as JSON")
    .addHelpText(
      'after',
      `
Examples:
  $ faultline docs --envelope ai-api --base-url https://api.example.com --output errors.html
  $ faultline docs --envelope ./envelope.js --errors ./errors.js --format markdown > ERRORS.md`,
    )
    .action(async (codes: string[], { envelope, errors, format, output, json, ...options }: Options) => {
      const types = await loadErrors(codes, errors)
      const reference = createReference(await loadEnvelope(envelope), types, options)
      const page = json
        ? `${JSON.stringify(reference, null, 2)}\n`
        : format === 'html'
          ? toHtml(reference)
          : toMarkdown(reference)
      if (output === undefined) io.out(page)
      else await writeTextFile(output, page)
    })
}

function createReference(
  envelope: Envelope,
  errors: readonly ApiErrorClass[],
  options: ReferenceOptions,
): Reference {
  try {
    return buildReference(envelope, { ...options, errors })
  } catch (error) {
    if (error instanceof TypeError) throw new UserError(error.message)
    throw error
  }
}
