import { readFileSync } from 'node:fs'
import { envelopes, errorClasses, type ApiErrorClass, type Envelope, type Members } from '@faultline/core'
import { errorComponents, errorResponses } from '@faultline/openapi'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { createCatalog } from '../src/catalog.ts'
import { compareCatalogs } from '../src/diff/catalog/compare-catalogs.ts'
import { compareDocuments } from '../src/diff/openapi/compare-documents.ts'
import { JsonDocument } from '../src/diff/json-document.ts'
import { compareSchemas } from '../src/diff/schema/compare-schemas.ts'
import { SchemaReader } from '../src/diff/schema/schema-reader.ts'
import type { SchemaNode } from '../src/diff/schema/value-set.ts'

const envelope = fc.constantFrom<Envelope>(
  ...Object.values(envelopes).flatMap((normal): Envelope[] => [normal, normal.strict]),
)
const errors = fc.shuffledSubarray(Object.values(errorClasses), { minLength: 1 })

const diffCatalogs = (format: Envelope, before: readonly ApiErrorClass[], after: readonly ApiErrorClass[]) =>
  compareCatalogs(
    { name: 'old', catalog: createCatalog(format, before) },
    { name: 'new', catalog: createCatalog(format, after) },
  )

const createDocument = (format: Envelope, types: readonly ApiErrorClass[]): Members =>
  structuredClone({
    openapi: '3.1.0',
    paths: { '/v1': { get: { responses: errorResponses(format, types) } } },
    components: errorComponents(format, types),
  })

const diffDocuments = (before: Members, after: Members) =>
  compareDocuments(new JsonDocument('old', before), new JsonDocument('new', after))

/** Returns an equal value with another order of keys. */
function shuffleKeys(value: unknown, seed: number): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => shuffleKeys(item, seed))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, member], index) => ({
    entry: [key, shuffleKeys(member, seed)] as const,
    rank: (seed * (index + 7)) % 101,
  }))
  return Object.fromEntries(entries.toSorted((a, b) => a.rank - b.rank).map(({ entry }) => entry))
}

const { schema } = fc.letrec<{ schema: unknown }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom<unknown>(
      true,
      {},
      { type: 'string' },
      { type: ['integer', 'null'] },
      { type: 'boolean' },
    ),
    fc.record({ enum: fc.uniqueArray(fc.constantFrom<unknown>('a', 'b', 'c', 1, null, true)) }),
    fc.record({ const: fc.constantFrom<unknown>('a', 'b', false, { x: ['a'] }) }),
    fc.record({ $ref: fc.constantFrom('#/$defs/one', '#/$defs/two') }),
    fc.record({
      type: fc.constant('object'),
      properties: fc.dictionary(fc.constantFrom('code', 'type', 'x', 'y'), tie('schema'), { maxKeys: 3 }),
      required: fc.subarray(['code', 'type', 'x', 'y']),
      additionalProperties: fc.oneof(fc.boolean(), tie('schema')),
    }),
    fc.record({ type: fc.constant('array'), items: tie('schema') }),
    fc.record({ oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
  ),
}))

/** A document with schemas that may be recursive by fields. */
const root = fc.record({
  $defs: fc.record({
    one: fc.record({ properties: fc.record({ x: schema }) }),
    two: fc.record({ properties: fc.record({ y: schema, code: schema }), required: fc.constant(['code']) }),
  }),
  properties: fc.record({ body: schema }),
})

const readSchema = (document: Members, part: Members = document): SchemaNode =>
  new SchemaReader(new JsonDocument('schema', document)).read(part, '#')

test('a catalog has no changes from itself in another order', () => {
  fc.assert(
    fc.property(envelope, errors, (format, types) => {
      expect(diffCatalogs(format, types, types.toReversed())).toEqual([])
    }),
  )
})

test('removing a code from a catalog breaks clients, adding one does not', () => {
  fc.assert(
    fc.property(envelope, errors, fc.nat(), (format, types, which) => {
      const fewer = types.filter((_type, index) => index !== which % types.length)
      expect(diffCatalogs(format, types, fewer)).toMatchObject([{ rule: 'code-removed', isBreaking: true }])
      expect(diffCatalogs(format, fewer, types)).toMatchObject([{ rule: 'code-added', isBreaking: false }])
    }),
  )
})

test('a document has no changes from itself with another order of keys', () => {
  const fixture = parse(readFileSync(new URL('fixtures/openapi.yaml', import.meta.url), 'utf8')) as Members
  fc.assert(
    fc.property(envelope, errors, fc.nat(), (format, types, seed) => {
      for (const document of [createDocument(format, types), fixture])
        expect(diffDocuments(document, shuffleKeys(document, seed) as Members)).toEqual([])
    }),
    { numRuns: 30 },
  )
})

test('a schema has no changes from itself with another order of keys, even if it is recursive', () => {
  fc.assert(
    fc.property(root, fc.nat(), (document, seed) => {
      const other = shuffleKeys(document, seed) as Members
      expect(compareSchemas(readSchema(document), readSchema(other))).toEqual([])
    }),
    { numRuns: 500 },
  )
})

test('any two schemas can be compared; only widening or removing a value breaks clients', () => {
  fc.assert(
    fc.property(root, root, (before, after) => {
      compareSchemas(readSchema(before), readSchema(after))
      const body = readSchema(before, { $ref: '#/properties/body' })
      fc.pre(!body.isNothing())
      const branches = [before.properties.body, { const: 'a new value' }, { type: 'null' }]
      const wider = { ...before, properties: { body: { anyOf: branches } } }
      const rules = compareSchemas(readSchema(before), readSchema(wider)).map(({ rule }) => rule)
      if (!body.isAnything && !body.valueSet.scalars.has('null')) expect(rules).toContain('null-possible')
      for (const { rule } of compareSchemas(readSchema(wider), readSchema(before)))
        expect(['type-narrowed', 'values-closed', 'value-removed', 'field-required']).toContain(rule)
    }),
    { numRuns: 500 },
  )
})
