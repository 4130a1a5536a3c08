import { listLeaves } from '@faultline/openapi'
import { createChange, createRetryableChange, type Change } from '../change.ts'
import { appendField } from '../json-document.ts'
import { getEnumValues } from './compare-responses.ts'
import type { CodeExample, Operation } from './read-operations.ts'
import { formatStatus, type ResponsePair } from './response-pairs.ts'

/** The result of `compareCodes`. */
export interface CodeComparison {
  readonly changes: readonly Change[]
  /** The codes that have another status in the new operation. */
  readonly movedCodes: ReadonlySet<string>
  /** Whether a removed enum value at a path belongs to a code whose change is already reported. */
  readonly isReported: (status: string, path: string, value: unknown) => boolean
}

/** Compares the error codes of an operation by their examples with `x-retryable`, as `@faultline/openapi` writes them. */
export function compareCodes(
  before: Operation,
  after: Operation,
  pairs: readonly ResponsePair[],
): CodeComparison {
  const comparison = new CodeComparer(before, pairs)
  const oldCodes = indexCodes(before)
  const newCodes = indexCodes(after)
  for (const [code, examples] of oldCodes)
    comparison.compareCode(code, examples, newCodes.get(code) ?? new Map())
  for (const [code, examples] of newCodes) {
    if (oldCodes.has(code)) continue
    const where = [...examples.keys()].map((status) => formatPlace(after, status))
    comparison.changes.push(createChange('code-added', code, { where }))
  }
  return comparison
}

/** Creates the change of a code that moved to another status of an operation. */
export function createMove(
  code: string,
  { name }: Operation,
  from: readonly string[],
  to: readonly string[],
): Change {
  return createChange('status-changed', code, {
    where: name === '' ? [] : [name],
    before: from.map(formatStatus).join(', '),
    after: to.map(formatStatus).join(', '),
  })
}

/** Formats the name of a response: `GET /v1/models 404`. */
export function formatPlace({ name }: Operation, status: string): string {
  return `${name} ${formatStatus(status)}`.trimStart()
}

/** Whether the path of a field ends in `code`. */
export function isCodePath(path: string): boolean {
  return /(?:^|\.)code$/.test(path)
}

type ExamplesByStatus = ReadonlyMap<string, CodeExample>

/** A string in a body, and its path. */
type StringField = readonly [path: string, value: string]

/** The string fields of the old examples of a response, as JSON. */
interface ReportedFields {
  /** Fields of codes that were removed, moved or renamed. */
  readonly removed: Set<string>
  /** Fields of codes that remain. */
  readonly kept: Set<string>
}

class CodeComparer implements CodeComparison {
  readonly changes: Change[] = []
  readonly movedCodes = new Set<string>()
  readonly #before: Operation
  readonly #pairs: ReadonlyMap<string, ResponsePair>
  readonly #fields = new Map<string, ReportedFields>()

  constructor(before: Operation, pairs: readonly ResponsePair[]) {
    this.#before = before
    this.#pairs = new Map(pairs.map((pair) => [pair.status, pair]))
  }

  isReported = (status: string, path: string, value: unknown): boolean => {
    const key = JSON.stringify([path, value])
    const { removed, kept } = this.#getFields(status)
    return removed.has(key) && !kept.has(key)
  }

