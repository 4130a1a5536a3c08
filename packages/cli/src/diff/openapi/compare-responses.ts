import { compareSchemas, type Finding } from '../schema/compare-schemas.ts'
import { getEnumFields } from '../schema/enum-fields.ts'
import { isNonEmpty, type ScalarValue, type SchemaNode } from '../schema/value-set.ts'
import type { Response } from './read-operations.ts'

/** One difference between a response and its replacements. */
export interface ResponseFinding extends Finding {
  /** The name of the header; undefined for a finding in the body. */
  readonly header?: string
  /** The media type, if the response has several. */
  readonly media?: string | undefined
}

const findingsByResponse = new WeakMap<Response, WeakMap<Response, readonly ResponseFinding[]>>()

/** Compares a response with its replacements. */
export function compareResponses(before: Response, after: readonly Response[]): readonly ResponseFinding[] {
  const [only, ...others] = after
  if (only === undefined) return []
  if (others.length > 0) return [...findDifferences(before, after)]
  // Cached, since most operations refer to the same few responses.
  let byReplacement = findingsByResponse.get(before)
  if (byReplacement === undefined) findingsByResponse.set(before, (byReplacement = new WeakMap()))
  let findings = byReplacement.get(only)
  if (findings === undefined) byReplacement.set(only, (findings = [...findDifferences(before, after)]))
  return findings
}

const enumValuesByResponse = new WeakMap<Response, ReadonlyMap<string, ReadonlySet<ScalarValue>>>()

/** Returns the values of the enum fields in a response's bodies, by path. */
export function getEnumValues(response: Response): ReadonlyMap<string, ReadonlySet<ScalarValue>> {
  let values = enumValuesByResponse.get(response)
  if (values === undefined) {
    const byPath = new Map<string, Set<ScalarValue>>()
    for (const schema of response.content.values()) {
      for (const [path, field] of getEnumFields(schema))
        byPath.set(path, new Set([...(byPath.get(path) ?? []), ...field.values]))
    }
    enumValuesByResponse.set(response, (values = byPath))
  }
  return values
}

function* findDifferences(before: Response, after: readonly Response[]): Generator<ResponseFinding> {
  yield* compareHeaders(before, after)
  for (const [media, schema] of before.content) {
    const schemas = after.flatMap(({ content }) => findSchema(media, content) ?? [])
    if (schemas.length < after.length || !isNonEmpty(schemas)) {
      yield { rule: 'media-type-removed', path: media }
      continue
    }
    const [first, ...others] = schemas
    const shownMedia = before.content.size > 1 ? media : undefined
    for (const finding of compareSchemas(schema, first.or(...others))) yield { ...finding, media: shownMedia }
  }
  for (const media of new Set(after.flatMap(({ content }) => [...content.keys()])))
    if (findSchema(media, before.content) === undefined) yield { rule: 'media-type-added', path: media }
}

function* compareHeaders(before: Response, after: readonly Response[]): Generator<ResponseFinding> {
  for (const [header, { isRequired: wasRequired, schema }] of before.headers) {
    const replacements = after.flatMap(({ headers }) => headers.get(header) ?? [])
    const [first, ...others] = replacements
    if (first === undefined) {
      yield { rule: 'header-removed', path: '', header }
      continue
    }
    const isRequired =
      replacements.length === after.length && replacements.every((replacement) => replacement.isRequired)
    if (wasRequired && !isRequired) yield { rule: 'header-optional', path: '', header }
    if (!wasRequired && isRequired) yield { rule: 'header-required', path: '', header }
    const newSchema = first.schema.or(...others.map((other) => other.schema))
    for (const finding of compareSchemas(schema, newSchema)) yield { ...finding, header }
  }
  for (const header of new Set(after.flatMap(({ headers }) => [...headers.keys()])))
    if (!before.headers.has(header)) yield { rule: 'header-added', path: '', header }
}

/**
 * Finds the body schema of a media type: of the type itself or of a range that includes it. For a range, all included
 * types are combined.
 */
function findSchema(media: string, content: Response['content']): SchemaNode | undefined {
  const range = `${media.split('/', 1)[0]}/*`
  const schema = content.get(media) ?? content.get(range) ?? content.get('*/*')
  if (schema !== undefined || !media.endsWith('*')) return schema
  const prefix = media.slice(0, media.indexOf('*'))
  const [first, ...others] = [...content].flatMap(([name, each]) => (name.startsWith(prefix) ? [each] : []))
  return first?.or(...others)
}
