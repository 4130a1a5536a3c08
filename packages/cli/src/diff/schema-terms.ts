import { below, isObject, type JsonDocument, type JsonObject } from './json-document.ts'
import {
  ANYTHING,
  intersection,
  NOTHING,
  scalarShape,
  union,
  type ScalarKind,
  type ScalarValue,
  type Shape,
} from './shape.ts'
import { Pool, type Term } from './term.ts'

/** The deepest that schemas may stand in each other with no field between. */
const DEEPEST = 100

/** What the types of JSON Schema admit, but for objects and arrays. */
const scalarTypes: Readonly<Record<string, Shape>> = {
  null: scalarShape('null', [null]),
  boolean: scalarShape('boolean', [true, false]),
  number: scalarShape('number'),
  integer: scalarShape('number', undefined, 'integer'),
}

/** The terms of a document's schemas: draft 2020-12, or the dialect of OpenAPI 3.0. */
export class SchemaTerms {
  readonly #document: JsonDocument
  readonly #pool = new Pool()
  readonly #terms = new Map<object, Term>()
  readonly #open = new Set<object>()

  constructor(document: JsonDocument) {
    this.#document = document
  }

  get anything(): Term {
    return this.#pool.anything
  }

  /** The term of the schema at a place; references to one schema give the same. */
  of(given: unknown, place: string): Term {
    if (given === true || given === undefined) return this.#pool.anything
    if (given === false) return this.#pool.nothing
    const isReference = isObject(given) && typeof given['$ref'] === 'string'
    if (isReference && (this.#document.isOld || Object.keys(given).every((key) => isRemark(key)))) {
      const target = this.#document.target(given['$ref'] as string, place)
      return this.#once(given, () => this.of(target.value, target.place), place)
    }
    if (!isObject(given)) throw this.#document.refusal(place, 'is no schema')
    return this.#known(given, () =>
      this.#pool.term(() => this.#once(given, () => this.#shape(given, place), place)),
    )
  }

