import { isBreaking, type Rule } from './change.ts'
import { admits, tellingField } from './closed-fields.ts'
import { compareScalars } from './compare-scalars.ts'
import { fieldPath } from './field-path.ts'
import { isAnything, merged, type ObjectShape, type ScalarValue, type Shape } from './shape.ts'
import type { Term } from './term.ts'

/** One difference between two shapes of a body. */
export interface Finding {
  readonly rule: Rule
  /** The path of the field; empty for the body itself. */
  readonly path: string
  readonly before?: unknown
  readonly after?: unknown
  /** What it is only so with: a field, and its value. */
  readonly when?: When | undefined
}

/** A field that has a value. */
interface When {
  readonly path: string
  readonly value: ScalarValue
}

/** Two terms of one place, to be compared. */
interface Visit {
  readonly before: Term
  readonly after: Term
  readonly path: string
  readonly when?: When | undefined
  readonly depth: number
}

/** The levels of a body that are compared. */
const DEEPEST = 64

/**
 * What changed for those who read values: what could not come before, and what they counted on. Each pair of schemas is
 * looked at once, where it is nearest, so that schemas that go in circles end.
 */
export function compareShapes(before: Term, after: Term): Finding[] {
  const found: Finding[] = []
  const seen = new Map<Term, Set<Term>>()
  const visits: Visit[] = []
  const look = (visit: Visit): void => {
    if (visit.depth > DEEPEST) return
    const others = seen.get(visit.before)
    if (others === undefined) seen.set(visit.before, new Set([visit.after]))
    else if (others.has(visit.after)) return
    else others.add(visit.after)
    visits.push(visit)
  }
  look({ before, after, path: '', depth: 0 })
  // What is found on the way is looked at after what is nearer.
  for (const visit of visits) new Comparison(visit, found, look).run()
  const general = new Set(found.filter(({ when }) => when === undefined).map(keyOf))
  return found.filter(
    (each) => each.when === undefined || (isBreaking(each.rule) && !general.has(keyOf(each))),
  )
}

/** What a finding is, whenever it is so. */
function keyOf({ rule, path, before }: Finding): string {
  return JSON.stringify([rule, path, rule === 'value-removed' ? before : undefined])
}

/** The comparison of one place. */
class Comparison {
  readonly #visit: Visit
  readonly #found: Finding[]
  readonly #look: (visit: Visit) => void

  constructor(visit: Visit, found: Finding[], look: (visit: Visit) => void) {
    this.#visit = visit
    this.#found = found
    this.#look = look
  }

  run(): void {
    const { before, after, path } = this.#visit
    const [old, now] = [before.shape, after.shape]
    if (isAnything(old)) return
    if (isAnything(now)) {
      this.#tell({ rule: 'type-widened', path, before: described(old), after: described(now) })
      return
    }
    if (!this.#kinds(old, now)) return
    for (const finding of compareScalars(old, now)) {
      const isKnown = this.#visit.when?.path === path && finding.rule.startsWith('value')
      if (!isKnown) this.#tell({ ...finding, path })
    }
    if (old.items !== undefined && now.items !== undefined) this.#further(old.items, now.items, `${path}[]`)
    this.#ways(before.objects, after.objects)
  }

  #tell(finding: Finding, when = this.#visit.when): void {
    this.#found.push({ ...finding, when })
  }

