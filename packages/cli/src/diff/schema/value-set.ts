/** The values that a schema allows, independent of how the schema is written. */
export interface ValueSet {
  /** Whether values of other types than those listed here are allowed, because the schema does not restrict the type. */
  readonly isOpen: boolean
  readonly scalars: ReadonlyMap<ScalarType, ScalarSet>
  /** The elements of an array; undefined if the value cannot be an array. */
  readonly items: SchemaNode | undefined
  /** The alternatives for an object. Empty if the value cannot be an object. */
  readonly objects: readonly ObjectAlternative[]
}

export type ScalarType = 'null' | 'boolean' | 'number' | 'string'
export type ScalarValue = null | boolean | number | string

/** The allowed values of one scalar type. */
export interface ScalarSet {
  /** The allowed values; undefined for any. `null` and booleans always list theirs. */
  readonly values: ReadonlySet<ScalarValue> | undefined
  /** The format of a string, or `integer` for a number. */
  readonly format: string | undefined
}

/** One alternative for an object, such as one branch of a `oneOf`. */
export interface ObjectAlternative {
  readonly fields: ReadonlyMap<string, SchemaNode>
  readonly required: ReadonlySet<string>
  /** The values of fields that are not listed. */
  readonly additional: SchemaNode
}

/** How a node combines other nodes. */
export interface Combination {
  readonly operator: 'and' | 'or'
  readonly operands: readonly SchemaNode[]
}

/**
 * A schema, or a combination of schemas. The value set is computed on first use, since schemas may be recursive.
 * `SchemaPool` creates nodes.
 */
export interface SchemaNode {
  /** Unique in its pool. */
  readonly id: number
  /** Undefined for a node that represents a single schema. */
  readonly combination: Combination | undefined
  readonly valueSet: ValueSet
  /** The alternatives for an object, without impossible ones. If all are impossible, all are included. */
  readonly objects: readonly ObjectAlternative[]
  /** Whether every value is allowed. */
  readonly isAnything: boolean
  /** Whether no value is allowed. @param depth The number of required fields between this node and the first one. */
  isNothing(depth?: number): boolean
  /** Returns the node of the values that this node and all others allow. */
  and(...others: readonly SchemaNode[]): SchemaNode
  /** Returns the node of the values that this node or one of the others allows. */
  or(...others: readonly SchemaNode[]): SchemaNode
}

/** Allows every value. */
export const ANYTHING: ValueSet = { isOpen: true, scalars: new Map(), items: undefined, objects: [] }

/** Allows no value. */
export const NOTHING: ValueSet = { ...ANYTHING, isOpen: false }

/** Maximum number of object alternatives in an intersection. More are merged into one. */
const MAX_ALTERNATIVES = 4096

/** Whether a set allows every value. */
export function isAnything({ isOpen, scalars, items, objects }: ValueSet): boolean {
  return isOpen && scalars.size === 0 && items === undefined && objects.length === 0
}

/** Creates a set of one scalar type. Without `values`, all values of the type are allowed. */
export function createScalarSet(type: ScalarType, values?: Iterable<ScalarValue>, format?: string): ValueSet {
  return {
    ...NOTHING,
    scalars: new Map([[type, { values: values === undefined ? undefined : new Set(values), format }]]),
  }
}

/** Returns the values that both sets allow. */
export function intersect(a: ValueSet, b: ValueSet): ValueSet {
  const scalars = new Map<ScalarType, ScalarSet>()
  for (const type of new Set([...a.scalars.keys(), ...b.scalars.keys()])) {
    const scalar = intersectPart(a.scalars.get(type), b.scalars.get(type), a, b, intersectScalars)
    if (scalar !== undefined && scalar.values?.size !== 0) scalars.set(type, scalar)
  }
  return {
    isOpen: a.isOpen && b.isOpen,
    scalars,
    items: intersectPart(a.items, b.items, a, b, (first, second) => first.and(second)),
    objects: intersectPart(toNonEmpty(a.objects), toNonEmpty(b.objects), a, b, intersectAlternatives) ?? [],
  }
}

