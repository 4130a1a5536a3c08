import type { Rule } from '../change.ts'
import type { ScalarSet, ScalarType, ScalarValue, ValueSet } from './value-set.ts'

/** One difference between the allowed values of a scalar type. */
export interface ScalarFinding {
  readonly rule: Rule
  readonly before?: unknown
  readonly after?: unknown
}

/** Compares the scalar types that both sets allow. */
export function* compareScalars(before: ValueSet, after: ValueSet): Generator<ScalarFinding> {
  for (const [type, scalar] of before.scalars) {
    const newScalar = after.scalars.get(type)
    if (newScalar === undefined || type === 'null') continue
    if (type === 'boolean') yield* compareBooleans(scalar, newScalar)
    else yield* compareValues(type, scalar, newScalar)
  }
}

function* compareBooleans(before: ScalarSet, after: ScalarSet): Generator<ScalarFinding> {
  const oldValues = [...(before.values ?? [])]
  const newValues = [...(after.values ?? [])]
  const [oldValue] = oldValues
  const [newValue] = newValues
  if (oldValues.length === 2 && newValues.length === 1)
    yield { rule: 'type-narrowed', before: 'boolean', after: newValue }
  if (oldValues.length === 1 && newValues.length === 2)
    yield { rule: 'type-widened', before: oldValue, after: 'boolean' }
  if (oldValues.length === 1 && newValues.length === 1 && oldValue !== newValue)
    yield { rule: 'value-removed', before: oldValue, after: newValue }
}

function* compareValues(type: ScalarType, before: ScalarSet, after: ScalarSet): Generator<ScalarFinding> {
  const lists = { before: listValues(type, before), after: listValues(type, after) }
  if (before.values === undefined && after.values === undefined) yield* compareFormats(type, before, after)
  else if (before.values === undefined) yield { rule: 'values-closed', ...lists }
  else if (after.values === undefined) yield { rule: 'values-opened', ...lists }
  else {
    for (const value of subtract(before.values, after.values)) yield { rule: 'value-removed', before: value }
    for (const value of subtract(after.values, before.values)) yield { rule: 'value-added', after: value }
  }
}

function* compareFormats(
  type: ScalarType,
  { format: before }: ScalarSet,
  { format: after }: ScalarSet,
): Generator<ScalarFinding> {
  if (type === 'number' && before === 'integer' && after !== 'integer')
    yield { rule: 'type-widened', before: 'integer', after: 'number' }
  // Adding or removing a format only restricts strings more or less. Replacing one changes their notation.
  if (type === 'string' && before !== undefined && after !== undefined && before !== after)
    yield { rule: 'format-changed', before, after }
}

function subtract(values: ReadonlySet<ScalarValue>, others: ReadonlySet<ScalarValue>): ScalarValue[] {
  return [...values].filter((value) => !others.has(value))
}

function listValues(type: ScalarType, { values }: ScalarSet): unknown {
  return values === undefined ? type : [...values].map((value) => JSON.stringify(value)).toSorted()
}