  #further(before: Term, after: Term, path: string, when = this.#visit.when): void {
    this.#look({ before, after, path, when, depth: this.#visit.depth + 1 })
  }

  /** Compares the kinds of values. @returns whether there is more to compare */
  #kinds(old: Shape, now: Shape): boolean {
    const { path } = this.#visit
    const [known, present] = [kindsOf(old), kindsOf(now)]
    const told = { path, before: described(old), after: described(now) }
    const added = [...present].filter((kind) => !known.has(kind))
    const isSame = [...present].some((kind) => kind !== 'null' && known.has(kind))
    if (!isSame && !isNullOnly(known) && !isNullOnly(present)) {
      this.#tell({ rule: 'type-changed', ...told })
      return false
    }
    if (added.includes('null')) this.#tell({ rule: 'null-possible', ...told })
    if (added.some((kind) => kind !== 'null')) this.#tell({ rule: 'type-widened', ...told })
    if ([...known].some((kind) => !present.has(kind))) this.#tell({ rule: 'type-narrowed', ...told })
    return true
  }

  /** Compares objects that may each be in several ways: as a whole, then for each value that tells them apart. */
  #ways(old: readonly ObjectShape[], now: readonly ObjectShape[]): void {
    if (old.length === 0 || now.length === 0) return
    const telling = old.length === 1 ? undefined : tellingField(old)
    if (telling === undefined) {
      this.#objects(merged(old), merged(now))
      return
    }
    const within = (objects: readonly ObjectShape[], ...values: ScalarValue[]): ObjectShape[] =>
      objects.filter((each) => values.some((value) => admits(each, telling.path, value)))
    const path = [this.#visit.path, telling.path].filter((part) => part !== '').join('.')
    const kept: ScalarValue[] = []
    for (const value of telling.values) {
      if (within(now, value).length > 0) kept.push(value)
      else if (this.#visit.when?.path !== path) this.#tell({ rule: 'value-removed', path, before: value })
    }
    if (kept.length === 0) return
    this.#objects(merged(within(old, ...kept)), merged(now))
    for (const value of kept)
      this.#objects(merged(within(old, value)), merged(within(now, value)), { path, value })
  }

  #objects(old: ObjectShape, now: ObjectShape, when = this.#visit.when): void {
    const { path: above } = this.#visit
    for (const [name, field] of old.fields) {
      if (field.isNothing()) continue
      const path = fieldPath(above, name)
      const other = now.fields.get(name)
      if (other === undefined || other.isNothing()) {
        this.#tell({ rule: 'field-removed', path, before: described(field.shape) }, when)
        continue
      }
      const [was, is] = [old.required.has(name), now.required.has(name)]
      if (was && !is) this.#tell({ rule: 'field-optional', path }, when)
      if (!was && is) this.#tell({ rule: 'field-required', path }, when)
      this.#further(field, other, path, when)
    }
    let isAdded = false
    for (const [name, field] of now.fields) {
      if (old.fields.get(name)?.isNothing() === false || field.isNothing()) continue
      isAdded = true
      const path = fieldPath(above, name)
      this.#tell({ rule: 'field-added', path, after: described(field.shape) }, when)
      // Whoever reads all fields as of one kind reads this one so, too.
      if (!old.rest.isNothing()) this.#further(old.rest, field, path, when)
    }
    if (old.rest.isAnything || old.rest.isNothing()) return
    const path = fieldPath(above, '*')
    if (!now.rest.isNothing()) this.#further(old.rest, now.rest, path, when)
    else if (!isAdded) this.#tell({ rule: 'field-removed', path, before: described(old.rest.shape) }, when)
  }
}

function isNullOnly(kinds: ReadonlySet<string>): boolean {
  return [...kinds].every((kind) => kind === 'null')
}

function kindsOf({ scalars, items, objects }: Shape): ReadonlySet<string> {
  return new Set([
    ...scalars.keys(),
    ...(items === undefined ? [] : ['array']),
    ...(objects.length === 0 ? [] : ['object']),
  ])
}

/** A shape in a few words. */
function described(shape: Shape): string {
  if (isAnything(shape)) return 'anything'
  const words = [...shape.scalars].map(([kind, { values, form }]) => {
    const isWhole = values === undefined || kind === 'null' || values.size > (kind === 'boolean' ? 1 : 4)
    if (!isWhole)
      return [...values]
        .map((value) => JSON.stringify(value))
        .toSorted()
        .join(' | ')
    return kind === 'number' && form === 'integer' ? form : kind
  })
  if (shape.items !== undefined) words.push('array')
  if (shape.objects.length > 0) words.push('object')
  return words.length === 0 ? 'nothing' : words.toSorted().join(' | ')
}
