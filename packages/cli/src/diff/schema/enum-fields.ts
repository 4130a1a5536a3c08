import { appendField } from '../json-document.ts'
import {
  isNonEmpty,
  mergeAlternatives,
  type ObjectAlternative,
  type ScalarValue,
  type SchemaNode,
} from './value-set.ts'

/** Maximum depth of fields that are searched for codes. */
const MAX_DEPTH = 4

/** A string field with a list of allowed values, such as a code. */
interface EnumField {
  readonly values: ReadonlySet<ScalarValue>
  readonly isRequired: boolean
}

/** The enum fields of an object by path. Fields in arrays are not included. */
type EnumFields = ReadonlyMap<string, EnumField>

const fieldsByObject = new WeakMap<ObjectAlternative, EnumFields>()
const fieldsByNode = new WeakMap<SchemaNode, EnumFields>()

/** Lists the enum fields of all object alternatives of a schema. */
export function getEnumFields(node: SchemaNode): EnumFields {
  let fields = fieldsByNode.get(node)
  if (fields === undefined) {
    fields = isNonEmpty(node.objects) ? getFieldsOfObject(mergeAlternatives(node.objects)) : new Map()
    fieldsByNode.set(node, fields)
  }
  return fields
}

/** A field that distinguishes object alternatives, and its values in all of them. */
export interface DistinguishingField {
  readonly path: string
  readonly values: ReadonlySet<ScalarValue>
}

/**
 * Finds the field that distinguishes object alternatives: an enum field of each of them. A required field is preferred,
 * then the field with the most values.
 */
export function findDistinguishingField(
  objects: readonly ObjectAlternative[],
): DistinguishingField | undefined {
  const [first, ...others] = objects.map(getFieldsOfObject)
  if (first === undefined) return undefined
  const candidates = [...first].flatMap(([path, field]) => {
    const fields = [field, ...others.map((otherFields) => otherFields.get(path))]
    const values = new Set(fields.flatMap((each) => [...(each?.values ?? [])]))
    const isDistinguishing = !fields.includes(undefined) && values.size > field.values.size
    return isDistinguishing ? [{ path, values, isRequired: fields.every((each) => each?.isRequired) }] : []
  })
  return candidates.toSorted(
    (a, b) => Number(b.isRequired) - Number(a.isRequired) || b.values.size - a.values.size,
  )[0]
}

/** Whether an object may have a value at a path. */
export function allowsValue(object: ObjectAlternative, path: string, value: ScalarValue): boolean {
  return getFieldsOfObject(object).get(path)?.values.has(value) ?? true
}

function getFieldsOfObject(object: ObjectAlternative): EnumFields {
  let fields = fieldsByObject.get(object)
  if (fields === undefined) {
    fields = new Map(findEnumFields(object, '', true, MAX_DEPTH))
    fieldsByObject.set(object, fields)
  }
  return fields
}

function* findEnumFields(
  object: ObjectAlternative,
  parentPath: string,
  isParentRequired: boolean,
  depth: number,
): Generator<[string, EnumField]> {
  for (const [name, node] of object.fields) {
    const path = appendField(parentPath, name)
    const isRequired = isParentRequired && object.required.has(name)
    const { scalars } = node.valueSet
    const values = scalars.get('string')?.values
    if (values !== undefined && !scalars.has('number')) yield [path, { values, isRequired }]
    if (depth > 1 && isNonEmpty(node.objects))
      yield* findEnumFields(mergeAlternatives(node.objects), path, isRequired, depth - 1)
  }
}
