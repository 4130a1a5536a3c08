import { isJsonObject } from '@faultline/core'
import type { Catalog, CatalogEntry } from '../../catalog.ts'
import { createChange, createRetryableChange, mergeChanges, type Change, type Rule } from '../change.ts'
import { JsonDocument } from '../json-document.ts'
import { compareSchemas, toChange } from '../schema/compare-schemas.ts'
import { SchemaReader } from '../schema/schema-reader.ts'
import type { SchemaNode } from '../schema/value-set.ts'

/** A catalog, and its name for messages. */
export interface NamedCatalog {
  readonly name: string
  readonly catalog: Catalog
}

/** Compares two catalogs from the view of a client. */
export function compareCatalogs(before: NamedCatalog, after: NamedCatalog): Change[] {
  const codeChanges = compareErrors(before.catalog.errors, after.catalog.errors)
  const removedCodes = new Set(
    codeChanges.flatMap((change) =>
      change.rule === 'code-removed' || change.rule === 'code-renamed' ? [change.before] : [],
    ),
  )
  const schemaChanges = compareSchemas(readSchema(before), readSchema(after)).filter(
    // The change of the code already reports that its value was removed.
    (finding) => finding.rule !== 'value-removed' || !removedCodes.has(finding.before),
  )
  return mergeChanges([
    ...compareEnvelopes(before.catalog, after.catalog),
    ...codeChanges,
    ...schemaChanges.map((finding) => toChange(finding)),
  ])
}

function readSchema({ name, catalog }: NamedCatalog): SchemaNode {
  const schema = isJsonObject(catalog.schema) ? catalog.schema : {}
  return new SchemaReader(new JsonDocument(`${name}: schema`, schema)).read(schema, '#')
}

function compareEnvelopes(before: Catalog, after: Catalog): Change[] {
  const changes: Change[] = []
  const [oldId, oldMode] = before.envelope.split(':')
  const [newId, newMode] = after.envelope.split(':')
  const envelopes = { before: before.envelope, after: after.envelope }
  if (oldId !== newId) changes.push(createChange('envelope-changed', 'envelope', envelopes))
  else if (oldMode !== newMode) changes.push(createChange('mode-changed', 'envelope', envelopes))
  if (normalizeContentType(before.contentType) !== normalizeContentType(after.contentType)) {
    changes.push(
      createChange('content-type-changed', 'content-type', {
        before: before.contentType,
        after: after.contentType,
      }),
    )
  }
  return changes
}

/** Normalizes a content type for comparison. Without a charset, it is UTF-8, the charset of JSON. */
function normalizeContentType(contentType: string): string {
  const [mediaType = '', ...parameters] = contentType.toLowerCase().split(';')
  const charset = parameters
    .map((parameter) => parameter.trim())
    .find((parameter) => parameter.startsWith('charset='))
  return `${mediaType.trim()} ${charset?.slice('charset='.length).replaceAll('"', '') ?? 'utf-8'}`
}

function compareErrors(before: readonly CatalogEntry[], after: readonly CatalogEntry[]): Change[] {
  const beforeByCode = indexByCode(before)
  const afterByCode = indexByCode(after)
  return [
    ...before.flatMap((entry) => {
      const newEntry = afterByCode.get(entry.code)
      return newEntry === undefined
        ? [createChange('code-removed', entry.code, { before: entry.wire })]
        : compareEntries(entry, newEntry, beforeByCode, after)
    }),
    ...after
      .filter(({ code }) => !beforeByCode.has(code))
      .map(({ code, wire }) => createChange('code-added', code, { after: wire })),
  ]
}

function compareEntries(
  before: CatalogEntry,
  after: CatalogEntry,
  beforeByCode: ReadonlyMap<string, CatalogEntry>,
  allAfter: readonly CatalogEntry[],
): Change[] {
  const { code } = before
  const changes: Change[] = []
  const addChange = (rule: Rule, oldValue: unknown, newValue: unknown, why?: string): void => {
    changes.push(createChange(rule, code, { before: oldValue, after: newValue, why }))
  }
  if (before.wire !== after.wire) {
    const collision = allAfter.find(
      (entry) =>
        entry.code !== code &&
        entry.wire === after.wire &&
        beforeByCode.get(entry.code)?.wire !== before.wire,
    )
    const why =
      collision &&
      `Clients that look for the old code no longer find it, and cannot distinguish it from ${collision.code}.`
    addChange('code-renamed', before.wire, after.wire, why)
  }
  if (before.status !== after.status) addChange('status-changed', before.status, after.status)
  if (before.retryable !== after.retryable) changes.push(createRetryableChange(code, after.retryable))
  if (before.message !== after.message) addChange('message-changed', before.message, after.message)
  const oldHeaders = new Set(before.headers)
  const newHeaders = new Set(after.headers)
  for (const name of oldHeaders) {
    if (!newHeaders.has(name))
      changes.push(createChange('header-removed', `header ${name}`, { where: [code] }))
  }
  for (const name of newHeaders) {
    if (!oldHeaders.has(name)) changes.push(createChange('header-added', `header ${name}`, { where: [code] }))
  }
  return changes
}

function indexByCode(errors: readonly CatalogEntry[]): ReadonlyMap<string, CatalogEntry> {
  return new Map(errors.map((entry) => [entry.code, entry]))
}
