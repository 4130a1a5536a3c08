import { createChange, isBreaking, type Change, type Rule } from '../change.ts'
import { appendField } from '../json-document.ts'
import { compareScalars } from './compare-scalars.ts'
import { allowsValue, findDistinguishingField } from './enum-fields.ts'
import {
  isAnything,
  isNonEmpty,
  mergeAlternatives,
  type ObjectAlternative,
  type ScalarValue,
  type SchemaNode,
  type ValueSet,
} from './value-set.ts'

/** One difference between two schemas of a body. */
export interface Finding {
  readonly rule: Rule
  /** The path of the field; empty for the body itself. */
  readonly path: string
  readonly before?: unknown
  readonly after?: unknown
  /** The condition of the finding. */
  readonly when?: Condition | undefined
}

/** A field with a value, such as `error.code` with `RATE_LIMIT`. */
interface Condition {
  readonly path: string
  readonly value: ScalarValue
}

/** Two schemas to compare. */
interface Comparison {
  readonly before: SchemaNode
  readonly after: SchemaNode
  readonly path: string
  readonly when?: Condition | undefined
  readonly depth: number
}

/** Maximum depth of fields that are compared. */
const MAX_DEPTH = 64

/** Maximum number of enum values in a description. */
const MAX_DESCRIBED_VALUES = 4

/**
 * Compares two schemas from the view of a reader: reports values that were not possible before, and guarantees that no
 * longer hold. Each pair of schemas is compared once, at its shallowest position, so that recursive schemas terminate.
 */
export function compareSchemas(before: SchemaNode, after: SchemaNode): Finding[] {
  const findings: Finding[] = []
  const compared = new Map<SchemaNode, Set<SchemaNode>>()
  const queue: Comparison[] = []
  const enqueue = (comparison: Comparison): void => {
    if (comparison.depth > MAX_DEPTH) return
    const others = compared.get(comparison.before)
    if (others?.has(comparison.after)) return
    if (others === undefined) compared.set(comparison.before, new Set([comparison.after]))
    else others.add(comparison.after)
    queue.push(comparison)
  }
  enqueue({ before, after, path: '', depth: 0 })
  // The loop also visits comparisons that are added while it runs: a breadth-first search.
  for (const comparison of queue) new SchemaComparer(comparison, findings, enqueue).run()
  const unconditional = new Set(findings.filter(({ when }) => when === undefined).map(getKey))
  return findings.filter(
    (finding) =>
      finding.when === undefined || (isBreaking(finding.rule) && !unconditional.has(getKey(finding))),
  )
}

/**
 * Converts a finding to a change.
 *
 * @param response The affected response. @default all responses
 */
export function toChange({ rule, path, before, after, when }: Finding, response?: string): Change {
  const condition = when === undefined ? undefined : `${when.path} ${JSON.stringify(when.value)}`
  const place = [response, condition].filter((part) => part !== undefined).join(', ')
  return createChange(rule, path || 'body', { before, after, where: place === '' ? [] : [place] })
}

/** Returns a key of a finding that is independent of its condition. */
function getKey({ rule, path, before }: Finding): string {
  return JSON.stringify([rule, path, rule === 'value-removed' ? before : undefined])
}

/** Performs one comparison. Comparisons of nested schemas are added to the queue. */
class SchemaComparer {
  readonly #comparison: Comparison
  readonly #findings: Finding[]
  readonly #enqueue: (comparison: Comparison) => void

  constructor(comparison: Comparison, findings: Finding[], enqueue: (comparison: Comparison) => void) {
    this.#comparison = comparison
    this.#findings = findings
    this.#enqueue = enqueue
  }

  run(): void {
    const { before, after, path } = this.#comparison
    const [oldSet, newSet] = [before.valueSet, after.valueSet]
    if (isAnything(oldSet)) return
    if (isAnything(newSet)) {
      this.#report({ rule: 'type-widened', path, before: describe(oldSet), after: describe(newSet) })
      return
    }
    if (!this.#compareTypes(oldSet, newSet)) return
    for (const finding of compareScalars(oldSet, newSet)) {
      // The values of the field in the condition are compared with the alternatives.
      const isCondition = this.#comparison.when?.path === path && finding.rule.startsWith('value')
      if (!isCondition) this.#report({ ...finding, path })
    }
    if (oldSet.items !== undefined && newSet.items !== undefined)
      this.#compareNested(oldSet.items, newSet.items, `${path}[]`)
    this.#compareAlternatives(before.objects, after.objects)
  }

  #report(finding: Finding, when = this.#comparison.when): void {
    this.#findings.push({ ...finding, when })
  }

