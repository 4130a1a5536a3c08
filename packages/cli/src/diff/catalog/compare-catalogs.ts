import type { Catalogue, CatalogueEntry } from '../../load-module.ts'
import { bodyChange } from '../body-change.ts'
import { changeOf, gathered, retryableTurned, type Change, type Rule } from '../change.ts'
import { compareShapes } from '../compare-shapes.ts'
import { JsonDocument, type JsonObject } from '../json-document.ts'
import { SchemaTerms } from '../schema-terms.ts'

/** A catalogue, and what it is called in messages. */
export interface NamedCatalogue {
  readonly name: string
  readonly catalogue: Catalogue
}

/** What changed from one catalogue to another, for those who read the answers. */
export function compareCatalogues(old: NamedCatalogue, now: NamedCatalogue): Change[] {
  const codes = compareErrors(old.catalogue.errors, now.catalogue.errors)
  const gone = new Set(codes.flatMap(({ rule, before }) => (rule.startsWith('code-re') ? [before] : [])))
  const bodies = compareShapes(termOf(old), termOf(now)).filter(
    // The code tells of it already.
    ({ rule, before }) => rule !== 'value-removed' || !gone.has(before),
  )
  return gathered([
    ...compareEnvelopes(old.catalogue, now.catalogue),
    ...codes,
    ...bodies.map((finding) => bodyChange(finding)),
  ])
}

function termOf({ name, catalogue }: NamedCatalogue) {
  const schema = catalogue.schema as JsonObject
  return new SchemaTerms(new JsonDocument(`${name}: schema`, schema)).of(schema, '#')
}

function compareEnvelopes(old: Catalogue, now: Catalogue): Change[] {
  const changes: Change[] = []
  const [[was, wasMode], [is, isMode]] = [old.envelope.split(':'), now.envelope.split(':')]
  const told = { before: old.envelope, after: now.envelope }
  if (was !== is) changes.push(changeOf('envelope-changed', 'envelope', told))
  else if (wasMode !== isMode) changes.push(changeOf('mode-changed', 'envelope', told))
  if (contentOf(old.contentType) !== contentOf(now.contentType)) {
    const types = { before: old.contentType, after: now.contentType }
    changes.push(changeOf('content-type-changed', 'content-type', types))
  }
  return changes
}

/** A content type as clients compare it: JSON is UTF-8, whether or not it is said. */
function contentOf(type: string): string {
  const [media = '', ...parameters] = type.toLowerCase().split(';')
  const charset = parameters.map((each) => each.trim()).find((each) => each.startsWith('charset='))
  return `${media.trim()} ${charset?.slice('charset='.length).replaceAll('"', '') ?? 'utf-8'}`
}

function compareErrors(old: readonly CatalogueEntry[], now: readonly CatalogueEntry[]): Change[] {
  const [before, after] = [byCode(old), byCode(now)]
  return [
    ...old.flatMap((entry) => {
      const other = after.get(entry.code)
      return other === undefined
        ? [changeOf('code-removed', entry.code, { before: entry.wire })]
        : compareEntries(entry, other, before, now)
    }),
    ...now
      .filter(({ code }) => !before.has(code))
      .map(({ code, wire }) => changeOf('code-added', code, { after: wire })),
  ]
}

function compareEntries(
  old: CatalogueEntry,
  now: CatalogueEntry,
  before: ReadonlyMap<string, CatalogueEntry>,
  all: readonly CatalogueEntry[],
): Change[] {
  const { code } = old
  const changes: Change[] = []
  const changed = (rule: Rule, was: unknown, is: unknown, why?: string): void => {
    changes.push(changeOf(rule, code, { before: was, after: is, ...(why === undefined ? {} : { why }) }))
  }
  if (old.wire !== now.wire) {
    const same = all.find(
      (each) => each.code !== code && each.wire === now.wire && before.get(each.code)?.wire !== old.wire,
    )
    const merged =
      same && `Clients that look for the old code no longer find it, and can’t tell it from ${same.code}.`
    changed('code-renamed', old.wire, now.wire, merged)
  }
  if (old.status !== now.status) changed('status-changed', old.status, now.status)
  if (old.retryable !== now.retryable) changes.push(retryableTurned(code, now.retryable))
  if (old.message !== now.message) changed('message-changed', old.message, now.message)
  const [had, has] = [new Set(old.headers), new Set(now.headers)]
  for (const name of had)
    if (!has.has(name)) changes.push(changeOf('header-removed', `header ${name}`, { where: [code] }))
  for (const name of has)
    if (!had.has(name)) changes.push(changeOf('header-added', `header ${name}`, { where: [code] }))
  return changes
}

function byCode(errors: readonly CatalogueEntry[]): ReadonlyMap<string, CatalogueEntry> {
  return new Map(errors.map((entry) => [entry.code, entry]))
}
