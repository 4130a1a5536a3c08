import { changeOf, retryableTurned, type Change } from '../change.ts'
import { closedValuesOf } from '../openapi/compare-responses.ts'
import { fieldPath } from '../field-path.ts'
import { isObject } from '../json-document.ts'
import type { CodeExample, Operation } from '../openapi/operations.ts'
import { writtenStatus, type Pair } from '../openapi/response-pairs.ts'

/** What changed in the codes that examples tell of. */
export interface CodeComparison {
  readonly changes: readonly Change[]
  /** Whether a value's end at a path of a status's bodies is that of a code that was told of. */
  readonly isTold: (status: string, path: string, value: unknown) => boolean
  /** The codes that are under another status now. */
  readonly moved: ReadonlySet<string>
}

/** Compares the codes that examples with `x-retryable` tell of, as `@faultline/openapi` writes them. */
export function compareCodes(old: Operation, now: Operation, pairs: readonly Pair[]): CodeComparison {
  const changes: Change[] = []
  const moved = new Set<string>()
  const told = new Map(
    pairs.map(({ status }) => [status, { gone: new Set<string>(), kept: new Set<string>() }]),
  )
  const [before, after] = [codesOf(old), codesOf(now)]
  const pairOf = new Map(pairs.map((pair) => [pair.status, pair]))
  for (const [code, examples] of before) {
    const others = after.get(code) ?? new Map<string, CodeExample>()
    const heirs = new Set([...examples.keys()].flatMap((status) => [...pairOf.get(status)!.after.keys()]))
    const news = [...others].filter(([status]) => !heirs.has(status))
    const left: string[] = []
    for (const [status, example] of examples) {
      const pair = pairOf.get(status)!
      const at = [...pair.after.keys()].find((each) => others.has(each))
      const leaves = leavesOf(example.body)
      const { gone, kept } = told.get(status)!
      const heir = at === undefined ? news[0]?.[1] : others.get(at)!
      if (at === undefined) {
        left.push(status)
        for (const leaf of leaves) gone.add(JSON.stringify(leaf))
        // That the whole response is gone says it.
        if (news.length === 0 && pair.after.size > 0)
          changes.push(
            changeOf('code-removed', code, { where: [placeOf(old, status)], before: wireOf(leaves) }),
          )
      }
      if (heir === undefined) continue
      const where = [placeOf(old, status)]
      const renamed = renamedLeaves(leaves, leavesOf(heir.body), pair)
      const [first] = renamed
      if (first !== undefined)
        changes.push(changeOf('code-renamed', code, { where, before: first.was, after: first.is }))
      if (example.isRetryable !== heir.isRetryable)
        changes.push(retryableTurned(code, heir.isRetryable, where))
      const paths = new Set(renamed.map(({ path }) => path))
      for (const leaf of leaves)
        if (at !== undefined) (paths.has(leaf[0]) ? gone : kept).add(JSON.stringify(leaf))
    }
    if (left.length === 0 || news.length === 0) continue
    moved.add(code)
    changes.push(
      movedTo(
        code,
        old,
        left,
        news.map(([status]) => status),
      ),
    )
  }
  for (const [code, examples] of after) {
    if (before.has(code)) continue
    const where = [...examples.keys()].map((status) => placeOf(now, status))
    changes.push(changeOf('code-added', code, { where }))
  }
  return {
    changes,
    moved,
    isTold(status, path, value) {
      const key = JSON.stringify([path, value])
      const { gone, kept } = told.get(status)!
      return gone.has(key) && !kept.has(key)
    },
  }
}

/** The change of what is under other statuses of an operation than before. */
export function movedTo(
  what: string,
  { name }: Operation,
  from: readonly string[],
  to: readonly string[],
): Change {
  return changeOf('status-changed', what, {
    where: name === '' ? [] : [name],
    before: from.map(writtenStatus).join(', '),
    after: to.map(writtenStatus).join(', '),
  })
}

/** An answer of an operation: `GET /v1/models 404`. */
export function placeOf({ name }: Operation, status: string): string {
  return `${name} ${writtenStatus(status)}`.trimStart()
}

function codesOf({ responses }: Operation): ReadonlyMap<string, Map<string, CodeExample>> {
  const codes = new Map<string, Map<string, CodeExample>>()
  for (const [status, response] of responses) {
    for (const [code, example] of response.codes)
      codes.set(code, (codes.get(code) ?? new Map<string, CodeExample>()).set(status, example))
  }
  return codes
}

/** A text in a body, by its path. */
type Leaf = readonly [path: string, value: string]

function leavesOf(body: unknown, above = ''): Leaf[] {
  if (typeof body === 'string') return [[above, body]]
  if (!isObject(body)) return []
  return Object.entries(body).flatMap(([name, value]) => leavesOf(value, fieldPath(above, name)))
}

/** What an envelope calls the code of a body, as far as a body alone tells. */
function wireOf(leaves: readonly Leaf[]): string | undefined {
  return (leaves.find(([path]) => isCode(path)) ?? leaves.find(([path]) => /(?:^|\.)type$/.test(path)))?.[1]
}

/** Whether a field is called a code. */
export function isCode(path: string): boolean {
  return /(?:^|\.)code$/.test(path)
}

interface Renamed {
  readonly path: string
  readonly was: string
  readonly is: string
}

/** The texts that a code was told by and that are others now, its `code` first. */
function renamedLeaves(old: readonly Leaf[], now: readonly Leaf[], { before }: Pair): Renamed[] {
  const byPath = new Map(now)
  const closed = closedValuesOf(before)
  return old
    .flatMap(([path, was]) => {
      const is = byPath.get(path)
      const isTelling = closed.has(path) || /(?:^|\.)(?:code|type)$/.test(path)
      return is === undefined || is === was || !isTelling ? [] : [{ path, was, is }]
    })
    .toSorted((a, b) => Number(isCode(b.path)) - Number(isCode(a.path)))
}
