import type { Rule } from './change.ts'
import type { Scalar, ScalarKind, ScalarValue, Shape } from './shape.ts'

/** One difference between two scalars of a kind. */
export interface ScalarFinding {
  readonly rule: Rule
  readonly before?: unknown
  readonly after?: unknown
}

/** What changed in the scalars of kinds that both shapes have. */
export function* compareScalars(old: Shape, now: Shape): Generator<ScalarFinding> {
  for (const [kind, scalar] of old.scalars) {
    const other = now.scalars.get(kind)
    if (other === undefined || kind === 'null') continue
    if (kind === 'boolean') yield* booleans(scalar, other)
    else yield* texts(kind, scalar, other)
  }
}

function* booleans({ values: old }: Scalar, { values: now }: Scalar): Generator<ScalarFinding> {
  const [was, is] = [[...old!], [...now!]]
  if (was.length === 2 && is.length === 1) yield { rule: 'type-narrowed', before: 'boolean', after: is[0] }
  if (was.length === 1 && is.length === 2) yield { rule: 'type-widened', before: was[0], after: 'boolean' }
  if (was.length === 1 && is.length === 1 && was[0] !== is[0])
    yield { rule: 'value-removed', before: was[0], after: is[0] }
}

function* texts(kind: ScalarKind, old: Scalar, now: Scalar): Generator<ScalarFinding> {
  const lists = { before: listOf(kind, old), after: listOf(kind, now) }
  if (old.values === undefined && now.values === undefined) {
    if (kind === 'number' && old.form === 'integer' && now.form !== 'integer')
      yield { rule: 'type-widened', before: 'integer', after: 'number' }
    // A format that comes or goes makes strings stricter or less so; another one is another way to write.
    if (kind === 'string' && old.form !== undefined && now.form !== undefined && old.form !== now.form)
      yield { rule: 'format-changed', before: old.form, after: now.form }
  } else if (old.values === undefined) yield { rule: 'values-closed', ...lists }
  else if (now.values === undefined) yield { rule: 'values-opened', ...lists }
  else {
    for (const value of missing(old.values, now.values)) yield { rule: 'value-removed', before: value }
    for (const value of missing(now.values, old.values)) yield { rule: 'value-added', after: value }
  }
}

function missing(values: ReadonlySet<ScalarValue>, others: ReadonlySet<ScalarValue>): ScalarValue[] {
  return [...values].filter((value) => !others.has(value))
}

function listOf(kind: ScalarKind, { values }: Scalar): unknown {
  return values === undefined ? kind : [...values].map((value) => JSON.stringify(value)).toSorted()
}
