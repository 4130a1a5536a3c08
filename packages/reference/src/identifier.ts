import type { Envelope } from '@faultline/core'
import { leavesOf, pathText, valueAt, type Path } from './leaves.ts'
import type { Sent } from './sent.ts'

/** How a client tells one error from another. */
export interface Identifier {
  /** Where bodies have the wire code: the first of these that is a text. */
  readonly paths: readonly Path[]
  /** The wire codes of the bodies that have none. */
  readonly byStatus: Readonly<Record<number, string>>
}

/** An answer, and the wire code that a client finds in it. */
export interface Identified extends Sent {
  readonly wire: string
}

/**
 * Finds out where bodies have their wire codes: the place that most have it in, then the one of most that are left.
 * What a client finds there is what an error goes by.
 */
export function identify(
  envelope: Envelope,
  answers: readonly Sent[],
): { identifier: Identifier; identified: readonly Identified[] } {
  const paths: Path[] = []
  const named = answers.map(({ body, answer }) => ({ body, name: envelope.lookup(answer.error).code }))
  let left = named
  for (;;) {
    const counts = new Map<string, { path: Path; count: number }>()
    for (const { body, name } of left) {
      for (const { path, value } of leavesOf(body)) {
        const text = pathText(path)
        if (value === name) counts.set(text, { path, count: (counts.get(text)?.count ?? 0) + 1 })
      }
    }
    const [most] = [...counts.values()].toSorted((a, b) => b.count - a.count)
    if (most === undefined) break
    paths.push(most.path)
    left = left.filter(({ body, name }) => valueAt(body, most.path) !== name)
  }
  const byStatus: Record<number, string> = {}
  const identified = answers.map((each, at) => {
    const told = textAt(each.body, paths)
    if (told === undefined) byStatus[each.answer.status] ??= named[at]!.name
    return { ...each, wire: told ?? byStatus[each.answer.status]! }
  })
  return { identifier: { paths, byStatus }, identified }
}

function textAt(body: unknown, paths: readonly Path[]): string | undefined {
  return paths.map((path) => valueAt(body, path)).find((value) => typeof value === 'string')
}
