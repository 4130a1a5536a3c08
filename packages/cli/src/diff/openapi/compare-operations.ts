import { groupBy } from '../../group-by.ts'
import { createChange, type Change } from '../change.ts'
import { toChange } from '../schema/compare-schemas.ts'
import type { ScalarValue } from '../schema/value-set.ts'
import { compareCodes, createMove, formatPlace, isCodePath } from './compare-codes.ts'
import { compareResponses, getEnumValues, type ResponseFinding } from './compare-responses.ts'
import type { Operation, Response } from './read-operations.ts'
import {
  findCoveringStatus,
  formatStatus,
  listAddedStatuses,
  pairResponses,
  type ResponsePair,
} from './response-pairs.ts'

/** Compares the error responses of an operation. */
export function compareOperations(before: Operation, after: Operation): Change[] {
  const pairs = pairResponses(before, after)
  const { changes: codeChanges, movedCodes, isReported } = compareCodes(before, after, pairs)
  const changes = [...codeChanges]
  const moves: Move[] = []
  const recordMove = (field: FieldValue, pair: ResponsePair): boolean => {
    const to = findNewStatus(field, pair, before, after)
    if (to !== undefined) moves.push({ ...field, from: pair.status, to })
    return to !== undefined
  }
  for (const pair of pairs) {
    const { status, before: response, after: replacements } = pair
    if (replacements.size === 0) {
      const codes = [...response.codes.keys()]
      if (codes.length > 0) {
        if (!codes.every((code) => movedCodes.has(code)))
          changes.push(
            createChange('response-removed', formatStatus(status), { ...locate(before), before: codes }),
          )
      } else {
        const fields = findUniqueValues(before, pair)
        const remaining = fields.filter((field) => !recordMove(field, pair))
        if (fields.length === 0 || remaining.length > 0)
          changes.push(createChange('response-removed', formatStatus(status), locate(before)))
      }
    }
    for (const finding of compareResponses(response, [...replacements.values()])) {
      const { rule, path, before: value, header } = finding
      if (rule === 'value-removed' && header === undefined) {
        if (isReported(status, path, value)) continue
        if (typeof value === 'string' && recordMove({ path, value }, pair)) continue
      }
      changes.push(toResponseChange(finding, formatPlace(before, status)))
    }
  }
  for (const status of listAddedStatuses(before, after))
    changes.push(createChange('response-added', formatStatus(status), locate(after)))
  return [...changes, ...createMoves(moves, before)]
}

/** A value of an enum field in a body. */
interface FieldValue {
  readonly path: string
  readonly value: ScalarValue
}

/** A value that has another status in the new operation. */
interface Move extends FieldValue {
  readonly from: string
  readonly to: string
}

function locate({ name }: Operation): { readonly where: readonly string[] } {
  return { where: name === '' ? [] : [name] }
}

function toResponseChange(finding: ResponseFinding, place: string): Change {
  const { rule, path, before, after, header, media } = finding
  if (header === undefined) return toChange(finding, media === undefined ? place : `${place} ${media}`)
  const what = [`header ${header}`, path].filter((part) => part !== '').join(' ')
  return createChange(rule, what, { before, after, where: [place] })
}

/** Finds the enum values that only one response of an operation has, in the field that is most likely the code. */
function findUniqueValues({ responses }: Operation, { status, before }: ResponsePair): FieldValue[] {
  const others = [...responses]
    .filter(([otherStatus]) => otherStatus !== status)
    .map(([, response]) => getEnumValues(response))
  const fields = [...getEnumValues(before)]
    .map(([path, values]) => ({
      path,
      values: [...values].filter((value) => !others.some((each) => each.get(path)?.has(value))),
    }))
    .filter(({ values }) => values.length > 0)
  const field = fields.find(({ path }) => isCodePath(path)) ?? fields[0]
  return field === undefined ? [] : field.values.map((value) => ({ path: field.path, value }))
}

/** Finds a status that has a value in the new operation only. */
function findNewStatus(
  { path, value }: FieldValue,
  pair: ResponsePair,
  before: Operation,
  after: Operation,
): string | undefined {
  const hasValue = (response: Response | undefined): boolean =>
    response !== undefined && getEnumValues(response).get(path)?.has(value) === true
  return [...after.responses.keys()].find((status) => {
    const oldResponse = before.responses.get(findCoveringStatus(status, before) ?? '')
    return !pair.after.has(status) && hasValue(after.responses.get(status)) && !hasValue(oldResponse)
  })
}

/** Creates one change per moved code. Of several fields that moved with a code, the code field is reported. */
function createMoves(moves: readonly Move[], operation: Operation): Change[] {
  const groups = groupBy(moves, ({ from, to }) => `${from} ${to}`)
  return [...groups.values()].flatMap((group) => {
    const reported = group.find(({ path }) => isCodePath(path)) ?? group[0]
    return group
      .filter(({ path }) => path === reported?.path)
      .map(({ value, from, to }) => createMove(String(value), operation, [from], [to]))
  })
}
