import type { Dialect } from './dialects.ts'
import type { Recording } from './recordings.ts'
import { Requester, type ReceivedResponse } from './exchange.ts'
import { frameworks } from './servers/index.ts'
import type { StreamServer } from './servers/server.ts'
import { COMPLETE, createFixture, SECRET } from './sources.ts'

/** Number of cuts that are requested at the same time, each from every server. */
const CONCURRENCY = 4

/** Maximum number of times that a response with an early head is requested again. */
const MAX_REPETITIONS = 3

/** A server and one way in which it sends streams. */
export interface Sender {
  readonly framework: string
  readonly body: string
  readonly port: number
  readonly hasEarlyHead: boolean
  /** Number of calls of `onError` by URL. */
  readonly failures: ReadonlyMap<string, number>
}

/** The responses to one cut. */
export interface CutResponses {
  /** Number of bytes, or `complete` for a stream that does not fail. */
  readonly cut: number | typeof COMPLETE
  /** The response of the first sender. */
  readonly response: ReceivedResponse
  /** The problems of each sender. A sender whose response differs from the first one has a problem. */
  readonly problems: readonly SenderProblem[]
}

export interface SenderProblem {
  readonly sender: Sender
  /** The dialect and the cut. */
  readonly path: string
  readonly text: string
}

/** The running servers of some frameworks. */
export interface Servers {
  readonly senders: readonly Sender[]
  close(): Promise<void>
}

export async function startServers(names: readonly string[]): Promise<Servers> {
  const servers: StreamServer[] = []
  const senders: Sender[] = []
  for (const name of names) {
    const framework = frameworks[name]!
    const failures = new Map<string, number>()
    const fixture = createFixture((path) => failures.set(path, (failures.get(path) ?? 0) + 1))
    const server = await framework.start(fixture)
    servers.push(server)
    const { hasEarlyHead = false, bodies } = framework
    for (const body of Object.keys(bodies))
      senders.push({ framework: name, body, port: server.port, hasEarlyHead, failures })
  }
  return {
    senders,
    async close() {
      await Promise.all(servers.map((server) => server.close()))
    },
  }
}

/** Requests a dialect from every sender: complete, and cut at each of some places. */
export async function collectResponses(
  senders: readonly Sender[],
  name: string,
  dialect: Dialect,
  cuts: readonly number[],
  signal: AbortSignal,
): Promise<CutResponses[]> {
  const requester = new Requester()
  const allCuts: readonly CutResponses['cut'][] = [COMPLETE, ...cuts]
  const pending = allCuts.entries()
  const results: CutResponses[] = []
  const collectNext = async (): Promise<void> => {
    for (const [index, cut] of pending) {
      signal.throwIfAborted()
      results[index] = await collectCut(requester, senders, `${name}/${cut}`, dialect, cut)
    }
  }
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, collectNext))
  } finally {
    requester.close()
  }
  return results
}

async function collectCut(
  requester: Requester,
  senders: readonly Sender[],
  path: string,
  { recording }: Dialect,
  cut: CutResponses['cut'],
): Promise<CutResponses> {
  const responses = await Promise.all(
    senders.map(({ port, body }) => requester.get(port, `/${body}/${path}`)),
  )
  const [response] = responses
  if (response === undefined) throw new Error('No server is selected')
  const isSuccess = cut === COMPLETE
  const events = getWholeEvents(recording, isSuccess ? undefined : cut)
  const problems: SenderProblem[] = []
  for (const [index, sender] of senders.entries()) {
    const { url, received } = await repeatEarly(requester, sender, path, responses[index]!, response)
    const calls = sender.failures.get(url) ?? 0
    const found = findProblems(received, events, isSuccess)
    if (toKey(received) !== toKey(response))
      found.push(`differs from the response of ${senders[0]!.framework}: ${describe(received)}`)
    if (calls !== (isSuccess ? 0 : 1)) found.push(`onError was called ${calls} times`)
    problems.push(...found.map((text) => ({ sender, path, text })))
  }
  return { cut, response, problems }
}

/** Requests a stream again whose head was sent before its first event only because the machine is busy. */
async function repeatEarly(
  requester: Requester,
  { port, body, hasEarlyHead }: Sender,
  path: string,
  first: ReceivedResponse,
  { status }: ReceivedResponse,
): Promise<{ url: string; received: ReceivedResponse }> {
  let url = `/${body}/${path}`
  let received = first
  for (let attempt = 1; attempt <= MAX_REPETITIONS; attempt += 1) {
    if (!hasEarlyHead || received.status !== 200 || status === 200) break
    url = `/${body}/${path}?attempt=${attempt}`
    received = await requester.get(port, url)
  }
  return { url, received }
}

/** Returns the beginning of a recording before a cut, up to its last blank line, or line. */
function getWholeEvents({ bytes: all, contentType }: Recording, cut: number | undefined): Buffer {
  const bytes = all.subarray(0, cut)
  const text = Buffer.from(bytes).toString('latin1')
  const isEvents = contentType.startsWith('text/event-stream')
  const ends = [...text.matchAll(isEvents ? /(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)/g : /\n/g)]
  const last = ends.at(-1)
  return Buffer.from(bytes).subarray(0, last === undefined ? 0 : last.index + last[0].length)
}

/** Returns the problems that a response has by itself. */
function findProblems(
  { status, body, isComplete }: ReceivedResponse,
  events: Buffer,
  isSuccess: boolean,
): string[] {
  const problems: string[] = []
  if (!isComplete) problems.push('the connection was cut')
  if (body.includes(SECRET)) problems.push('the message of the error was sent')
  if (status === 200 && !body.subarray(0, events.length).equals(events))
    problems.push('whole events are missing')
  if (status !== 200 && events.length > 0) problems.push(`status ${status}, although an event had arrived`)
  if (isSuccess !== (status === 200 && body.length === events.length)) problems.push('no error was added')
  return problems
}

/** Returns a key that is equal for equal responses. */
export function toKey({ status, headers, body, isComplete }: ReceivedResponse): string {
  // The envelope `ai-api` sends the time.
  const text = body.toString('latin1').replace(/"timestamp":"[^"]*"/, '')
  return JSON.stringify([status, headers, isComplete, text])
}

const MAX_DESCRIBED_LENGTH = 80

function describe({ status, body, isComplete }: ReceivedResponse): string {
  const text = JSON.stringify(body.toString())
  const end = text.length > MAX_DESCRIBED_LENGTH ? `…${text.slice(-MAX_DESCRIBED_LENGTH)}` : text
  return `status ${status}, ${isComplete ? 'complete' : 'cut'}, ${end}`
}
