import { errorClasses, type Envelope, type EnvelopeId, type JsonSchema } from '@faultline/core'
import { getErrorDoc } from './advice.ts'
import { at, codePlaceOf, type CodePlace } from './code-place.ts'
import { answersOf, envelopeFrom, type Answered, type ErrorClassOrCode } from './sample.ts'

/** A schema in an OpenAPI 3.1 document: a JSON Schema, draft 2020-12, or a reference to one. */
export interface SchemaObject {
  readonly [extension: `x-${string}`]: unknown
  readonly $ref?: string
  readonly title?: string
  readonly description?: string
  readonly type?: 'object' | 'array'
  // Lists that can be changed: the types of other libraries ask for them.
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

type Code = string | null | undefined

/** What tells the bodies of one wire code from all others. */
export interface Variant {
  /** The wire code as a class is named. */
  readonly name: string
  /** The wire codes, null for a body's null, undefined for a body without one. More than one only if named alike. */
  readonly codes: readonly Code[]
  readonly schema: SchemaObject
}

/**
 * The JSON Schema of the bodies that some errors are sent with. It stands by itself, and tells the codes apart: a body
 * is of exactly one branch of its `oneOf`, and one with another code is of none.
 *
 * @param envelope The wire format, or its id.
 * @param kinds Classes, your own among them, or codes of the taxonomy. @default the whole taxonomy
 * @throws TypeError for what is no envelope or no kind of error, and without any kind
 */
export function errorSchema(
  envelope: Envelope | EnvelopeId,
  kinds: readonly ErrorClassOrCode[] = Object.values(errorClasses),
): JsonSchema {
  const format = envelopeFrom(envelope)
  const answers = answersOf(format, kinds)
  if (answers.length === 0) throw new TypeError('errorSchema needs an error at least: no body has none')
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...inlineSchema(format, variantsOf(format, answers)),
  }
}

/** The schema of an envelope's bodies, without the dialect: in a document that is said once, or goes without saying. */
export function bodySchema({ schema }: Envelope): SchemaObject {
  const { $schema: _, ...rest } = schema
  return rest
}

/** A schema that has all in it. */
export function inlineSchema(envelope: Envelope, variants: readonly Variant[] | undefined): SchemaObject {
  const body = bodySchema(envelope)
  if (variants === undefined) return body
  const oneOf = variants.map(({ schema }) => schema)
  return 'oneOf' in body ? { allOf: [body, { oneOf }] } : { ...body, oneOf }
}

/** A schema that refers to components. `discriminator` takes a member of the body itself, with a text. */
export function referredSchema(
  envelope: Envelope,
  variants: readonly Variant[] | undefined,
  schemaRef: string,
): SchemaObject {
  if (variants === undefined) return { $ref: schemaRef }
  const refs = variants.map(({ name }) => ({ $ref: schemaRef + name }))
  if (refs.length === 1) return refs[0]!
  const [propertyName, ...below] = codePlaceOf(envelope)?.path ?? []
  const mapping = variants.flatMap(({ name, codes }) => codes.map((code) => [code, schemaRef + name]))
  const isText = mapping.every(([code]) => typeof code === 'string')
  return typeof propertyName === 'string' && below.length === 0 && isText
    ? {
        oneOf: refs,
        discriminator: { propertyName, mapping: Object.fromEntries(mapping) as Record<string, string> },
      }
    : { oneOf: refs }
}

/** The wire codes of some answers; undefined where the bodies do not tell them apart. */
export function variantsOf(envelope: Envelope, answers: readonly Answered[]): Variant[] | undefined {
  const place = codePlaceOf(envelope)
  if (place === undefined) return undefined
  const byName = new Map<string, { codes: Set<Code>; types: Answered['type'][] }>()
  for (const { type, body } of answers) {
    const code = at(body, place.path)
    if (code === undefined && place.without.length === 0) return undefined
    if (code !== undefined && code !== null && typeof code !== 'string') return undefined
    const name = nameOf(code ?? '')
    const { codes, types } = byName.get(name) ?? { codes: new Set(), types: [] }
    byName.set(name, { codes: codes.add(code), types: [...types, type] })
  }
  return [...byName].map(([name, { codes, types }]) => ({
    name,
    codes: [...codes],
    schema: {
      title: [...codes].map((code) => code ?? 'No code').join(', '),
      description: meaningOf(types),
      ...narrowed(place, [...codes]),
    },
  }))
}

/** What some kinds mean, as Markdown; a name for each where there are several. */
function meaningOf(types: readonly Answered['type'][]): string {
  const [first, ...others] = types
  if (others.length === 0) return getErrorDoc(first!).description
  return types.map((type) => `- \`${type.code}\`: ${getErrorDoc(type).description}`).join('\n')
}

/** The schema of what has one of some codes in its place. */
function narrowed({ path, without }: CodePlace, codes: Code[]): SchemaObject {
  const [code, ...others] = codes
  if (code === undefined) return { type: 'object', required: [...without] }
  return path.reduceRight<SchemaObject>(
    (schema, step) =>
      step === 0
        ? { type: 'array', minItems: 1, items: schema }
        : { type: 'object', required: [step], properties: { [step]: schema } },
    others.length === 0 ? { const: code } : { enum: codes },
  )
}

/** A wire code as a class is named, whatever its letter case. */
function nameOf(code: string): string {
  const words = code.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
  const isUpper = code === code.toUpperCase()
  const name = words
    .map((word) => word.slice(0, 1).toUpperCase() + (isUpper ? word.slice(1).toLowerCase() : word.slice(1)))
    .join('')
  return name === '' ? 'WithoutCode' : name
}