  #known(schema: object, make: () => Term): Term {
    let term = this.#terms.get(schema)
    if (term === undefined) {
      term = make()
      this.#terms.set(schema, term)
    }
    return term
  }

  /** Reads a schema, which must not have itself for a part. */
  #once<Read>(schema: object, read: () => Read, place: string): Read {
    if (this.#open.has(schema)) throw this.#document.refusal(place, 'refers to itself in a circle')
    if (this.#open.size > DEEPEST) throw this.#document.refusal(place, 'is nested too deeply')
    this.#open.add(schema)
    try {
      return read()
    } finally {
      this.#open.delete(schema)
    }
  }

  #shape(schema: JsonObject, place: string): Shape {
    const parts = [this.#own(schema, place)]
    const { $ref, allOf } = schema
    if (typeof $ref === 'string') {
      const target = this.#document.target($ref, place)
      parts.push(this.of(target.value, target.place).shape)
    }
    if (Array.isArray(allOf))
      for (const [at, part] of allOf.entries())
        parts.push(this.of(part, below(below(place, 'allOf'), at)).shape)
    for (const keyword of ['oneOf', 'anyOf']) {
      const ways = schema[keyword]
      if (Array.isArray(ways) && ways.length > 0)
        parts.push(union(ways.map((way, at) => this.#way(way, schema, below(below(place, keyword), at)))))
    }
    const shape = parts.reduce((a, b) => intersection(a, b))
    return this.#document.isOld && schema['nullable'] === true ? union([shape, scalarTypes['null']!]) : shape
  }

  /** One of several ways, held to the values that a discriminator maps to it. */
  #way(way: unknown, { discriminator }: JsonObject, place: string): Shape {
    const { shape } = this.of(way, place)
    if (!isObject(discriminator) || typeof discriminator['propertyName'] !== 'string') return shape
    const reference = isObject(way) ? way['$ref'] : undefined
    const values = this.#document
      .members(discriminator['mapping'], below(place, 'mapping'))
      .flatMap(([value, target]) =>
        target === reference || `#/components/schemas/${String(target)}` === reference ? [value] : [],
      )
    if (values.length === 0) return shape
    const field = this.#pool.term(() => scalarShape('string', values))
    const told = {
      fields: new Map([[discriminator['propertyName'], field]]),
      required: new Set<string>(),
      rest: this.#pool.anything,
    }
    return intersection(shape, { ...ANYTHING, objects: [told] })
  }

  /** What a schema says by itself. */
  #own(schema: JsonObject, place: string): Shape {
    const { type, enum: values, const: only } = schema
    const types = typeof type === 'string' ? [type] : Array.isArray(type) ? (type as unknown[]) : undefined
    const shape =
      types === undefined
        ? this.#untyped(schema, place)
        : union(types.map((each) => this.#ofType(each, schema, place)))
    const held = Array.isArray(values) ? values : Object.hasOwn(schema, 'const') ? [only] : undefined
    return held === undefined ? shape : intersection(union(held.map((value) => this.#value(value))), shape)
  }

  /** Keywords for objects alone, or for arrays alone, tell what is meant, and leave open what else is there. */
  #untyped(schema: JsonObject, place: string): Shape {
    const isFor = (...keywords: string[]) => keywords.some((keyword) => Object.hasOwn(schema, keyword))
    if (isFor('properties', 'required', 'additionalProperties', 'patternProperties'))
      return { ...this.#object(schema, place), isOpen: true }
    return isFor('items', 'prefixItems') ? { ...this.#array(schema, place), isOpen: true } : ANYTHING
  }

  #ofType(type: unknown, schema: JsonObject, place: string): Shape {
    if (type === 'object') return this.#object(schema, place)
    if (type === 'array') return this.#array(schema, place)
    const { format } = schema
    if (type === 'string')
      return scalarShape('string', undefined, typeof format === 'string' ? format : undefined)
    if (typeof type === 'string' && Object.hasOwn(scalarTypes, type)) return scalarTypes[type]!
    throw this.#document.refusal(below(place, 'type'), `is ${JSON.stringify(type)}, which is no type`)
  }

  #object(schema: JsonObject, place: string): Shape {
    const properties = this.#document.members(schema['properties'], below(place, 'properties'))
    // What is for requests only does not come.
    const unsent = new Set(properties.filter(([, field]) => isForRequests(field)).map(([name]) => name))
    const fields = new Map<string, Term>()
    for (const [name, field] of properties)
      if (!unsent.has(name)) fields.set(name, this.of(field, below(below(place, 'properties'), name)))
    const required = new Set<string>()
    for (const name of Array.isArray(schema['required']) ? (schema['required'] as unknown[]) : []) {
      if (typeof name !== 'string' || unsent.has(name)) continue
      required.add(name)
      if (!fields.has(name)) fields.set(name, this.#pool.anything)
    }
    const rest = this.of(
      schema['additionalProperties'] ?? schema['unevaluatedProperties'],
      below(place, 'additionalProperties'),
    )
    const patterns = below(place, 'patternProperties')
    const others = this.#document
      .members(schema['patternProperties'], patterns)
      .map(([pattern, field]) => this.of(field, below(patterns, pattern)))
    return { ...NOTHING, objects: [{ fields, required, rest: rest.or(...others) }] }
  }

  #array(schema: JsonObject, place: string): Shape {
    const { items, prefixItems } = schema
    const first = Array.isArray(prefixItems)
      ? prefixItems.map((each, at) => this.of(each, below(below(place, 'prefixItems'), at)))
      : []
    const rest = this.of(items, below(place, 'items'))
    // Beside the first elements, ones that nothing is said of are not meant.
    const [one, ...others] = first.length > 0 && items === undefined ? first : [...first, rest]
    return { ...NOTHING, items: one!.or(...others) }
  }

  #value(value: unknown): Shape {
    if (Array.isArray(value)) {
      const elements = value.map((each: unknown) => this.#pool.term(() => this.#value(each)))
      return { ...NOTHING, items: this.#pool.nothing.or(...elements) }
    }
    if (!isObject(value)) return scalarOf(value as ScalarValue)
    const fields = new Map(
      Object.entries(value).map(([name, each]) => [name, this.#pool.term(() => this.#value(each))]),
    )
    return {
      ...NOTHING,
      objects: [{ fields, required: new Set(fields.keys()), rest: this.#pool.nothing }],
    }
  }
}

function isForRequests(field: unknown): boolean {
  return isObject(field) && field['writeOnly'] === true
}

/** Whether a keyword is for people. */
function isRemark(key: string): boolean {
  return ['$ref', 'description', 'summary', 'title', 'deprecated', 'example', 'examples', 'default'].includes(
    key,
  )
}

function scalarOf(value: ScalarValue): Shape {
  const kind: ScalarKind = value === null ? 'null' : (typeof value as 'boolean' | 'number' | 'string')
  return scalarShape(kind, [value], Number.isInteger(value) ? 'integer' : undefined)
}
