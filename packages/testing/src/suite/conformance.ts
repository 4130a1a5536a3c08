import type { EnvelopeId } from '@faultline/core'
import type { CreateServer, Fixture, RunningServer } from './fixture.ts'
import { masterRows } from './failure-matrix.ts'
import { routes } from './routes.ts'
import { ScenarioContext, type HookCall, type Scenario } from './scenario.ts'
import { bodies, keepAlive, validations } from './topics/bodies.ts'
import { inEnvelopes } from './topics/envelopes.ts'
import { protocol, slow } from './topics/protocol.ts'
import { clients, responses } from './topics/responses.ts'
import { routing } from './topics/routing.ts'
import { rejected, thrown, thrownBefore } from './topics/thrown.ts'
import { streams } from './topics/streams.ts'
import { uploads } from './topics/uploads.ts'
import { urls } from './topics/urls.ts'

/** Every scenario, by topic. Names are the master table's where it has the row. */
export const topics: Readonly<Record<string, readonly Scenario[]>> = {
  throw: thrown,
  reject: rejected,
  mw: thrownBefore,
  envelopes: inEnvelopes,
  routing,
  url: urls,
  body: bodies,
  validate: validations,
  upload: uploads,
  proto: [...protocol, ...keepAlive],
  response: responses,
  client: clients,
  stream: streams,
  slow,
}

const OWN = 'What a handler sends by itself is its answer; nothing is thrown.'
const WAITS =
  'Whether a parser answers before it has the whole body is its own affair; the server’s time limit ends the rest.'
const PROCESS =
  'What is thrown outside of any request belongs to the process: log it and exit. No adapter may swallow it.'
const FILES =
  'Files are served by a package of each framework’s, with answers of its own; what they throw is recognised.'

/** What no server is asked, and why: rows of the master table that no adapter answers. */
export const universalGaps: Readonly<Record<string, string>> = {
  'body/json-too-large-unfinished': WAITS,
  'upload/upload-too-large-unfinished': WAITS,
  'proto/expect-100-too-large': WAITS,
  'proto/no-host': 'Node answers this by itself, below every event.',
  'response/end404': OWN,
  'response/bad-status': OWN,
  'response/pipe-missing':
    'A source that is piped by hand fails in an unhandled event of its own; as a stream that is answered with, it is `pipe`.',
  'response/static-missing': FILES,
  'response/static-dir': FILES,
  'response/static-traversal': FILES,
  'response/static-nul': FILES,
  'response/static-badpct': FILES,
  'response/static-dotfile': FILES,
  'response/static-range': FILES,
  'response/static-precondition': FILES,
  'client/hang': 'A handler that never answers fails with nothing. Time limits are the app’s to set.',
  'crash/uncaught': PROCESS,
  'crash/floating': PROCESS,
}

/** Why a server does not pass scenarios: `topic/name` to the reason; `topic/*` for a whole topic. */
export type Gaps = Readonly<Record<string, string>>

/** One test of a server. */
export interface ConformanceTest {
  readonly topic: string
  readonly name: string
  /** Why it is not run. */
  readonly gap?: string
  /** Rejects with what is wrong. */
  readonly run: () => Promise<void>
}

/** The tests of one server, for any test runner, or none. */
export interface Conformance {
  readonly tests: readonly ConformanceTest[]
  /** Starts the server. */
  readonly setup: () => Promise<void>
  /** Ends it. */
  readonly teardown: () => Promise<void>
}

/** Node's own limits for requests that don't arrive, made short. */
const SHORT = { connectionsCheckingInterval: 20, headersTimeout: 80, requestTimeout: 120 }

/**
 * The conformance tests of a server.
 *
 * @param createServer Makes the server that serves a fixture.
 * @param gaps What it is known not to do, with reasons, which are printed.
 * @throws TypeError for gaps that are no scenario, or have no reason.
 */
export function createConformanceTests(createServer: CreateServer, gaps: Gaps = {}): Conformance {
  checkGaps(gaps)
  const heard: HookCall[] = []
  const servers = new Map<boolean, Promise<RunningServer>>()

  const fixture = (isSlow: boolean): Fixture => ({
    routes,
    options: {
      envelope: (request) => (request.header('x-envelope') ?? 'ai-api') as EnvelopeId,
      onError: (error, failure, request) => void heard.push({ error, thrown: failure, request }),
    },
    server: isSlow ? SHORT : {},
  })

  const serverFor = (isSlow: boolean): Promise<RunningServer> => {
    const running = servers.get(isSlow) ?? createServer(fixture(isSlow))
    servers.set(isSlow, running)
    return running
  }

  const tests = Object.entries(topics).flatMap(([topic, scenarios]) =>
    scenarios.map((scenario): ConformanceTest => {
      const { name, isSlow = false } = scenario
      const reason = gaps[`${topic}/${name}`] ?? gaps[`${topic}/*`]
      return {
        topic,
        name,
        ...(reason === undefined ? {} : { gap: reason }),
        async run() {
          const { port } = await serverFor(isSlow)
          heard.length = 0
          const stage = new ScenarioContext(port, heard, topic, name)
          try {
            await scenario.run(stage)
          } finally {
            stage.close()
          }
        },
      }
    }),
  )

  const everywhere = Object.entries(universalGaps).map(([row, reason]): ConformanceTest => {
    const [topic, name] = row.split('/') as [string, string]
    return { topic, name, gap: reason, run: () => Promise.resolve() }
  })

  return {
    tests: [...tests, ...everywhere],
    async setup() {
      await serverFor(false)
    },
    async teardown() {
      for (const running of servers.values()) await (await running).close()
    },
  }
}

function checkGaps(gaps: Gaps): void {
  for (const [row, reason] of Object.entries(gaps)) {
    const [topic = '', name] = row.split(/\/(.*)/s)
    const scenarios = topics[topic]
    if (scenarios === undefined || (name !== '*' && !scenarios.some((scenario) => scenario.name === name)))
      throw new TypeError(`There is no scenario ${JSON.stringify(row)} to be a gap`)
    if (typeof reason !== 'string' || reason.trim() === '')
      throw new TypeError(`The gap ${JSON.stringify(row)} needs a reason`)
  }
}

/** Every row of the master table, as `topic/name`. */
export const scenarioIds: readonly string[] = Object.entries({
  ...masterRows,
  reject: masterRows.throw,
}).flatMap(([topic, names]) => names.map((name) => `${topic}/${name}`))

/** Marks scenarios as gaps for one reason. */
export function knownGap(reason: string, ...names: readonly string[]): Gaps {
  return Object.fromEntries(names.map((name) => [name, reason]))
}
