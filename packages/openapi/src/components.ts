import { errorClasses, resolveEnvelope, type Envelope, type EnvelopeId } from '@faultline/core'
import { exampleAnswers, toErrorClass, type ErrorClassOrCode } from './examples.ts'
import { errorResponses, type ResponseObject, type ResponsesOptions } from './responses.ts'
import { bodySchema, createVariants, toPascalCase, type SchemaObject } from './schema.ts'

/** The parts of an OpenAPI document's `components` that describe errors. */
export interface ErrorComponents {
  readonly schemas: Readonly<Record<string, SchemaObject>>
  readonly responses: Readonly<Record<string, ResponseObject>>
}

/** Reference to the body schema in the result of `errorComponents`. */
export const ERROR_SCHEMA_REF = '#/components/schemas/Error'

const SCHEMAS_PREFIX = '#/components/schemas/'

/**
 * Creates components of an OpenAPI 3.1 document: the schema of an envelope's bodies as `Error`, the schema of each wire
 * code under a name such as `ErrorModelNotFound`, and one response per error under the name of its class.
 *
 * @param envelope The wire format, or its id.
 * @param errors Error classes, including your own, or codes of the taxonomy. @default the whole taxonomy
 * @param options `schemaRef` replaces `Error` and becomes the prefix of all other names: for a document that has its own
 * `Error`, or two envelopes.
 * @throws TypeError for an unknown envelope or error, or if `schemaRef` does not refer to a schema component
 */
export function errorComponents(
  envelope: Envelope | EnvelopeId,
  errors: readonly ErrorClassOrCode[] = Object.values(errorClasses),
  { schemaRef = ERROR_SCHEMA_REF }: ResponsesOptions = {},
): ErrorComponents {
  const format = resolveEnvelope(envelope)
  const prefix = schemaRef === ERROR_SCHEMA_REF ? '' : parseSchemaRef(schemaRef)
  const responses: Record<string, ResponseObject> = {}
  for (const error of errors) {
    for (const response of Object.values(errorResponses(format, [error], { schemaRef })))
      responses[prefix + toPascalCase(toErrorClass(error).code)] ??= response
  }
  return { schemas: errorSchemas(format, errors, schemaRef), responses }
}

/** Creates the schemas that responses with this `schemaRef` refer to, by component name. */
export function errorSchemas(
  envelope: Envelope,
  errors: readonly ErrorClassOrCode[],
  schemaRef: string,
): Record<string, SchemaObject> {
  const name = parseSchemaRef(schemaRef)
  // An error without a code removes the variants of its response only, so it is left out here.
  const answers = exampleAnswers(envelope, errors).filter(
    (answer) => createVariants(envelope, [answer]) !== undefined,
  )
  const variants = createVariants(envelope, answers) ?? []
  return {
    [name]: bodySchema(envelope),
    ...Object.fromEntries(
      variants.map((variant) => [name + variant.name, { allOf: [{ $ref: schemaRef }], ...variant.schema }]),
    ),
  }
}

/** Returns the component name in a reference. */
function parseSchemaRef(schemaRef: string): string {
  const name = schemaRef.slice(SCHEMAS_PREFIX.length)
  if (!schemaRef.startsWith(SCHEMAS_PREFIX) || !/^[\w.-]+$/.test(name)) {
    throw new TypeError(
      `schemaRef must be '${SCHEMAS_PREFIX}' followed by a name, not ${JSON.stringify(schemaRef)}`,
    )
  }
  return name
}
