import {
  errorClasses,
  resolveEnvelope,
  type ApiErrorClass,
  type Envelope,
  type EnvelopeId,
  type JsonSchema,
} from '@faultline/core'
import { getCodePlace, getCommonValue, type CodePlace } from './code-place.ts'
import { getErrorDoc } from './error-docs.ts'
import { exampleAnswers, type ErrorClassOrCode, type ExampleAnswer } from './examples.ts'

/** A schema in an OpenAPI 3.1 document: a JSON Schema, draft 2020-12, or a reference to one. */
export interface SchemaObject {
  readonly [extension: `x-${string}`]: unknown
  readonly $ref?: string
  readonly title?: string
  readonly description?: string
  readonly type?: 'object' | 'array'
  // The arrays are mutable because the types of other libraries require it.
  readonly required?: string[]
  readonly properties?: { readonly [member: string]: SchemaObject }
  readonly items?: SchemaObject
  readonly minItems?: number
  readonly const?: unknown
  readonly enum?: unknown[]
  readonly allOf?: SchemaObject[]
  readonly oneOf?: SchemaObject[]
  readonly discriminator?: {
    readonly propertyName: string
    readonly mapping: { readonly [value: string]: string }
  }
}

/** Null for a code that is null in the body, undefined for a body without a code. */
type BodyCode = string | null | undefined

/** Schema that distinguishes the bodies of one wire code from all others. */
export interface Variant {
  /** The wire code in PascalCase. */
  readonly name: string
  /** The wire codes. More than one only if their names are equal. */
  readonly codes: readonly BodyCode[]
  readonly schema: SchemaObject
}

/**
 * Creates the JSON Schema of the bodies of some errors. The schema is self-contained. A body with one of their codes
 * matches exactly one branch of its `oneOf`; a body with another code matches none.
 *
 * @param envelope The wire format, or its id.
 * @param errors Error classes, including your own, or codes of the taxonomy. @default the whole taxonomy
 * @throws TypeError for an unknown envelope or error, or if `errors` is empty
 */
export function errorSchema(
  envelope: Envelope | EnvelopeId,
  errors: readonly ErrorClassOrCode[] = Object.values(errorClasses),
): JsonSchema {
  const format = resolveEnvelope(envelope)
  const answers = exampleAnswers(format, errors)
  if (answers.length === 0) throw new TypeError('errorSchema: pass at least one error class or code')
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...inlineSchema(format, createVariants(format, answers)),
  }
}

/** Returns the schema of an envelope's bodies without `$schema`, which an OpenAPI document declares for all schemas. */
export function bodySchema({ schema }: Envelope): SchemaObject {
  const { $schema: _, ...rest } = schema
  return rest
}

/** Creates a schema without references. */
export function inlineSchema(envelope: Envelope, variants: readonly Variant[] | undefined): SchemaObject {
  const body = bodySchema(envelope)
  if (variants === undefined) return body
  const oneOf = variants.map(({ schema }) => schema)
  return 'oneOf' in body ? { allOf: [body, { oneOf }] } : { ...body, oneOf }
}

/**
 * Creates a schema that refers to components. A `discriminator` is included if the code is a string member of the body
 * itself, since OpenAPI does not allow nested members there.
 */
export function referenceSchema(
  envelope: Envelope,
  variants: readonly Variant[] | undefined,
  schemaRef: string,
): SchemaObject {
  if (variants === undefined) return { $ref: schemaRef }
  const oneOf = variants.map(({ name }) => ({ $ref: schemaRef + name }))
  const [only, ...others] = oneOf
  if (only !== undefined && others.length === 0) return only
  const [propertyName, ...nested] = getCodePlace(envelope)?.path ?? []
  const entries = variants.flatMap(({ name, codes }) =>
    codes.map((code) => ({ code, ref: schemaRef + name })),
  )
  if (typeof propertyName !== 'string' || nested.length > 0) return { oneOf }
  const mapping: Record<string, string> = {}
  for (const { code, ref } of entries) {
    if (typeof code !== 'string') return { oneOf }
    mapping[code] = ref
  }
  return { oneOf, discriminator: { propertyName, mapping } }
}

/** Creates one variant per wire code. Undefined if the bodies do not distinguish their codes. */
export function createVariants(envelope: Envelope, answers: readonly ExampleAnswer[]): Variant[] | undefined {
  const place = getCodePlace(envelope)
  if (place === undefined) return undefined
  const byName = new Map<string, { codes: Set<BodyCode>; types: ApiErrorClass[] }>()
  for (const { type, body } of answers) {
    const code = getCommonValue(body, place.path)
    if (code === undefined && place.absentWhen.length === 0) return undefined
    if (code !== undefined && code !== null && typeof code !== 'string') return undefined
    const name = toPascalCase(code ?? '') || 'WithoutCode'
    const { codes, types } = byName.get(name) ?? { codes: new Set(), types: [] }
    byName.set(name, { codes: codes.add(code), types: [...types, type] })
  }
  return [...byName].map(([name, { codes, types }]) => ({
    name,
    codes: [...codes],
    schema: {
      title: [...codes].map((code) => code ?? 'No code').join(', '),
      description: describeTypes(types),
      ...schemaForCodes(place, [...codes]),
    },
  }))
}

/** Describes error classes in Markdown. Several classes become a list with their codes. */
export function describeTypes(types: readonly ApiErrorClass[], isList = types.length > 1): string {
  return types
    .map((type) => (isList ? `- \`${type.code}\`: ` : '') + getErrorDoc(type).description)
    .join('\n')
}

/** Creates the schema of the bodies that have one of some codes. */
function schemaForCodes({ path, absentWhen }: CodePlace, codes: BodyCode[]): SchemaObject {
  const [code, ...others] = codes
  if (code === undefined) return { type: 'object', required: [...absentWhen] }
  return path.reduceRight<SchemaObject>(
    (schema, step) =>
      step === 0
        ? { type: 'array', minItems: 1, items: schema }
        : { type: 'object', required: [step], properties: { [step]: schema } },
    others.length === 0 ? { const: code } : { enum: codes },
  )
}

/** Converts a code in any letter case to PascalCase: `model_not_found` and `MODEL_NOT_FOUND` to `ModelNotFound`. */
export function toPascalCase(code: string): string {
  const isUpperCase = code === code.toUpperCase()
  return code
    .split(/[^A-Za-z0-9]+/)
    .map(
      (word) => word.slice(0, 1).toUpperCase() + (isUpperCase ? word.slice(1).toLowerCase() : word.slice(1)),
    )
    .join('')
}
