import type { Term } from './term.ts'

/** What a value may be, whatever way its schema is written. */
export interface Shape {
  /** Whether kinds that are not named here are left open: nothing was said of them. */
  readonly isOpen: boolean
  readonly scalars: ReadonlyMap<ScalarKind, Scalar>
  /** What the elements of an array may be, where it may be an array. */
  readonly items: Term | undefined
  /** The objects that it may be, each in one way. */
  readonly objects: readonly ObjectShape[]
}

export type ScalarKind = 'null' | 'boolean' | 'number' | 'string'
export type ScalarValue = null | boolean | number | string

/** What a value of one kind may be. */
export interface Scalar {
  /** The values that it is one of; undefined for any. `null` and booleans always have theirs. */
  readonly values: ReadonlySet<ScalarValue> | undefined
  /** The format of a string, or `integer`. */
  readonly form: string | undefined
}

/** One way for an object to be. */
export interface ObjectShape {
  readonly fields: ReadonlyMap<string, Term>
  readonly required: ReadonlySet<string>
  /** What fields that are not named may be. */
  readonly rest: Term
}

/** Nothing is said. */
export const ANYTHING: Shape = { isOpen: true, scalars: new Map(), items: undefined, objects: [] }

/** Nothing can be there. */
export const NOTHING: Shape = { ...ANYTHING, isOpen: false }

/** The most ways for an object to be that are told apart. */
const MOST_WAYS = 4096

/** Whether a shape says nothing. */
export function isAnything(shape: Shape): boolean {
  return shape.isOpen && shape.scalars.size === 0 && shape.items === undefined && shape.objects.length === 0
}

/** A shape of one kind of scalar. */
export function scalarShape(kind: ScalarKind, values?: Iterable<ScalarValue>, form?: string): Shape {
  return {
    ...NOTHING,
    scalars: new Map([[kind, { values: values === undefined ? undefined : new Set(values), form }]]),
  }
}

/** What is of two shapes at once. */
export function intersection(a: Shape, b: Shape): Shape {
  const scalars = new Map<ScalarKind, Scalar>()
  for (const kind of new Set([...a.scalars.keys(), ...b.scalars.keys()])) {
    const scalar = both(a.scalars.get(kind), b.scalars.get(kind), a, b, narrowed)
    if (scalar !== undefined && scalar.values?.size !== 0) scalars.set(kind, scalar)
  }
  return {
    isOpen: a.isOpen && b.isOpen,
    scalars,
    items: both(a.items, b.items, a, b, (one, other) => one.and(other)),
    objects: both(some(a.objects), some(b.objects), a, b, joined) ?? [],
  }
}

/** What is of any of some shapes. */
export function union(shapes: readonly Shape[]): Shape {
  if (shapes.length === 1) return shapes[0]!
  if (shapes.some(isAnything)) return ANYTHING
  const scalars = new Map<ScalarKind, Scalar>()
  let items: Term | undefined
  const objects = new Set<ObjectShape>()
  for (const shape of shapes) {
    for (const [kind, scalar] of shape.scalars) {
      const known = scalars.get(kind)
      scalars.set(kind, known === undefined ? scalar : widened(known, scalar))
    }
    if (shape.items !== undefined) items = items?.or(shape.items) ?? shape.items
    for (const each of shape.objects) objects.add(each)
  }
  return { isOpen: shapes.some(({ isOpen }) => isOpen), scalars, items, objects: [...objects] }
}

/** The one object that is any of several: a field is required where all of them require it. */
export function merged(objects: readonly ObjectShape[]): ObjectShape {
  const [first, ...others] = objects
  if (others.length === 0) return first!
  const fields = new Map<string, Term[]>()
  for (const each of objects) {
    for (const [name, field] of each.fields) {
      const known = fields.get(name)
      if (known === undefined) fields.set(name, [field])
      else known.push(field)
    }
  }
  return {
    fields: new Map([...fields].map(([name, [one, ...more]]) => [name, one!.or(...more)])),
    required: new Set([...first!.required].filter((name) => others.every((each) => each.required.has(name)))),
    rest: first!.rest.or(...others.map(({ rest }) => rest)),
  }
}

/** A part of a shape that both have, or that one has and the other leaves open. */
function both<Part>(
  one: Part | undefined,
  other: Part | undefined,
  a: Shape,
  b: Shape,
  join: (one: Part, other: Part) => Part,
): Part | undefined {
  if (one !== undefined && other !== undefined) return join(one, other)
  return (b.isOpen ? one : undefined) ?? (a.isOpen ? other : undefined)
}

function some<Part>(parts: readonly Part[]): readonly Part[] | undefined {
  return parts.length === 0 ? undefined : parts
}

function narrowed(a: Scalar, b: Scalar): Scalar {
  const values =
    a.values !== undefined && b.values !== undefined
      ? new Set([...a.values].filter((value) => b.values!.has(value)))
      : (a.values ?? b.values)
  return { values, form: a.form ?? b.form }
}

function widened(a: Scalar, b: Scalar): Scalar {
  return {
    values:
      a.values !== undefined && b.values !== undefined ? new Set([...a.values, ...b.values]) : undefined,
    form: a.form === b.form ? a.form : undefined,
  }
}

/** Every way of the one with every way of the other; too many are not told apart. */
function joined(a: readonly ObjectShape[], b: readonly ObjectShape[]): readonly ObjectShape[] {
  if (a.length * b.length > MOST_WAYS) return [conjunction(merged(a), merged(b))]
  return a.flatMap((one) => b.map((other) => conjunction(one, other)))
}

/**
 * An object that is of two shapes at once. Where one closes itself to fields that the other names, they are there all
 * the same: whoever joins schemas so means that.
 */
function conjunction(a: ObjectShape, b: ObjectShape): ObjectShape {
  if (a === b) return a
  const fields = new Map(a.fields)
  for (const [name, field] of b.fields) fields.set(name, fields.get(name)?.and(field) ?? field)
  return { fields, required: new Set([...a.required, ...b.required]), rest: a.rest.and(b.rest) }
}
