import { errorClasses, type Envelope, type JsonSchema } from '@faultline/core'
import { errorResponses, type ResponseObject } from './responses.ts'
import { classOf, type Kind } from './sample.ts'

/** What of a document's `components` errors are made of. */
export interface ErrorComponents {
  readonly schemas: Readonly<Record<string, JsonSchema>>
  readonly responses: Readonly<Record<string, ResponseObject>>
}

/**
 * Components of an OpenAPI 3.1 document: the schema of an envelope's bodies as `Error`, and one response for each kind
 * of error, by its class's name.
 *
 * @param kinds Classes, your own among them, or codes of the taxonomy. @default the whole taxonomy
 */
export function errorComponents(
  envelope: Envelope,
  kinds: readonly Kind[] = Object.values(errorClasses),
): ErrorComponents {
  const responses: Record<string, ResponseObject> = {}
  for (const kind of kinds) {
    const [response] = Object.values(errorResponses(envelope, [kind], { schemaRef: ERROR }))
    responses[nameOf(classOf(kind).code)] = response!
  }
  return { schemas: { Error: envelope.schema }, responses }
}

/** Where `errorComponents` has the schema of a body. */
export const ERROR = '#/components/schemas/Error'

/** A code as a class is named. */
function nameOf(code: string): string {
  return code.replaceAll(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
