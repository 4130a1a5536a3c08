import { fieldPath } from './field-path.ts'
import { merged, type ObjectShape, type ScalarValue } from './shape.ts'
import type { Term } from './term.ts'

/** The levels of fields that codes are looked for in. */
const DEEPEST = 4

/** A field that is one of some texts, as codes are. */
interface ClosedField {
  readonly values: ReadonlySet<ScalarValue>
  /** Whether it is always there. */
  readonly isRequired: boolean
}

/** The closed fields of an object by path; those in arrays are not among them. */
type ClosedFields = ReadonlyMap<string, ClosedField>

const fieldsOfObjects = new WeakMap<ObjectShape, ClosedFields>()
const fieldsOfTerms = new WeakMap<Term, ClosedFields>()

/** The closed fields of all objects that a value may be. */
export function closedFieldsOf(term: Term): ClosedFields {
  let fields = fieldsOfTerms.get(term)
  if (fields === undefined) {
    fields = term.objects.length === 0 ? new Map() : ofObject(merged(term.objects))
    fieldsOfTerms.set(term, fields)
  }
  return fields
}

/** A field that tells objects apart, and all the values that it has. */
export interface TellingField {
  readonly path: string
  readonly values: ReadonlySet<ScalarValue>
}

/**
 * The field that tells several objects apart: each has it closed. One that is always there is better than one that is
 * not, then more values are better than fewer.
 */
export function tellingField(objects: readonly ObjectShape[]): TellingField | undefined {
  const [first, ...others] = objects.map(ofObject)
  const found = [...first!].flatMap(([path, field]) => {
    const fields = [field, ...others.map((each) => each.get(path))]
    const values = new Set(fields.flatMap((each) => [...(each?.values ?? [])]))
    const isTelling = !fields.includes(undefined) && values.size > field.values.size
    return isTelling ? [{ path, values, isRequired: fields.every((each) => each?.isRequired) }] : []
  })
  return found.toSorted(
    (a, b) => Number(b.isRequired) - Number(a.isRequired) || b.values.size - a.values.size,
  )[0]
}

/** Whether an object may have a value at a path. */
export function admits(object: ObjectShape, path: string, value: ScalarValue): boolean {
  return ofObject(object).get(path)?.values.has(value) ?? true
}

function ofObject(object: ObjectShape): ClosedFields {
  let fields = fieldsOfObjects.get(object)
  if (fields === undefined) {
    fields = new Map(closedFields(object, '', true, DEEPEST))
    fieldsOfObjects.set(object, fields)
  }
  return fields
}

function* closedFields(
  object: ObjectShape,
  above: string,
  isAboveRequired: boolean,
  depth: number,
): Generator<[string, ClosedField]> {
  for (const [name, term] of object.fields) {
    const path = fieldPath(above, name)
    const isRequired = isAboveRequired && object.required.has(name)
    const { scalars } = term.shape
    const values = scalars.get('string')?.values
    if (values !== undefined && !scalars.has('number')) yield [path, { values, isRequired }]
    if (depth > 1 && term.objects.length > 0)
      yield* closedFields(merged(term.objects), path, isRequired, depth - 1)
  }
}
