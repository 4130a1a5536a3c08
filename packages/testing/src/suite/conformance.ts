import { getTraceId, type EnvelopeId, type ResponderOptions } from '@faultline/core'
import { failureMatrix } from './failure-matrix.ts'
import type { CreateServer, Fixture, RunningServer } from './fixture.ts'
import { routes } from './routes.ts'
import { ScenarioContext, type HookCall, type Scenario, type ServerKind } from './scenario.ts'
import { bodyScenarios, keepAliveScenarios, validationScenarios } from './topics/bodies.ts'
import { exchangeScenarios } from './topics/exchange.ts'
import { drainScenarios } from './topics/drain.ts'
import { envelopeScenarios } from './topics/envelopes.ts'
import { foreignScenarios } from './topics/foreign.ts'
import { createMountedApps, nestedScenarios, outerApp } from './topics/nested.ts'
import { protocolScenarios, slowScenarios } from './topics/protocol.ts'
import { clientScenarios, responseScenarios } from './topics/responses.ts'
import { routingScenarios } from './topics/routing.ts'
import { streamScenarios } from './topics/streams.ts'
import { middlewareScenarios, rejectScenarios, throwScenarios } from './topics/thrown.ts'
import { uploadScenarios } from './topics/uploads.ts'
import { urlScenarios } from './topics/urls.ts'

/** All scenarios, by topic. */
export const topics: Readonly<Record<string, readonly Scenario[]>> = {
  throw: throwScenarios,
  reject: rejectScenarios,
  middleware: middlewareScenarios,
  envelopes: envelopeScenarios,
  routing: routingScenarios,
  url: urlScenarios,
  body: bodyScenarios,
  validate: validationScenarios,
  upload: uploadScenarios,
  protocol: [...protocolScenarios, ...keepAliveScenarios],
  response: responseScenarios,
  exchange: exchangeScenarios,
  foreign: foreignScenarios,
  nested: nestedScenarios,
  client: clientScenarios,
  stream: streamScenarios,
  slow: slowScenarios,
  drain: drainScenarios,
}

const OWN_RESPONSE = 'A response that a handler sends without throwing is not an error.'
const INCOMPLETE_BODY =
  'When a parser rejects an incomplete body is parser-specific; the server timeout ends the request.'
const PROCESS =
  'An error outside a request concerns the process: log it and exit. An adapter must not handle it.'
const STATIC_FILES =
  'Each framework has its own package for files, with its own responses; the errors that it throws are recognized.'

/** Failures that no server is tested for, with the reasons: rows of the failure matrix that an adapter cannot handle. */
export const universalGaps: Readonly<Record<string, string>> = {
  'body/json-too-large-unfinished': INCOMPLETE_BODY,
  'upload/upload-too-large-unfinished': INCOMPLETE_BODY,
  'protocol/expect-100-too-large': INCOMPLETE_BODY,
  'response/bad-status': OWN_RESPONSE,
  'response/piped-file-missing':
    'A source that a handler pipes itself emits an unhandled event; `stream-fails-first` tests a source that the framework sends.',
  'response/static-missing': STATIC_FILES,
  'response/static-dir': STATIC_FILES,
  'response/static-traversal': STATIC_FILES,
  'response/static-nul': STATIC_FILES,
  'response/static-bad-percent-encoding': STATIC_FILES,
  'response/static-dotfile': STATIC_FILES,
  'response/static-range': STATIC_FILES,
  'response/static-precondition': STATIC_FILES,
  'client/hang': 'A handler that never responds does not fail. The app sets the time limits.',
  'crash/uncaught': PROCESS,
  'crash/floating': PROCESS,
}

/** Scenarios that a server does not pass: `topic/name`, or `topic/*` for a whole topic, to the reason. */
export type Gaps = Readonly<Record<string, string>>

/** One test of a server. */
export interface ConformanceTest {
  readonly topic: string
  readonly name: string
  /** The reason why the test is skipped. */
  readonly gap?: string
  /** Rejects if the server does not conform. */
  readonly run: () => Promise<void>
}

/** The tests of one server, for any test runner. */
export interface Conformance {
  readonly tests: readonly ConformanceTest[]
  /** Starts the server. */
  readonly setup: () => Promise<void>
  /** Stops it. */
  readonly teardown: () => Promise<void>
}

