import { readdirSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { resolveEnvelope } from '@faultline/core'
import { describe, expect, test } from 'vitest'
import { errorDocuments, buildReference, toHtml, toMarkdown } from '../src/index.ts'
import { leavesOf, pathText, type Leaf, type Path } from '../src/leaves.ts'
import { readHtml, readMarkdown, type EntrySection, type Page } from './page.ts'

interface Documented {
  readonly id: string
  readonly codes: readonly { readonly wire: string }[]
  readonly samples: readonly { readonly body: unknown }[]
}

const spec = new URL('../../../../spec/documented/', import.meta.url)
const documents = readdirSync(spec).map(
  (file) => JSON.parse(readFileSync(new URL(file, spec), 'utf8')) as Documented,
)

/** Names of files, not facts. */
const NAMES = new Set(['id', 'seed'])

function factsOf(document: object): Leaf[] {
  return leavesOf(document).filter(({ path }) => !NAMES.has(String(path[0])))
}

/** The term under which a page tells a fact of a code; the others are in its text. */
const terms: Readonly<Record<string, string>> = {
  message: 'Message',
  retryable: 'Retry',
  recover: 'What to do',
  group: 'Group',
  field: 'Field',
  headers: 'Headers',
}

/** The facts of a document that a page lacks: those of a code where the page tells of it, others before the codes. */
function missingFrom(document: Documented, { lead, entries }: Page): string[] {
  const isThere = ({ path: [part, at, member], value }: Leaf): boolean => {
    if (part === 'samples' && member === 'body') {
      return lead.bodies.some((body) => isDeepStrictEqual(body, document.samples[Number(at)]!.body))
    }
    const section = part === 'codes' ? entries.get(document.codes[Number(at)]!.wire) : lead
    if (section === undefined) return false
    if (part === 'codes' && member === 'status') return (section as EntrySection).statuses[0] === value
    const term = part === 'codes' ? terms[String(member)] : undefined
    const text = term === undefined ? section.text : ((section as EntrySection).told.get(term) ?? '')
    return member === 'retryable'
      ? new RegExp(value === true ? '^Yes\\b' : '^No\\b').test(text)
      : text.includes(String(value).trim())
  }
  return factsOf(document)
    .filter((fact) => !isThere(fact))
    .map(({ path }) => pathText(path))
}

const pages = documents.flatMap((document) =>
  [document.id, `${document.id}:strict`].flatMap((id) => {
    const reference = buildReference(resolveEnvelope(id))
    return [
      { id, format: 'Markdown', document, page: readMarkdown(toMarkdown(reference)) },
      { id, format: 'HTML', document, page: readHtml(toHtml(reference)) },
    ]
  }),
)

test('the documents that are shipped are those of the specification, no more and no less', () => {
  const facts = documents.map(({ id, ...document }) => [
    id,
    Object.fromEntries(Object.entries(document).filter(([name]) => !NAMES.has(name))),
  ])
  expect(errorDocuments).toEqual(Object.fromEntries(facts))
})

describe.each(pages)('$id in $format', ({ document, page }) => {
  test('holds every fact of its document', () => {
    expect(missingFrom(document, page)).toEqual([])
    expect(factsOf(document).length).toBeGreaterThan(20)
  })

  test('would be missed each single fact that it said otherwise', () => {
    for (const { path, value } of factsOf(document)) {
      expect(missingFrom(changed(document, path, other(value)), page)).toContain(pathText(path))
    }
  })

  test('would be missed the facts of a code under another’s heading', () => {
    const wires = [...page.entries.keys()]
    const turned = new Map(
      wires.map((wire, at) => [wire, page.entries.get(wires[(at + 1) % wires.length]!)!]),
    )
    const missing = missingFrom(document, { ...page, entries: turned })
    for (const at of document.codes.keys()) expect(missing).toContain(`codes[${at}].description`)
  })
})

/** A fact that no page has. */
function other(value: unknown): unknown {
  if (typeof value === 'boolean') return !value
  return typeof value === 'number' ? value + 1000 : `${String(value)} ≠`
}

function changed<T>(document: T, path: Path, value: unknown): T {
  const copy = structuredClone(document)
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((each, key) => (each as Record<string, unknown>)[key], copy)
  ;(parent as Record<string, unknown>)[path.at(-1)!] = value
  return copy
}
