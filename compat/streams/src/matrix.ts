import { clients } from './clients/index.ts'
import { collectResponses, startServers, type Sender, type SenderProblem } from './collect.ts'
import { listAllCuts, listNotableCuts, listSeededCuts } from './cuts.ts'
import { dialects } from './dialects.ts'
import { knownSenders, knownViolations, type KnownViolation } from './known.ts'
import { readCuts } from './read-cuts.ts'
import { startReplayServer, type Chunking } from './replay.ts'
import { shorten, type Results, type Row, type SenderRow } from './results.ts'

/** The part of the matrix that a run covers. */
export interface Selection {
  /** Keys of `dialects`. */
  readonly dialects: readonly string[]
  /** Keys of `frameworks`. */
  readonly frameworks: readonly string[]
  /** Values of `sdk` of `clients`. */
  readonly sdks: readonly string[]
  /** Whether only notable and seeded cuts are made. */
  readonly isQuick: boolean
}

const FULL_CHUNKINGS: readonly Chunking[] = ['whole', 'pieces', 'bytes']
const QUICK_CHUNKINGS: readonly Chunking[] = ['whole', 'pieces']

/**
 * Runs the matrix.
 *
 * @param signal Ends the run.
 * @param onProgress Called with a line after each dialect.
 * @throws The reason of the signal.
 */
export async function runMatrix(
  selection: Selection,
  signal: AbortSignal,
  onProgress: (line: string) => void,
): Promise<Results> {
  const servers = await startServers(selection.frameworks)
  const replayServer = await startReplayServer()
  const chunkings = selection.isQuick ? QUICK_CHUNKINGS : FULL_CHUNKINGS
  const rows: Row[] = []
  const violations: string[] = []
  const problems: SenderProblem[] = []
  const occurred = new Set<KnownViolation>()
  let requests = 0
  try {
    for (const name of selection.dialects) {
      const dialect = dialects[name]!
      const cuts = listCuts(selection, name)
      const responses = await collectResponses(servers.senders, name, dialect, cuts, signal)
      requests += responses.length
      problems.push(...responses.flatMap((cut) => cut.problems))
      const readers = clients.filter(
        ({ sdk, formats }) => selection.sdks.includes(sdk) && formats.includes(dialect.format),
      )
      for (const client of readers) {
        signal.throwIfAborted()
        const reading = await readCuts(client, name, dialect, responses, replayServer, chunkings)
        rows.push(reading.row)
        violations.push(...reading.violations)
        for (const known of reading.known) occurred.add(known)
      }
      onProgress(
        `${name}: ${cuts.length} cuts, ${servers.senders.length} ways to send, ${readers.length} clients`,
      )
    }
  } finally {
    await Promise.all([servers.close(), replayServer.close()])
  }
  const senders = servers.senders.map((sender) => toSenderRow(sender, requests, problems))
  return {
    rows,
    senders,
    violations: [
      ...senders.flatMap((row) => listSenderViolations(row, problems)),
      ...violations,
      ...listStale(selection, occurred),
    ],
  }
}

/**
 * Returns the cuts of a dialect. A quick run makes those at notable places once per recording, and some seeded ones for
 * every dialect.
 */
function listCuts({ dialects: names, isQuick }: Selection, name: string): number[] {
  const { recording } = dialects[name]!
  if (!isQuick) return listAllCuts(recording)
  const isFirst = names.find((other) => dialects[other]!.recording === recording) === name
  const seed = Object.keys(dialects).indexOf(name)
  return [...new Set([...(isFirst ? listNotableCuts(recording) : []), ...listSeededCuts(recording, seed)])]
}

function toSenderRow(
  { framework, body }: Sender,
  requests: number,
  problems: readonly SenderProblem[],
): SenderRow {
  const own = problems.filter(({ sender }) => sender.framework === framework && sender.body === body)
  const known = knownSenders.find((each) => each.framework === framework && each.bodies.includes(body))
  return {
    framework,
    body,
    requests,
    problems: new Set(own.map(({ path }) => path)).size,
    known: known?.reason,
  }
}

/** Lists the problems of a sender. A sender with known problems must have one. */
function listSenderViolations(
  { framework, body, problems: count, known }: SenderRow,
  problems: readonly SenderProblem[],
): string[] {
  const name = `${framework}, ${body}`
  if (known !== undefined)
    return count > 0 ? [] : [`${name}: has no problem; remove it from knownSenders in src/known.ts`]
  const own = problems.filter(({ sender }) => sender.framework === framework && sender.body === body)
  return shorten(own.map(({ path, text }) => `${name}, ${path}: ${text}`))
}

/** Lists the known violations that the run covered and that did not occur. */
function listStale({ dialects: names, sdks }: Selection, occurred: ReadonlySet<KnownViolation>): string[] {
  return knownViolations
    .filter(
      (known) =>
        !occurred.has(known) &&
        known.dialects.some((name) => names.includes(name)) &&
        known.sdks.some((sdk) => sdks.includes(sdk)),
    )
    .map(({ reason }) => `A known violation does not occur; remove it from src/known.ts: ${reason}`)
}