/** Node's time limits for incomplete requests, in milliseconds, shortened. */
const SHORT_TIMEOUTS = { connectionsCheckingInterval: 20, headersTimeout: 80, requestTimeout: 120 }

/**
 * Creates the conformance tests of a server.
 *
 * @param createServer Starts a server that serves the fixture.
 * @param gaps Scenarios that the server does not pass, with the reasons, which are printed.
 * @throws TypeError for an unknown scenario in `gaps`, or a gap without a reason.
 */
export function createConformanceTests(createServer: CreateServer, gaps: Gaps = {}): Conformance {
  checkGaps(gaps)
  const hookCalls: HookCall[] = []
  const servers = new Map<string, Promise<RunningServer>>()

  const getServer = (kind: ServerKind, key: string = kind): Promise<RunningServer> => {
    const server = servers.get(key) ?? createServer(createFixture(kind, hookCalls))
    servers.set(key, server)
    return server
  }

  const tests = Object.entries(topics).flatMap(([topic, scenarios]) =>
    scenarios.map((scenario): ConformanceTest => {
      const { name, server = 'default' } = scenario
      const gap = gaps[`${topic}/${name}`] ?? gaps[`${topic}/*`]
      return {
        topic,
        name,
        ...(gap === undefined ? {} : { gap }),
        async run() {
          const running = await getServer(server, server === 'drained' ? `drained ${name}` : server)
          hookCalls.length = 0
          const context = new ScenarioContext(running, hookCalls, topic, name)
          try {
            await scenario.run(context)
          } finally {
            context.close()
          }
        },
      }
    }),
  )

  const skippedTests = Object.entries(universalGaps).map(([id, gap]): ConformanceTest => {
    const [topic, name] = splitId(id)
    return { topic, name, gap, run: () => Promise.resolve() }
  })

  return {
    tests: [...tests, ...skippedTests],
    async setup() {
      await getServer('default')
    },
    async teardown() {
      for (const server of servers.values()) await (await server).close()
    },
  }
}

/** Creates the fixture of a server. */
function createFixture(kind: ServerKind, hookCalls: HookCall[]): Fixture {
  const createOptions = (app: string, defaultEnvelope: EnvelopeId): ResponderOptions => ({
    envelope: (request) => (request.header('x-envelope') ?? defaultEnvelope) as EnvelopeId,
    trustRequestId: true,
    generateRequestId: getTraceId,
    onError: (error, thrown, request) => void hookCalls.push({ error, thrown, request, app }),
  })
  const fixture: Fixture = { routes, options: createOptions('', 'ai-api'), server: {} }
  const additions: Readonly<Record<ServerKind, Partial<Fixture>>> = {
    default: {},
    drained: {},
    'short-timeouts': { server: SHORT_TIMEOUTS },
    'replace-all': { options: { ...fixture.options, replaceBodies: 'all', trustRequestId: false } },
    nested: { mounted: createMountedApps(createOptions) },
    'in-plain-app': { outer: outerApp },
  }
  return { ...fixture, ...additions[kind] }
}

function checkGaps(gaps: Gaps): void {
  for (const [id, reason] of Object.entries(gaps)) {
    const [topic, name] = splitId(id)
    const scenarios = topics[topic]
    if (scenarios === undefined || (name !== '*' && !scenarios.some((scenario) => scenario.name === name)))
      throw new TypeError(`Unknown scenario ${JSON.stringify(id)} in gaps`)
    if (typeof reason !== 'string' || reason.trim() === '')
      throw new TypeError(`The gap ${JSON.stringify(id)} needs a reason`)
  }
}

function splitId(id: string): [topic: string, name: string] {
  const slash = id.indexOf('/')
  return slash === -1 ? [id, ''] : [id.slice(0, slash), id.slice(slash + 1)]
}

/** All rows of the failure matrix, as `topic/name`. */
export const scenarioIds: readonly string[] = Object.entries({
  ...failureMatrix,
  reject: failureMatrix.throw,
}).flatMap(([topic, names]) => names.map((name) => `${topic}/${name}`))

/**
 * Creates gaps with one reason.
 *
 * @param ids Scenarios as `topic/name`, or `topic/*`.
 */
export function knownGap(reason: string, ...ids: readonly string[]): Gaps {
  return Object.fromEntries(ids.map((id) => [id, reason]))
}
