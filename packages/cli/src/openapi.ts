import { ERROR_SCHEMA_REF, errorComponents, errorResponses } from '@faultline/openapi'
import { printJson, type Context } from './command.ts'
import { loadEnvelope, loadErrors } from './load-module.ts'

/** Adds `faultline openapi`. */
export function openapiCommand({ command, io }: Context): void {
  command('openapi')
    .description('Print responses and components of an OpenAPI 3.1 document as JSON')
    .argument('[codes...]', 'errors to include (default: all)')
    .option('--envelope <id>', 'envelope id, or a module that exports an envelope', 'ai-api')
    .option('--errors <module>', 'a module that exports your own error classes')
    .action(
      async (codes: string[], { envelope: id, errors: module }: { envelope: string; errors?: string }) => {
        const envelope = await loadEnvelope(id)
        const errors = await loadErrors(codes, module)
        const responses = errorResponses(envelope, errors, { schemaRef: ERROR_SCHEMA_REF })
        printJson({ responses, components: errorComponents(envelope, errors) }, io)
      },
    )
}
