import type { Client } from './clients/client.ts'
import { toKey, type CutResponses } from './collect.ts'
import type { Dialect } from './dialects.ts'
import { knownViolations, type KnownViolation } from './known.ts'
import { readWith, type Outcome } from './outcome.ts'
import type { Chunking, ReplayServer } from './replay.ts'
import { shorten, type Counts, type Position, type Row } from './results.ts'
import { COMPLETE } from './sources.ts'

/** Number of responses that a client reads at the same time. */
const CONCURRENCY = 6

/** The result of one client for one dialect. */
export interface Reading {
  readonly row: Row
  readonly violations: readonly string[]
  readonly known: ReadonlySet<KnownViolation>
}

/**
 * Reads the responses to all cuts of a dialect with a client. Equal responses are read once.
 *
 * @param name The name of the dialect.
 */
export async function readCuts(
  client: Client,
  name: string,
  dialect: Dialect,
  responses: readonly CutResponses[],
  replayServer: ReplayServer,
  chunkings: readonly Chunking[],
): Promise<Reading> {
  const counts = { head: createCounts(), stream: createCounts(), after: createCounts() }
  const known = new Map<Position, KnownViolation>()
  const violations: string[] = []
  const record = (responseOfCut: CutResponses, outcome: Outcome): void => {
    const { cut } = responseOfCut
    const where = `${name}, ${client.name}, ${cut === COMPLETE ? 'not cut' : `cut at ${cut}`}`
    if (cut === COMPLETE) {
      if (outcome.kind !== 'success') violations.push(`${where}: ${formatOutcome(outcome)}`)
      return
    }
    const position = getPosition(responseOfCut, cut, dialect)
    counts[position][outcome.kind] += 1
    if (isAllowed(outcome, position)) return
    const match = findKnown(client, name, dialect, position, cut)
    if (match === undefined) violations.push(`${where}: ${formatOutcome(outcome)}`)
    else known.set(position, match)
  }
  const pending = Map.groupBy(responses, ({ response }) => toKey(response)).values()
  const readNext = async (): Promise<void> => {
    for (const group of pending) {
      const urls = chunkings.map((chunking) => replayServer.add(group[0]!.response, chunking))
      const outcome = await readAllUrls(client, urls, dialect)
      for (const responseOfCut of group) record(responseOfCut, outcome)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, readNext))
  const reasons = Object.fromEntries([...known].map(([position, { reason }]) => [position, reason]))
  return {
    row: { dialect: name, client: client.name, counts, known: reasons },
    violations: shorten(violations),
    known: new Set(known.values()),
  }
}

function createCounts(): Counts {
  return { typed: 0, untyped: 0, success: 0 }
}

function getPosition({ response }: CutResponses, cut: number, { recording }: Dialect): Position {
  if (response.status !== 200) return 'head'
  return cut < recording.lastEventEnd ? 'stream' : 'after'
}

/** A client that stops at the last event has read a complete response. */
function isAllowed({ kind }: Outcome, position: Position): boolean {
  return kind === 'typed' || (kind === 'success' && position === 'after')
}

/** Reads the same response in several chunkings. Returns an outcome that is not `typed`, if there is one. */
async function readAllUrls(client: Client, urls: readonly string[], dialect: Dialect): Promise<Outcome> {
  let worst: Outcome | undefined
  for (const url of urls) {
    const outcome = await readWith(client, url, dialect)
    if (worst === undefined || worst.kind === 'typed' || outcome.kind === 'untyped') worst = outcome
  }
  if (worst === undefined) throw new Error('No chunking is selected')
  return worst
}

function findKnown(
  { sdk }: Client,
  name: string,
  dialect: Dialect,
  position: Position,
  cut: number,
): KnownViolation | undefined {
  return knownViolations.find(
    ({ dialects, sdks, positions, isAffected = () => true }) =>
      dialects.includes(name) &&
      sdks.includes(sdk) &&
      positions.includes(position) &&
      isAffected(dialect, cut),
  )
}

function formatOutcome({ kind, detail }: Outcome): string {
  return detail === '' ? kind : `${kind}, ${detail}`
}
