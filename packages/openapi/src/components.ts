import { errorClasses, type Envelope, type EnvelopeId } from '@faultline/core'
import { errorResponses, type ResponseObject, type ResponsesOptions } from './responses.ts'
import { answersOf, classOf, envelopeFrom, type ErrorClassOrCode } from './sample.ts'
import { bodySchema, variantsOf, type SchemaObject } from './schema.ts'

/** What of a document's `components` errors are made of. */
export interface ErrorComponents {
  readonly schemas: Readonly<Record<string, SchemaObject>>
  readonly responses: Readonly<Record<string, ResponseObject>>
}

/** Where `errorComponents` has the schema of a body. */
export const ERROR_SCHEMA_REF = '#/components/schemas/Error'

const SCHEMAS = '#/components/schemas/'

/**
 * Components of an OpenAPI 3.1 document: the schema of an envelope's bodies as `Error`, that of each wire code by a
 * name as `ErrorModelNotFound`, and one response for each kind of error, by its class's name.
 *
 * @param envelope The wire format, or its id.
 * @param kinds Classes, your own among them, or codes of the taxonomy. @default the whole taxonomy
 * @param options `schemaRef` takes another name for `Error`, which then is before all the other names, too: where a
 * document has an `Error` of its own, or two envelopes.
 * @throws TypeError for what is no envelope or no kind of error, and for a reference to what is no schema here
 */
export function errorComponents(
  envelope: Envelope | EnvelopeId,
  kinds: readonly ErrorClassOrCode[] = Object.values(errorClasses),
  { schemaRef = ERROR_SCHEMA_REF }: ResponsesOptions = {},
): ErrorComponents {
  const format = envelopeFrom(envelope)
  const prefix = schemaRef === ERROR_SCHEMA_REF ? '' : componentOf(schemaRef)
  const responses: Record<string, ResponseObject> = {}
  for (const kind of kinds) {
    const [response] = Object.values(errorResponses(format, [kind], { schemaRef }))
    responses[prefix + pascalCase(classOf(kind).code)] ??= response!
  }
  return { schemas: errorSchemas(format, kinds, schemaRef), responses }
}

/** The schemas that responses with a reference to a component refer to, by their names. */
export function errorSchemas(
  envelope: Envelope,
  kinds: readonly ErrorClassOrCode[],
  schemaRef: string,
): Record<string, SchemaObject> {
  const name = componentOf(schemaRef)
  // One error without a code takes its response's choice away, and no other's.
  const told = answersOf(envelope, kinds).filter((answered) => variantsOf(envelope, [answered]) !== undefined)
  const variants = variantsOf(envelope, told) ?? []
  return {
    [name]: bodySchema(envelope),
    ...Object.fromEntries(
      variants.map(({ name: code, schema }) => [name + code, { allOf: [{ $ref: schemaRef }], ...schema }]),
    ),
  }
}

/** The name of the component that a reference leads to. */
function componentOf(schemaRef: string): string {
  const name = schemaRef.slice(SCHEMAS.length)
  if (!schemaRef.startsWith(SCHEMAS) || !/^[\w.-]+$/.test(name))
    throw new TypeError(`schemaRef must be \`${SCHEMAS}\` and a name, not ${JSON.stringify(schemaRef)}`)
  return name
}

/** A code as a class is named. */
function pascalCase(code: string): string {
  return code.replaceAll(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
