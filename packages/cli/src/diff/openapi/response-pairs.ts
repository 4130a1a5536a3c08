import type { Operation, Response } from './operations.ts'

/** A response, and those that come in its place. */
export interface Pair {
  readonly status: string
  readonly before: Response
  /** By status; none where nothing comes in its place. */
  readonly after: ReadonlyMap<string, Response>
}

/** The responses of an operation, each with those that clients get in its place. */
export function responsePairs(old: Operation, now: Operation): Pair[] {
  return [...old.responses].map(([status, before]) => {
    const heirs = [...now.responses].filter(([other]) => coverOf(other, old) === status)
    const cover = coverOf(status, now)
    if (heirs.length === 0 && cover !== undefined) heirs.push([cover, now.responses.get(cover)!])
    return { status, before, after: new Map(heirs) }
  })
}

/** The statuses that an operation had no word of. */
export function addedStatuses(old: Operation, now: Operation): string[] {
  return [...now.responses.keys()].filter((status) => coverOf(status, old) === undefined)
}

/** Under what an operation tells of a status: itself, its range or the default. */
export function coverOf(status: string, { responses }: Operation): string | undefined {
  return [status, `${status[0]}XX`, 'DEFAULT'].find((each) => responses.has(each))
}

/** A status as documents write it. */
export function writtenStatus(status: string): string {
  return status === 'DEFAULT' ? 'default' : status
}
