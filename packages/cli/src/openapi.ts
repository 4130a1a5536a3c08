import { ERROR_SCHEMA_REF, errorComponents, errorResponses } from '@faultline/openapi'
import { envelopeNamed, errorsNamed } from './load-module.ts'
import { printJson, type Context } from './command.ts'

/** `faultline openapi`. */
export function openapiCommand({ command, surroundings }: Context): void {
  command('openapi')
    .description('Responses and components of an OpenAPI 3.1 document, as JSON')
    .argument('[codes...]', 'the errors to tell of (default: all)')
    .option('--envelope <id>', 'the envelope, or a module that exports one', 'ai-api')
    .option('--errors <module>', 'a module that exports error classes of your own')
    .action(
      async (codes: string[], { envelope: id, errors: module }: { envelope: string; errors?: string }) => {
        const envelope = await envelopeNamed(id)
        const errors = await errorsNamed(codes, module)
        const responses = errorResponses(envelope, errors, { schemaRef: ERROR_SCHEMA_REF })
        printJson({ responses, components: errorComponents(envelope, errors) }, surroundings)
      },
    )
}
