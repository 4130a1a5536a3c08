import { readdirSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { formatPath, resolveEnvelope } from '@faultline/core'
import { listLeaves, type JsonLeaf, type JsonPath } from '@faultline/openapi'
import { describe, expect, test } from 'vitest'
import { errorDocuments, buildReference, toHtml, toMarkdown } from '../src/index.ts'
import { parseHtml, parseMarkdown, type EntrySection, type Page } from './page.ts'

/** A document in the specification. */
interface SpecDocument {
  readonly id: string
  readonly codes: readonly { readonly wire: string }[]
  readonly samples: readonly { readonly body: unknown }[]
}

const spec = new URL('../../../spec/documented/', import.meta.url)
const documents = readdirSync(spec).map(
  (file) => JSON.parse(readFileSync(new URL(file, spec), 'utf8')) as SpecDocument,
)

/** Members that are not facts of the document. */
const METADATA = new Set(['id', 'seed'])

/** Members of the retry policy that are not on a page as they are: `delaySeconds` is a formula, `by` a kind. */
const RETRY_METADATA = new Set(['by', 'delaySeconds'])

function listFacts(document: object): JsonLeaf[] {
  return listLeaves(document).filter(
    ({ path: [part, member] }) =>
      !METADATA.has(String(part)) && !(part === 'retry' && RETRY_METADATA.has(String(member))),
  )
}

/** Members of a code that a page shows under a term. Other members are in the text of the entry. */
const terms: Readonly<Record<string, string>> = {
  message: 'Message',
  retryable: 'Retry',
  recover: 'What to do',
  group: 'Group',
  field: 'Field',
  headers: 'Headers',
}

/** Lists the facts that a page lacks. Facts of a code must be in its entry, other facts before the entries. */
function findMissingFacts(document: SpecDocument, { lead, entries }: Page): string[] {
  const isShown = ({ path: [part, index, member], value }: JsonLeaf): boolean => {
    if (part === 'samples' && member === 'body') {
      return lead.bodies.some((body) => isDeepStrictEqual(body, document.samples[Number(index)]!.body))
    }
    if (part === 'retry') return (lead.facts.get('Retries') ?? '').includes(String(value))
    const section = part === 'codes' ? entries.get(document.codes[Number(index)]!.wire) : lead
    if (section === undefined) return false
    if (part === 'codes' && member === 'status') return (section as EntrySection).statuses[0] === value
    const term = part === 'codes' ? terms[String(member)] : undefined
    const text = term === undefined ? section.text : ((section as EntrySection).facts.get(term) ?? '')
    return member === 'retryable'
      ? new RegExp(value === true ? '^Yes\\b' : '^No\\b').test(text)
      : text.includes(String(value).trim())
  }
  return listFacts(document)
    .filter((fact) => !isShown(fact))
    .map(({ path }) => formatPath(path) ?? '')
}

const pages = documents.flatMap((document) =>
  [document.id, `${document.id}:strict`].flatMap((id) => {
    const reference = buildReference(resolveEnvelope(id))
    return [
      { id, format: 'Markdown', document, page: parseMarkdown(toMarkdown(reference)) },
      { id, format: 'HTML', document, page: parseHtml(toHtml(reference)) },
    ]
  }),
)

/** Names in the specification that differ in `ErrorDocument`. */
const renamed: Readonly<Record<string, string>> = { recover: 'remedy', samples: 'examples' }

function renameMember(this: unknown, _key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [renamed[name] ?? name, member]))
}

test('the shipped documents equal those of the specification', () => {
  const facts = documents.map(({ id, ...document }) => [
    id,
    // The retry policy is part of the envelope.
    Object.fromEntries(Object.entries(document).filter(([name]) => !METADATA.has(name) && name !== 'retry')),
  ])
  expect(errorDocuments).toEqual(JSON.parse(JSON.stringify(Object.fromEntries(facts)), renameMember))
})

test.each(pages)('$id in $format has the delays of its retry policy', ({ id, page }) => {
  const { delays = [] } = resolveEnvelope(id).retryPolicy ?? {}
  for (const delay of delays) expect(page.lead.facts.get('Retries')).toContain(`${delay} s`)
})

test.each(pages)('$id in $format limits the attempts of an entry as its document does', ({ page, id }) => {
  const { maxAttempts, maxAttemptsByStatus } = resolveEnvelope(id).retryPolicy ?? {}
  for (const { statuses, facts } of page.entries.values()) {
    const limit = maxAttemptsByStatus?.[statuses[0]!] ?? maxAttempts
    const retry = facts.get('Retry')!
    if (limit === undefined || retry.startsWith('No')) expect(retry).not.toContain('attempts')
    else expect(retry).toContain(`at most ${limit} attempts`)
  }
})

describe.each(pages)('$id in $format', ({ document, page }) => {
  test('contains every fact of its document', () => {
    expect(findMissingFacts(document, page)).toEqual([])
    expect(listFacts(document).length).toBeGreaterThan(20)
  })

  test('does not contain any fact with another value', () => {
    for (const { path, value } of listFacts(document)) {
      expect(findMissingFacts(withValue(document, path, changeValue(value)), page)).toContain(
        formatPath(path),
      )
    }
  })

  test('does not contain the facts of a code in the entry of another', () => {
    const codes = [...page.entries.keys()]
    const rotated = new Map(
      codes.map((code, index) => [code, page.entries.get(codes[(index + 1) % codes.length]!)!]),
    )
    const missing = findMissingFacts(document, { ...page, entries: rotated })
    for (const index of document.codes.keys()) expect(missing).toContain(`codes[${index}].description`)
  })
})

/** Returns a value that no page contains. */
function changeValue(value: unknown): unknown {
  if (typeof value === 'boolean') return !value
  return typeof value === 'number' ? value + 1000 : `${String(value)} ≠`
}

function withValue<T>(document: T, path: JsonPath, value: unknown): T {
  const copy = structuredClone(document)
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((each, key) => (each as Record<string, unknown>)[key], copy)
  ;(parent as Record<string, unknown>)[path.at(-1)!] = value
  return copy
}
