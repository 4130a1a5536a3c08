import { readFileSync } from 'node:fs'
import { envelopes, errorClasses, type ApiErrorClass, type Envelope } from '@faultline/core'
import { errorComponents, errorResponses } from '@faultline/openapi'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { catalogueOf } from '../src/load-module.ts'
import { compareCatalogues } from '../src/diff/catalog/compare-catalogs.ts'
import { compareDocuments } from '../src/diff/openapi/compare-documents.ts'
import { compareShapes } from '../src/diff/compare-shapes.ts'
import { JsonDocument, type JsonObject } from '../src/diff/json-document.ts'
import { SchemaTerms } from '../src/diff/schema-terms.ts'

const envelope = fc.constantFrom<Envelope>(
  ...Object.values(envelopes).flatMap((each): Envelope[] => [each, each.strict]),
)
const errors = fc.shuffledSubarray(Object.values(errorClasses), { minLength: 1 })

const catalogueChanges = (of: Envelope, old: readonly ApiErrorClass[], now: readonly ApiErrorClass[]) =>
  compareCatalogues(
    { name: 'old', catalogue: catalogueOf(of, old) },
    { name: 'new', catalogue: catalogueOf(of, now) },
  )

const documentOf = (of: Envelope, kinds: readonly ApiErrorClass[]): JsonObject =>
  structuredClone({
    openapi: '3.1.0',
    paths: { '/v1': { get: { responses: errorResponses(of, kinds) } } },
    components: errorComponents(of, kinds),
  })

const documentChanges = (old: JsonObject, now: JsonObject) =>
  compareDocuments(new JsonDocument('old', old), new JsonDocument('new', now))

/** The same value, every object's keys in another order. */
function shuffled(value: unknown, seed: number): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => shuffled(each, seed))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, each], at) => ({
    entry: [key, shuffled(each, seed)] as const,
    rank: (seed * (at + 7)) % 101,
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

/** A document of schemas that may go in circles, by fields. */
const root = fc.record({
  $defs: fc.record({
    one: fc.record({ properties: fc.record({ x: schema }) }),
    two: fc.record({ properties: fc.record({ y: schema, code: schema }), required: fc.constant(['code']) }),
  }),
  properties: fc.record({ body: schema }),
})

const termOf = (given: JsonObject) => new SchemaTerms(new JsonDocument('schema', given)).of(given, '#')

const bodyOf = (given: JsonObject) =>
  new SchemaTerms(new JsonDocument('schema', given)).of({ $ref: '#/properties/body' }, '#')

test('a catalogue is no change of itself, in whatever order', () => {
  fc.assert(
    fc.property(envelope, errors, (of, types) => {
      expect(catalogueChanges(of, types, types.toReversed())).toEqual([])
    }),
  )
})

test('a code that is gone from a catalogue always breaks clients, one that came never', () => {
  fc.assert(
    fc.property(envelope, errors, fc.nat(), (of, types, which) => {
      const fewer = types.filter((_, at) => at !== which % types.length)
      expect(catalogueChanges(of, types, fewer)).toMatchObject([{ rule: 'code-removed', isBreaking: true }])
      expect(catalogueChanges(of, fewer, types)).toMatchObject([{ rule: 'code-added', isBreaking: false }])
    }),
  )
})

test('a document is no change of itself, in whatever order its keys are', () => {
  const written = parse(readFileSync(new URL('fixtures/openapi.yaml', import.meta.url), 'utf8')) as JsonObject
  fc.assert(
    fc.property(envelope, errors, fc.nat(), (of, types, seed) => {
      for (const document of [documentOf(of, types), written])
        expect(documentChanges(document, shuffled(document, seed) as JsonObject)).toEqual([])
    }),
    { numRuns: 30 },
  )
})

test('a schema is no change of itself, in whatever order its keys are, and even where it goes in circles', () => {
  fc.assert(
    fc.property(root, fc.nat(), (given, seed) => {
      const other = shuffled(given, seed) as JsonObject
      expect(compareShapes(termOf(given), termOf(other))).toEqual([])
    }),
    { numRuns: 500 },
  )
})

test('any two schemas are compared: what is wider breaks clients, and of what is narrower only a value that is gone', () => {
  fc.assert(
    fc.property(root, root, (old, now) => {
      compareShapes(termOf(old), termOf(now))
      const body = bodyOf(old)
      fc.pre(!body.isNothing())
      const ways = [old.properties.body, { const: 'never seen' }, { type: 'null' }]
      const wider = { ...old, properties: { body: { anyOf: ways } } }
      const rules = compareShapes(termOf(old), termOf(wider)).map(({ rule }) => rule)
      if (!body.isAnything && !body.shape.scalars.has('null')) expect(rules).toContain('null-possible')
      for (const { rule } of compareShapes(termOf(wider), termOf(old)))
        expect(['type-narrowed', 'values-closed', 'value-removed', 'field-required']).toContain(rule)
    }),
    { numRuns: 500 },
  )
})