  #compareNested(before: SchemaNode, after: SchemaNode, path: string, when = this.#comparison.when): void {
    this.#enqueue({ before, after, path, when, depth: this.#comparison.depth + 1 })
  }

  /** Compares the types. @returns Whether a type is in both sets, so that its values can be compared */
  #compareTypes(before: ValueSet, after: ValueSet): boolean {
    const [oldTypes, newTypes] = [listTypes(before), listTypes(after)]
    const details = {
      path: this.#comparison.path,
      before: describe(before),
      after: describe(after),
    }
    const added = [...newTypes].filter((type) => !oldTypes.has(type))
    const hasCommonType = [...newTypes].some((type) => type !== 'null' && oldTypes.has(type))
    if (!hasCommonType && !isNullOnly(oldTypes) && !isNullOnly(newTypes)) {
      this.#report({ rule: 'type-changed', ...details })
      return false
    }
    if (added.includes('null')) this.#report({ rule: 'null-possible', ...details })
    if (added.some((type) => type !== 'null')) this.#report({ rule: 'type-widened', ...details })
    if ([...oldTypes].some((type) => !newTypes.has(type))) this.#report({ rule: 'type-narrowed', ...details })
    return true
  }

  /** Compares object alternatives: all of them merged, then for each value of the field that distinguishes them. */
  #compareAlternatives(before: readonly ObjectAlternative[], after: readonly ObjectAlternative[]): void {
    if (!isNonEmpty(before) || !isNonEmpty(after)) return
    const field = before.length === 1 ? undefined : findDistinguishingField(before)
    if (field === undefined) {
      this.#compareObjects(mergeAlternatives(before), mergeAlternatives(after))
      return
    }
    const selectAlternatives = (
      objects: readonly ObjectAlternative[],
      ...values: ScalarValue[]
    ): ObjectAlternative[] =>
      objects.filter((object) => values.some((value) => allowsValue(object, field.path, value)))
    const path = [this.#comparison.path, field.path].filter((part) => part !== '').join('.')
    const kept: ScalarValue[] = []
    for (const value of field.values) {
      if (selectAlternatives(after, value).length > 0) kept.push(value)
      else if (this.#comparison.when?.path !== path)
        this.#report({ rule: 'value-removed', path, before: value })
    }
    const keptBefore = selectAlternatives(before, ...kept)
    if (!isNonEmpty(keptBefore)) return
    this.#compareObjects(mergeAlternatives(keptBefore), mergeAlternatives(after))
    for (const value of kept) {
      const oldObjects = selectAlternatives(before, value)
      const newObjects = selectAlternatives(after, value)
      if (isNonEmpty(oldObjects) && isNonEmpty(newObjects))
        this.#compareObjects(mergeAlternatives(oldObjects), mergeAlternatives(newObjects), { path, value })
    }
  }

  #compareObjects(before: ObjectAlternative, after: ObjectAlternative, when = this.#comparison.when): void {
    this.#compareExistingFields(before, after, when)
    const hasAddedField = this.#compareAddedFields(before, after, when)
    this.#compareAdditionalFields(before, after, hasAddedField, when)
  }

  #compareExistingFields(
    before: ObjectAlternative,
    after: ObjectAlternative,
    when: Condition | undefined,
  ): void {
    for (const [name, field] of before.fields) {
      if (field.isNothing()) continue
      const path = appendField(this.#comparison.path, name)
      const newField = after.fields.get(name)
      if (newField === undefined || newField.isNothing()) {
        this.#report({ rule: 'field-removed', path, before: describe(field.valueSet) }, when)
        continue
      }
      const [wasRequired, isRequired] = [before.required.has(name), after.required.has(name)]
      if (wasRequired && !isRequired) this.#report({ rule: 'field-optional', path }, when)
      if (!wasRequired && isRequired) this.#report({ rule: 'field-required', path }, when)
      this.#compareNested(field, newField, path, when)
    }
  }

  /** @returns Whether a field was added */
  #compareAddedFields(
    before: ObjectAlternative,
    after: ObjectAlternative,
    when: Condition | undefined,
  ): boolean {
    let hasAddedField = false
    for (const [name, field] of after.fields) {
      if (before.fields.get(name)?.isNothing() === false || field.isNothing()) continue
      hasAddedField = true
      const path = appendField(this.#comparison.path, name)
      this.#report({ rule: 'field-added', path, after: describe(field.valueSet) }, when)
      // Clients that read all additional fields as one type read the new field like that, too.
      if (!before.additional.isNothing()) this.#compareNested(before.additional, field, path, when)
    }
    return hasAddedField
  }

  #compareAdditionalFields(
    before: ObjectAlternative,
    after: ObjectAlternative,
    hasAddedField: boolean,
    when: Condition | undefined,
  ): void {
    if (before.additional.isAnything || before.additional.isNothing()) return
    const path = appendField(this.#comparison.path, '*')
    if (!after.additional.isNothing()) this.#compareNested(before.additional, after.additional, path, when)
    else if (!hasAddedField) {
      this.#report({ rule: 'field-removed', path, before: describe(before.additional.valueSet) }, when)
    }
  }
}

function isNullOnly(types: ReadonlySet<string>): boolean {
  return [...types].every((type) => type === 'null')
}

function listTypes({ scalars, items, objects }: ValueSet): ReadonlySet<string> {
  return new Set([
    ...scalars.keys(),
    ...(items === undefined ? [] : ['array']),
    ...(objects.length === 0 ? [] : ['object']),
  ])
}

/** Describes a value set for a message: `"a" | "b"`, `integer`, `array | object`. */
function describe(set: ValueSet): string {
  if (isAnything(set)) return 'anything'
  const types = [...set.scalars].map(([type, { values, format }]) => {
    const maxValues = type === 'boolean' ? 1 : MAX_DESCRIBED_VALUES
    if (values !== undefined && type !== 'null' && values.size <= maxValues) {
      return [...values]
        .map((value) => JSON.stringify(value))
        .toSorted()
        .join(' | ')
    }
    return type === 'number' && format === 'integer' ? format : type
  })
  if (set.items !== undefined) types.push('array')
  if (set.objects.length > 0) types.push('object')
  return types.length === 0 ? 'nothing' : types.toSorted().join(' | ')
}