/** Returns the values that at least one of the sets allows. */
export function unite(sets: readonly ValueSet[]): ValueSet {
  const [first, ...others] = sets
  if (first !== undefined && others.length === 0) return first
  if (sets.some(isAnything)) return ANYTHING
  const scalars = new Map<ScalarType, ScalarSet>()
  let items: SchemaNode | undefined
  const objects = new Set<ObjectAlternative>()
  for (const set of sets) {
    for (const [type, scalar] of set.scalars) {
      const existing = scalars.get(type)
      scalars.set(type, existing === undefined ? scalar : uniteScalars(existing, scalar))
    }
    if (set.items !== undefined) items = items?.or(set.items) ?? set.items
    for (const object of set.objects) objects.add(object)
  }
  return { isOpen: sets.some(({ isOpen }) => isOpen), scalars, items, objects: [...objects] }
}

/** Merges alternatives to one that allows each of them. A field is required if all alternatives require it. */
export function mergeAlternatives(
  objects: readonly [ObjectAlternative, ...ObjectAlternative[]],
): ObjectAlternative {
  const [first, ...others] = objects
  if (others.length === 0) return first
  const fields = new Map<string, [SchemaNode, ...SchemaNode[]]>()
  for (const object of objects) {
    for (const [name, field] of object.fields) {
      const nodes = fields.get(name)
      if (nodes === undefined) fields.set(name, [field])
      else nodes.push(field)
    }
  }
  return {
    // All nodes of a field are combined at once: a combination per step would create many intermediate nodes.
    fields: new Map([...fields].map(([name, [node, ...more]]) => [name, node.or(...more)])),
    required: new Set(
      [...first.required].filter((name) => others.every((other) => other.required.has(name))),
    ),
    additional: first.additional.or(...others.map(({ additional }) => additional)),
  }
}

/** Whether a list has at least one element. */
export function isNonEmpty<Item>(items: readonly Item[]): items is readonly [Item, ...Item[]] {
  return items.length > 0
}

/** Intersects a part of two sets. If only one set has the part, the other must be open. */
function intersectPart<Part>(
  first: Part | undefined,
  second: Part | undefined,
  a: ValueSet,
  b: ValueSet,
  intersectBoth: (first: Part, second: Part) => Part,
): Part | undefined {
  if (first !== undefined && second !== undefined) return intersectBoth(first, second)
  return (b.isOpen ? first : undefined) ?? (a.isOpen ? second : undefined)
}

function toNonEmpty<Part>(parts: readonly Part[]): readonly [Part, ...Part[]] | undefined {
  return isNonEmpty(parts) ? parts : undefined
}

function intersectScalars(a: ScalarSet, b: ScalarSet): ScalarSet {
  const { values: other } = b
  const values =
    a.values !== undefined && other !== undefined
      ? new Set([...a.values].filter((value) => other.has(value)))
      : (a.values ?? other)
  return { values, format: a.format ?? b.format }
}

function uniteScalars(a: ScalarSet, b: ScalarSet): ScalarSet {
  return {
    values:
      a.values !== undefined && b.values !== undefined ? new Set([...a.values, ...b.values]) : undefined,
    format: a.format === b.format ? a.format : undefined,
  }
}

/** Intersects each alternative with each other one. */
function intersectAlternatives(
  a: readonly [ObjectAlternative, ...ObjectAlternative[]],
  b: readonly [ObjectAlternative, ...ObjectAlternative[]],
): readonly [ObjectAlternative, ...ObjectAlternative[]] {
  const alternatives =
    a.length * b.length > MAX_ALTERNATIVES
      ? []
      : a.flatMap((first) => b.map((second) => intersectObjects(first, second)))
  return isNonEmpty(alternatives)
    ? alternatives
    : [intersectObjects(mergeAlternatives(a), mergeAlternatives(b))]
}

/**
 * Intersects two objects. A field is kept even if the other object forbids additional fields: authors who combine
 * schemas with `allOf` usually expect that.
 */
function intersectObjects(a: ObjectAlternative, b: ObjectAlternative): ObjectAlternative {
  if (a === b) return a
  const fields = new Map(a.fields)
  for (const [name, field] of b.fields) fields.set(name, fields.get(name)?.and(field) ?? field)
  return {
    fields,
    required: new Set([...a.required, ...b.required]),
    additional: a.additional.and(b.additional),
  }
}
