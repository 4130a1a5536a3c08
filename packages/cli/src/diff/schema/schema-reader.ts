import { isJsonObject, type Members } from '@faultline/core'
import { appendPointer, type JsonDocument } from '../json-document.ts'
import { SchemaPool } from './schema-pool.ts'
import {
  ANYTHING,
  createScalarSet,
  intersect,
  NOTHING,
  unite,
  type SchemaNode,
  type ValueSet,
} from './value-set.ts'

/** Maximum nesting of schemas without a field or array in between. */
const MAX_DEPTH = 100

const NULL = createScalarSet('null', [null])

/** The value sets of `type`, except string, object and array, which depend on other keywords. */
const scalarTypes: ReadonlyMap<string, ValueSet> = new Map([
  ['null', NULL],
  ['boolean', createScalarSet('boolean', [true, false])],
  ['number', createScalarSet('number')],
  ['integer', createScalarSet('number', undefined, 'integer')],
])

/** Keywords that do not restrict values. */
const annotations: ReadonlySet<string> = new Set([
  '$ref',
  'description',
  'summary',
  'title',
  'deprecated',
  'example',
  'examples',
  'default',
])

/** Reads the schemas of a document: JSON Schema draft 2020-12, or the dialect of OpenAPI 3.0. */
export class SchemaReader {
  readonly #document: JsonDocument
  readonly #pool = new SchemaPool()
  readonly #nodes = new Map<object, SchemaNode>()
  /** The schemas that are being read, to detect circular references. */
  readonly #reading = new Set<object>()

  constructor(document: JsonDocument) {
    this.#document = document
  }

