import { changeOf, type Change } from '../change.ts'
import { bodyChange } from '../body-change.ts'
import { compareCodes, isCode, movedTo, placeOf } from '../catalog/compare-codes.ts'
import { closedValuesOf, compareResponses, type ResponseFinding } from './compare-responses.ts'
import type { Operation, Response } from './operations.ts'
import { addedStatuses, coverOf, responsePairs, writtenStatus, type Pair } from './response-pairs.ts'
import type { ScalarValue } from '../shape.ts'

/** What changed in how an operation fails. */
export function compareOperations(old: Operation, now: Operation): Change[] {
  const pairs = responsePairs(old, now)
  const compared = compareCodes(old, now, pairs)
  const changes = [...compared.changes]
  const moves: Move[] = []
  for (const pair of pairs) {
    const { status, before, after } = pair
    if (after.size === 0) {
      const examples = [...before.codes.keys()]
      const values = examples.length === 0 ? specificValues(old, pair) : []
      const left = values.filter((value) => !isMoved(value, pair, old, now, moves))
      const isAllMoved =
        examples.length === 0
          ? values.length > 0 && left.length === 0
          : examples.every((code) => compared.moved.has(code))
      const codes = examples.length === 0 ? {} : { before: examples }
      if (!isAllMoved)
        changes.push(changeOf('response-removed', writtenStatus(status), { ...placed(old), ...codes }))
    }
    for (const finding of compareResponses(before, [...after.values()])) {
      const { rule, path, before: value, header } = finding
      if (rule === 'value-removed' && header === undefined) {
        if (compared.isTold(status, path, value)) continue
        if (typeof value === 'string' && isMoved({ path, value }, pair, old, now, moves)) continue
      }
      changes.push(responseChange(finding, placeOf(old, status)))
    }
  }
  for (const status of addedStatuses(old, now))
    changes.push(changeOf('response-added', writtenStatus(status), placed(now)))
  return [...changes, ...toldMoves(moves, old)]
}

/** A text at a path of bodies. */
interface Valued {
  readonly path: string
  readonly value: ScalarValue
}

/** A text that is under another status now. */
interface Move extends Valued {
  readonly from: string
  readonly to: string
}

function placed({ name }: Operation): { readonly where: readonly string[] } {
  return { where: name === '' ? [] : [name] }
}

function responseChange(finding: ResponseFinding, place: string): Change {
  const { rule, path, before, after, header, media } = finding
  if (header === undefined) return bodyChange(finding, media === undefined ? place : `${place} ${media}`)
  const what = [`header ${header}`, path].filter((part) => part !== '').join(' ')
  return changeOf(rule, what, { before, after, where: [place] })
}

/** The texts that only one response of an operation has, in the field that tells the most of its failures. */
function specificValues({ responses }: Operation, { status, before }: Pair): Valued[] {
  const others = [...responses]
    .filter(([other]) => other !== status)
    .map(([, other]) => closedValuesOf(other))
  const fields = [...closedValuesOf(before)]
    .map(([path, values]) => ({
      path,
      values: [...values].filter((value) => !others.some((each) => each.get(path)?.has(value))),
    }))
    .filter(({ values }) => values.length > 0)
  const field = fields.find(({ path }) => isCode(path)) ?? fields[0]
  return field === undefined ? [] : field.values.map((value) => ({ path: field.path, value }))
}

/** Whether a text is under a status now that it was not under before; if so, it is noted. */
function isMoved(valued: Valued, pair: Pair, old: Operation, now: Operation, moves: Move[]): boolean {
  const has = (response: Response | undefined): boolean =>
    response !== undefined && closedValuesOf(response).get(valued.path)?.has(valued.value) === true
  for (const [to, response] of now.responses) {
    const was = old.responses.get(coverOf(to, old) ?? '')
    if (pair.after.has(to) || !has(response) || has(was)) continue
    moves.push({ ...valued, from: pair.status, to })
    return true
  }
  return false
}

/** The moves, each told by one field: that of the code, where there is one. */
function toldMoves(moves: readonly Move[], operation: Operation): Change[] {
  const byWay = new Map<string, Move[]>()
  for (const move of moves) {
    const way = `${move.from} ${move.to}`
    byWay.set(way, [...(byWay.get(way) ?? []), move])
  }
  return [...byWay.values()].flatMap((some) => {
    const { path } = some.find((move) => isCode(move.path)) ?? some[0]!
    return some
      .filter((move) => move.path === path)
      .map(({ value, from, to }) => movedTo(String(value), operation, [from], [to]))
  })
}
