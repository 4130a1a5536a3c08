import { writeFile } from 'node:fs/promises'
import type { ApiErrorClass, Envelope } from '@faultline/core'
import {
  buildReference,
  toHtml,
  toMarkdown,
  type Reference,
  type ReferenceOptions,
} from '@faultline/reference'
import { Option } from 'commander'
import { envelopeNamed, errorsNamed } from './load-module.ts'
import type { Context } from './command.ts'
import { Refusal } from './cli-io.ts'

interface Options extends Pick<ReferenceOptions, 'title' | 'baseUrl' | 'path'> {
  readonly envelope: string
  readonly errors?: string
  readonly format: 'html' | 'markdown'
  readonly output?: string
  readonly json?: true
}

/** `faultline docs`. */
export function docsCommand({ command, surroundings }: Context): void {
  command('docs')
    .description('A reference of the errors for those who call the API, as one HTML page or as Markdown')
    .argument('[codes...]', 'the errors to tell of (default: all)')
    .option('--envelope <id>', 'the envelope, or a module that exports one', 'ai-api')
    .option('--errors <module>', 'a module that exports error classes of your own')
    .addOption(new Option('--format <format>', 'what to write').choices(['html', 'markdown']).default('html'))
    .option('--output <file>', 'where to write it; what is there is replaced (default: standard output)')
    .option('--title <title>', 'the title (default: the envelope’s)')
    .option('--base-url <url>', 'where the API is (default: https://api.example.com)')
    .option('--path <path>', 'the path that examples post to (default: /v1/chat/completions)')
    .option('--json', 'print JSON: all that the page is made of')
    .addHelpText(
      'after',
      `
Examples:
  $ faultline docs --envelope ai-api --base-url https://api.example.com --output errors.html
  $ faultline docs --envelope ./envelope.js --errors ./errors.js --format markdown > ERRORS.md`,
    )
    .action(async (codes: string[], { envelope, errors, format, output, json, ...told }: Options) => {
      const types = await errorsNamed(codes, errors)
      const reference = madeOf(await envelopeNamed(envelope), types, told)
      const page = json
        ? `${JSON.stringify(reference, null, 2)}\n`
        : format === 'html'
          ? toHtml(reference)
          : toMarkdown(reference)
      if (output === undefined) surroundings.out(page)
      else await written(output, page)
    })
}

function madeOf(envelope: Envelope, errors: readonly ApiErrorClass[], told: ReferenceOptions): Reference {
  try {
    return buildReference(envelope, { ...told, errors })
  } catch (error) {
    if (error instanceof TypeError) throw new Refusal(error.message)
    throw error
  }
}

async function written(file: string, page: string): Promise<void> {
  try {
    await writeFile(file, page)
  } catch (error) {
    throw new Refusal(`${file} can't be written: ${(error as Error).message}`)
  }
}
