import type { Operation, Response } from './read-operations.ts'

/** An old response, and the new responses that replace it. */
export interface ResponsePair {
  readonly status: string
  readonly before: Response
  /** By status. Empty if no response replaces it. */
  readonly after: ReadonlyMap<string, Response>
}

/** Pairs each response of an operation with the new responses for its status. */
export function pairResponses(before: Operation, after: Operation): ResponsePair[] {
  return [...before.responses].map(([status, response]) => {
    const replacements = [...after.responses].filter(
      ([newStatus]) => findCoveringStatus(newStatus, before) === status,
    )
    if (replacements.length === 0) {
      const coveringStatus = findCoveringStatus(status, after)
      const covering = coveringStatus === undefined ? undefined : after.responses.get(coveringStatus)
      if (coveringStatus !== undefined && covering !== undefined)
        replacements.push([coveringStatus, covering])
    }
    return { status, before: response, after: new Map(replacements) }
  })
}

/** Lists the new statuses that the old operation did not describe. */
export function listAddedStatuses(before: Operation, after: Operation): string[] {
  return [...after.responses.keys()].filter((status) => findCoveringStatus(status, before) === undefined)
}

/** Finds the key of the response that describes a status: the status itself, its range or the default. */
export function findCoveringStatus(status: string, { responses }: Operation): string | undefined {
  return [status, `${status[0]}XX`, 'DEFAULT'].find((key) => responses.has(key))
}

/** Formats a status as in OpenAPI documents. */
export function formatStatus(status: string): string {
  return status === 'DEFAULT' ? 'default' : status
}