  /** Returns the node of a schema. All references to a schema have the same node. */
  read(schema: unknown, pointer: string): SchemaNode {
    if (schema === true || schema === undefined) return this.#pool.anything
    if (schema === false) return this.#pool.nothing
    if (!isJsonObject(schema)) throw this.#document.createError(pointer, 'is not a schema')
    const { $ref } = schema
    const isPlainReference =
      this.#document.isOpenApi30 || Object.keys(schema).every((keyword) => annotations.has(keyword))
    if (typeof $ref === 'string' && isPlainReference) {
      const target = this.#document.resolveReference($ref, pointer)
      return this.#guardRecursion(schema, pointer, () => this.read(target.value, target.pointer))
    }
    let node = this.#nodes.get(schema)
    if (node === undefined) {
      node = this.#pool.createNode(() =>
        this.#guardRecursion(schema, pointer, () => this.#readValueSet(schema, pointer)),
      )
      this.#nodes.set(schema, node)
    }
    return node
  }

  /** Reads a schema. Throws if the schema is a part of itself, other than by a field or array. */
  #guardRecursion<Result>(schema: object, pointer: string, read: () => Result): Result {
    if (this.#reading.has(schema)) throw this.#document.createError(pointer, 'is a circular reference')
    if (this.#reading.size > MAX_DEPTH) throw this.#document.createError(pointer, 'is nested too deeply')
    this.#reading.add(schema)
    try {
      return read()
    } finally {
      this.#reading.delete(schema)
    }
  }

  #readValueSet(schema: Members, pointer: string): ValueSet {
    const sets = [this.#readOwnKeywords(schema, pointer)]
    const { $ref, allOf } = schema
    if (typeof $ref === 'string') {
      const target = this.#document.resolveReference($ref, pointer)
      sets.push(this.read(target.value, target.pointer).valueSet)
    }
    if (Array.isArray(allOf)) {
      for (const [index, part] of allOf.entries())
        sets.push(this.read(part, appendPointer(appendPointer(pointer, 'allOf'), index)).valueSet)
    }
    for (const keyword of ['oneOf', 'anyOf']) {
      const branches = schema[keyword]
      if (!Array.isArray(branches) || branches.length === 0) continue
      const branchesPointer = appendPointer(pointer, keyword)
      sets.push(
        unite(
          branches.map((branch, index) =>
            this.#readBranch(branch, schema, appendPointer(branchesPointer, index)),
          ),
        ),
      )
    }
    const set = sets.reduce((a, b) => intersect(a, b))
    return this.#document.isOpenApi30 && schema['nullable'] === true ? unite([set, NULL]) : set
  }

  /** Reads a branch, restricted to the values that the discriminator maps to it. */
  #readBranch(branch: unknown, { discriminator }: Members, pointer: string): ValueSet {
    const { valueSet } = this.read(branch, pointer)
    if (!isJsonObject(discriminator) || typeof discriminator['propertyName'] !== 'string') return valueSet
    const reference = isJsonObject(branch) ? branch['$ref'] : undefined
    const values = this.#document
      .listMembers(discriminator['mapping'], appendPointer(pointer, 'mapping'))
      .flatMap(([value, target]) =>
        target === reference || `#/components/schemas/${String(target)}` === reference ? [value] : [],
      )
    if (values.length === 0) return valueSet
    const field = this.#pool.createNode(() => createScalarSet('string', values))
    const restriction = {
      fields: new Map([[discriminator['propertyName'], field]]),
      required: new Set<string>(),
      additional: this.#pool.anything,
    }
    return intersect(valueSet, { ...ANYTHING, objects: [restriction] })
  }

  /** Reads the keywords of a schema without references and branches. */
  #readOwnKeywords(schema: Members, pointer: string): ValueSet {
    const { type, enum: enumValues } = schema
    const types = typeof type === 'string' ? [type] : Array.isArray(type) ? (type as unknown[]) : undefined
    const set =
      types === undefined
        ? this.#readUntyped(schema, pointer)
        : unite(types.map((name) => this.#readType(name, schema, pointer)))
    const values = Array.isArray(enumValues)
      ? enumValues
      : Object.hasOwn(schema, 'const')
        ? [schema['const']]
        : undefined
    return values === undefined
      ? set
      : intersect(unite(values.map((value) => this.#createValueSet(value))), set)
  }

  /** Reads a schema without `type`. Its keywords restrict only objects or only arrays, so other types are allowed. */
  #readUntyped(schema: Members, pointer: string): ValueSet {
    const hasAny = (...keywords: string[]): boolean =>
      keywords.some((keyword) => Object.hasOwn(schema, keyword))
    if (hasAny('properties', 'required', 'additionalProperties', 'patternProperties'))
      return { ...this.#readObject(schema, pointer), isOpen: true }
    return hasAny('items', 'prefixItems') ? { ...this.#readArray(schema, pointer), isOpen: true } : ANYTHING
  }

  #readType(type: unknown, schema: Members, pointer: string): ValueSet {
    if (type === 'object') return this.#readObject(schema, pointer)
    if (type === 'array') return this.#readArray(schema, pointer)
    const { format } = schema
    if (type === 'string')
      return createScalarSet('string', undefined, typeof format === 'string' ? format : undefined)
    const set = typeof type === 'string' ? scalarTypes.get(type) : undefined
    if (set !== undefined) return set
    throw this.#document.createError(
      appendPointer(pointer, 'type'),
      `is ${JSON.stringify(type)}, which is not a type`,
    )
  }

  #readObject(schema: Members, pointer: string): ValueSet {
    const propertiesPointer = appendPointer(pointer, 'properties')
    const fields = new Map<string, SchemaNode>()
    const required = new Set<string>()
    // Write-only fields occur only in requests.
    const writeOnly = new Set<string>()
    for (const [name, field] of this.#document.listMembers(schema['properties'], propertiesPointer)) {
      if (isJsonObject(field) && field['writeOnly'] === true) writeOnly.add(name)
      else fields.set(name, this.read(field, appendPointer(propertiesPointer, name)))
    }
    const requiredNames: unknown[] = Array.isArray(schema['required']) ? schema['required'] : []
    for (const name of requiredNames) {
      if (typeof name !== 'string' || writeOnly.has(name)) continue
      required.add(name)
      if (!fields.has(name)) fields.set(name, this.#pool.anything)
    }
    const additional = this.read(
      schema['additionalProperties'] ?? schema['unevaluatedProperties'],
      appendPointer(pointer, 'additionalProperties'),
    )
    const patternsPointer = appendPointer(pointer, 'patternProperties')
    const patterns = this.#document
      .listMembers(schema['patternProperties'], patternsPointer)
      .map(([pattern, field]) => this.read(field, appendPointer(patternsPointer, pattern)))
    return { ...NOTHING, objects: [{ fields, required, additional: additional.or(...patterns) }] }
  }

  #readArray({ items, prefixItems }: Members, pointer: string): ValueSet {
    const prefixPointer = appendPointer(pointer, 'prefixItems')
    const [first, ...others] = Array.isArray(prefixItems)
      ? prefixItems.map((item, index) => this.read(item, appendPointer(prefixPointer, index)))
      : []
    const rest = this.read(items, appendPointer(pointer, 'items'))
    if (first === undefined) return { ...NOTHING, items: rest }
    // `prefixItems` without `items`: treat further elements as absent.
    return { ...NOTHING, items: items === undefined ? first.or(...others) : first.or(...others, rest) }
  }

  /** Creates the set of a single value. */
  #createValueSet(value: unknown): ValueSet {
    if (Array.isArray(value)) {
      const items = value.map((item: unknown) => this.#pool.createNode(() => this.#createValueSet(item)))
      return { ...NOTHING, items: this.#pool.nothing.or(...items) }
    }
    if (isJsonObject(value)) {
      const fields = new Map(
        Object.entries(value).map(([name, member]) => [
          name,
          this.#pool.createNode(() => this.#createValueSet(member)),
        ]),
      )
      return {
        ...NOTHING,
        objects: [{ fields, required: new Set(fields.keys()), additional: this.#pool.nothing }],
      }
    }
    if (typeof value === 'string') return createScalarSet('string', [value])
    if (typeof value === 'boolean') return createScalarSet('boolean', [value])
    if (typeof value === 'number') {
      return createScalarSet('number', [value], Number.isInteger(value) ? 'integer' : undefined)
    }
    return NULL
  }
}