  /** Compares the examples of a code that the old operation has. */
  compareCode(code: string, oldExamples: ExamplesByStatus, newExamples: ExamplesByStatus): void {
    const replacementStatuses = new Set(
      [...oldExamples.keys()].flatMap((status) => [...(this.#pairs.get(status)?.after.keys() ?? [])]),
    )
    const movedTo = [...newExamples].filter(([status]) => !replacementStatuses.has(status))
    const movedFrom: string[] = []
    for (const [status, example] of oldExamples) {
      const pair = this.#pairs.get(status)
      if (pair === undefined) continue
      const newStatus = [...pair.after.keys()].find((each) => newExamples.has(each))
      if (newStatus === undefined) {
        movedFrom.push(status)
        this.#removeCode(code, example, pair, movedTo.length > 0)
      }
      const replacement = newStatus === undefined ? movedTo[0]?.[1] : newExamples.get(newStatus)
      if (replacement !== undefined)
        this.#compareExamples(code, example, replacement, pair, newStatus !== undefined)
    }
    if (movedFrom.length === 0 || movedTo.length === 0) return
    this.movedCodes.add(code)
    const to = movedTo.map(([status]) => status)
    this.changes.push(createMove(code, this.#before, movedFrom, to))
  }

  #removeCode(code: string, example: CodeExample, pair: ResponsePair, isMoved: boolean): void {
    const fields = listStringFields(example.body)
    for (const field of fields) this.#getFields(pair.status).removed.add(JSON.stringify(field))
    // If the response was removed as a whole, that is reported instead.
    if (isMoved || pair.after.size === 0) return
    this.changes.push(
      createChange('code-removed', code, {
        where: [formatPlace(this.#before, pair.status)],
        before: findWireCode(fields),
      }),
    )
  }

  #compareExamples(
    code: string,
    example: CodeExample,
    replacement: CodeExample,
    pair: ResponsePair,
    hasSameStatus: boolean,
  ): void {
    const where = [formatPlace(this.#before, pair.status)]
    const fields = listStringFields(example.body)
    const renamed = findRenamedFields(fields, listStringFields(replacement.body), pair)
    const [first] = renamed
    if (first !== undefined) {
      this.changes.push(
        createChange('code-renamed', code, { where, before: first.before, after: first.after }),
      )
    }
    if (example.isRetryable !== replacement.isRetryable)
      this.changes.push(createRetryableChange(code, replacement.isRetryable, where))
    if (!hasSameStatus) return
    const renamedPaths = new Set(renamed.map(({ path }) => path))
    const { removed, kept } = this.#getFields(pair.status)
    for (const field of fields) (renamedPaths.has(field[0]) ? removed : kept).add(JSON.stringify(field))
  }

  #getFields(status: string): ReportedFields {
    let fields = this.#fields.get(status)
    if (fields === undefined) {
      fields = { removed: new Set(), kept: new Set() }
      this.#fields.set(status, fields)
    }
    return fields
  }
}

/** Groups the examples of an operation by code, then by status. */
function indexCodes({ responses }: Operation): ReadonlyMap<string, ExamplesByStatus> {
  const codes = new Map<string, Map<string, CodeExample>>()
  for (const [status, response] of responses) {
    for (const [code, example] of response.codes)
      codes.set(code, (codes.get(code) ?? new Map<string, CodeExample>()).set(status, example))
  }
  return codes
}

/** Lists the strings in a body, except in arrays. */
function listStringFields(body: unknown): StringField[] {
  return listLeaves(body).flatMap(({ path, value }): StringField[] => {
    const keys = path.filter((key) => typeof key === 'string')
    if (typeof value !== 'string' || keys.length < path.length) return []
    return [[keys.reduce(appendField, ''), value]]
  })
}

/** Finds the wire code in a body: a field named `code`, or else `type`. */
function findWireCode(fields: readonly StringField[]): string | undefined {
  const field =
    fields.find(([path]) => isCodePath(path)) ?? fields.find(([path]) => /(?:^|\.)type$/.test(path))
  return field?.[1]
}

interface RenamedField {
  readonly path: string
  readonly before: string
  readonly after: string
}

/** Finds the changed strings that identify a code: enum fields, and fields named `code` or `type`. `code` comes first. */
function findRenamedFields(
  oldFields: readonly StringField[],
  newFields: readonly StringField[],
  { before: response }: ResponsePair,
): RenamedField[] {
  const newValues = new Map(newFields)
  const enumValues = getEnumValues(response)
  return oldFields
    .flatMap(([path, before]) => {
      const after = newValues.get(path)
      const identifiesCode = enumValues.has(path) || /(?:^|\.)(?:code|type)$/.test(path)
      return after === undefined || after === before || !identifiesCode ? [] : [{ path, before, after }]
    })
    .toSorted((a, b) => Number(isCodePath(b.path)) - Number(isCodePath(a.path)))
}
