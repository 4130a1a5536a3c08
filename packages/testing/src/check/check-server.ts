import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiErrorClass, Envelope } from '@faultline/core'
import type { Finding } from './finding.ts'
import { OpenApiValidator } from './openapi-validator.ts'
import { assertPlan, isSendable, type Plan, type PlannedRequest } from './plan.ts'
import { ProbeSession, type Exchange, type Target } from './probe-session.ts'
import type { KnownPaths, Probe } from './probe.ts'
import { createPlannedProbes, createRaiseProbes, createStreamProbes } from './probes-errors.ts'
import {
  connectionProbes,
  createBodyProbes,
  createKeyProbes,
  protocolProbes,
  requestIdProbes,
} from './probes-exchange.ts'
import { createHeadProbes, createMethodProbes, routingProbes, urlProbes } from './probes-routing.ts'
import { MIN_SECRET_LENGTH, redactReport } from './redact-report.ts'
import { ResponseChecker } from './response-checker.ts'

/** Options of `checkServer`. */
export interface CheckOptions {
  /** The server's URL. Its path is the prefix of all paths. */
  readonly url: string | URL
  /** The server's envelope. */
  readonly envelope: Envelope
  /** Headers of every request, such as credentials. Reports do not contain their secrets. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Routes of the server, and further requests. @default none */
  readonly plan?: Plan | undefined
  /** Error classes of the server, in addition to the taxonomy. @default none */
  readonly errorClasses?: readonly ApiErrorClass[] | undefined
  /** An OpenAPI 3 document that must describe the responses; null for none. @default the one at `/openapi.json` */
  readonly openapi?: unknown
  /** The header of request ids. @default x-request-id */
  readonly requestIdHeader?: string | undefined
  /** Maximum time for a connection or a response, in milliseconds. @default 10000 */
  readonly timeout?: number | undefined
  /** Delay between two probes, in milliseconds, for servers with rate limits. @default 0 */
  readonly requestDelay?: number | undefined
  /** Called with each result as soon as its probe has ended. */
  readonly onResult?: ((result: CheckResult) => void) | undefined
}

/** The result of one probe. */
export interface CheckResult {
  readonly topic: string
  readonly name: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly findings: readonly Finding[]
  /** The reason why the probe was skipped. */
  readonly reason?: string
  /** Request line of the last request. */
  readonly request?: string
  /** Status of its response. */
  readonly status?: number
  readonly milliseconds: number
}

/** The results of all probes. */
export interface CheckReport {
  readonly url: string
  /** The envelope's id, with the suffix `:strict` in strict mode. */
  readonly envelope: string
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly results: readonly CheckResult[]
}

/** Number of successive probes without a response after which the other probes are skipped. */
const MAX_UNANSWERED = 5

/**
 * Checks a running server, in any language: sends it requests, and checks every response.
 *
 * The built-in requests have no side effects: GET, HEAD, OPTIONS, TRACE and PROPFIND, any method on paths without a
 * route, and bodies on `plan.post` that cannot be parsed. Only `plan.requests` can have side effects.
 *
 * @throws TypeError that names the invalid option.
 * @throws Error if the server cannot be reached.
 */
export async function checkServer(options: CheckOptions): Promise<CheckReport> {
  const { envelope, plan = {}, requestDelay = 0, onResult } = options
  const target = createTarget(options)
  assertPlan(plan)
  const { gaps = {} } = plan
  const secrets = collectSecrets([target, ...(plan.requests ?? [])])
  const checker = new ResponseChecker({ ...options, secrets })
  // Throws for an unknown code.
  for (const { expect } of plan.requests ?? [])
    for (const code of [expect.code ?? []].flat()) checker.lookUp(code)
  await assertReachable(checker, target)
  const validator = await loadOpenApi(options, checker, target)
  const paths: KnownPaths = {
    get: plan.get ?? (await findGetPath(validator, checker, target)),
    post: plan.post,
  }

  const topics = createProbes(plan, paths, checker)
  checkGaps(gaps, topics)
  const results: CheckResult[] = []
  const exchanges: Exchange[] = []
  const addResult = (result: CheckResult): void => {
    results.push(result)
    onResult?.(result)
  }
  let unanswered = 0
  for (const [topic, probes] of Object.entries(topics)) {
    for (const { name, run } of probes) {
      const gap = gaps[`${topic}/${name}`] ?? gaps[`${topic}/*`]
      const reason = gap ?? (unanswered >= MAX_UNANSWERED ? 'The server stopped responding' : undefined)
      if (reason !== undefined) {
        addResult(createSkippedResult(topic, name, reason))
        continue
      }
      if (requestDelay > 0) await sleep(requestDelay)
      // A server whose parser accepts an invalid request processes it, so protocol probes use a path without a route.
      const session = new ProbeSession(checker, target, topic === 'protocol' ? undefined : paths.post)
      const startTime = performance.now()
      const skipReason = await session.run(run)
      exchanges.push(...session.exchanges)
      unanswered = session.findings.some(({ rule }) => rule === 'answer') ? unanswered + 1 : 0
      addResult(createResult(topic, name, session, skipReason, secrets, performance.now() - startTime))
    }
  }
  for (const result of checkOpenApi(validator, exchanges, gaps, secrets)) addResult(result)
  return {
    url: String(options.url),
    envelope: envelope.mode === 'strict' ? `${envelope.id}:strict` : envelope.id,
    ...countOutcomes(results),
    results,
  }
}

/** The topics of a check, in their order. */
export const checkTopics = [
  'routing',
  'url',
  'method',
  'head',
  'request-id',
  'key',
  'body',
  'protocol',
  'connection',
  'raise',
  'stream',
  'requests',
  'openapi',
] as const

function createProbes(
  plan: Plan,
  paths: KnownPaths,
  checker: ResponseChecker,
): Record<string, readonly Probe[]> {
  const codes = checker.errorClasses.map(({ code }) => code)
  return {
    routing: routingProbes,
    url: urlProbes,
    method: createMethodProbes(paths),
    head: createHeadProbes(paths),
    'request-id': requestIdProbes,
    key: createKeyProbes(paths),
    body: createBodyProbes(paths),
    protocol: protocolProbes,
    connection: connectionProbes,
    raise: createRaiseProbes(plan, codes),
    stream: createStreamProbes(plan, codes),
    requests: createPlannedProbes(plan),
  } satisfies Record<Exclude<(typeof checkTopics)[number], 'openapi'>, readonly Probe[]>
}

function createTarget({ url, headers = {}, timeout = 10_000 }: CheckOptions): Target {
  const text = String(url)
  const parsed = URL.canParse(text) ? new URL(text) : undefined
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    throw new TypeError(`url must start with http:// or https://, not ${JSON.stringify(text)}`)
  if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '' || parsed.hash !== '')
    throw new TypeError('url must not contain credentials, a query or a fragment')
  if (!(timeout >= 1)) throw new TypeError(`timeout must be a number of milliseconds, not ${String(timeout)}`)
  const lowerCaseHeaders: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (!isSendable(name, value))
      throw new TypeError(`headers: ${JSON.stringify(name)} cannot be sent with this value`)
    lowerCaseHeaders[name.toLowerCase()] = value
  }
  const isSecure = parsed.protocol === 'https:'
  return {
    host: parsed.hostname.replaceAll(/^\[|\]$/g, ''),
    port: Number(parsed.port) || (isSecure ? 443 : 80),
    isSecure,
    root: parsed.pathname.replace(/(?<!\/)\/+$/, ''),
    headers: lowerCaseHeaders,
    timeout,
  }
}

/** Collects the values of cookies, and of other credentials the part after the scheme. */
function collectSecrets(requests: readonly Pick<PlannedRequest, 'headers'>[]): string[] {
  return requests
    .flatMap(({ headers = {} }) => Object.entries(headers))
    .filter(([name]) => /auth|key|token|cookie|secret/i.test(name))
    .flatMap(([name, value]) =>
      /cookie/i.test(name)
        ? value.split(/;\s*/).map((pair) => pair.replace(/^[^=]*=/, ''))
        : [value.replace(/^\S+\s+/, '')],
    )
    .filter((secret) => secret.length >= MIN_SECRET_LENGTH)
}

/** @throws Error if no connection can be made. */
async function assertReachable(checker: ResponseChecker, target: Target): Promise<void> {
  const session = new ProbeSession(checker, target)
  let problem: Error | undefined
  await session.run(async () => {
    await session.connect().catch((error: unknown) => {
      problem = error instanceof Error ? error : new Error(String(error))
    })
  })
  if (problem !== undefined) {
    const { message } = problem
    throw new Error(`${target.host}:${target.port} cannot be reached: ${message}`, { cause: problem })
  }
}

async function loadOpenApi(
  { openapi }: CheckOptions,
  checker: ResponseChecker,
  target: Target,
): Promise<OpenApiValidator | undefined> {
  if (openapi === null) return undefined
  if (openapi !== undefined) return new OpenApiValidator(openapi, target.root)
  let validator: OpenApiValidator | undefined
  await new ProbeSession(checker, target).run(async (session) => {
    const { status, body } = await session.request({ path: '/openapi.json' })
    if (status !== 200) return
    try {
      validator = new OpenApiValidator(JSON.parse(body), target.root)
    } catch {
      // The response at this path is not an OpenAPI document.
    }
  })
  return validator
}

/** Returns a path of the document that responds to GET with success. */
async function findGetPath(
  validator: OpenApiValidator | undefined,
  checker: ResponseChecker,
  target: Target,
): Promise<string | undefined> {
  for (const path of validator?.getPaths.slice(0, 10) ?? []) {
    let status = 0
    await new ProbeSession(checker, target).run(async (session) => {
      ;({ status } = await session.request({ path }))
    })
    if (status >= 200 && status < 300) return path
  }
  return undefined
}

/** @throws TypeError that names an unknown probe. */
function checkGaps(
  gaps: Readonly<Record<string, string>>,
  topics: Readonly<Record<string, readonly Probe[]>>,
): void {
  for (const id of Object.keys(gaps)) {
    const slash = id.indexOf('/')
    const [topic, name] = [id.slice(0, slash), id.slice(slash + 1)]
    // The names of the topic openapi depend on the responses.
    const isKnown =
      topic === 'openapi' ||
      (Object.hasOwn(topics, topic) &&
        (name === '*' || topics[topic]?.some((probe) => probe.name === name) === true))
    if (!isKnown) throw new TypeError(`plan.gaps: unknown probe ${JSON.stringify(id)}`)
  }
}

function createSkippedResult(topic: string, name: string, reason: string): CheckResult {
  return { topic, name, outcome: 'skipped', findings: [], reason, milliseconds: 0 }
}

function createResult(
  topic: string,
  name: string,
  { findings, lastRequest }: ProbeSession,
  skipReason: string | undefined,
  secrets: readonly string[],
  milliseconds: number,
): CheckResult {
  return {
    topic,
    name,
    outcome: findings.length > 0 ? 'failed' : skipReason === undefined ? 'passed' : 'skipped',
    findings: redactFindings(findings, secrets),
    ...(skipReason === undefined ? {} : { reason: skipReason }),
    ...(lastRequest === undefined ? {} : { request: redactReport(lastRequest.line, secrets) }),
    ...(lastRequest?.status === undefined ? {} : { status: lastRequest.status }),
    milliseconds: Math.round(milliseconds * 10) / 10,
  }
}

/** Redacts findings and removes duplicates. */
function redactFindings(findings: readonly Finding[], secrets: readonly string[]): Finding[] {
  const redacted = findings.map(({ rule, message }) => ({ rule, message: redactReport(message, secrets) }))
  return [...new Map(redacted.map((finding) => [`${finding.rule} ${finding.message}`, finding])).values()]
}

/** Creates a result for each operation and status that the responses had. */
function checkOpenApi(
  validator: OpenApiValidator | undefined,
  exchanges: readonly Exchange[],
  gaps: Readonly<Record<string, string>>,
  secrets: readonly string[],
): CheckResult[] {
  const topic = 'openapi'
  if (validator === undefined)
    return [
      createSkippedResult(topic, 'all-responses', 'No OpenAPI document at /openapi.json; pass --openapi'),
    ]
  const findingsByName = new Map<string, Finding[]>()
  for (const exchange of exchanges) {
    if (exchange.method === 'HEAD') continue
    const checked = validator.check(exchange)
    if (checked !== undefined)
      findingsByName.set(checked.name, [...(findingsByName.get(checked.name) ?? []), ...checked.findings])
  }
  return [...findingsByName].map(([name, findings]): CheckResult => {
    const gap = gaps[`openapi/${name}`] ?? gaps['openapi/*']
    if (gap !== undefined) return createSkippedResult(topic, name, gap)
    return {
      topic,
      name,
      outcome: findings.length > 0 ? 'failed' : 'passed',
      findings: redactFindings(findings, secrets),
      milliseconds: 0,
    }
  })
}

function countOutcomes(results: readonly CheckResult[]): { passed: number; failed: number; skipped: number } {
  const count = { passed: 0, failed: 0, skipped: 0 }
  for (const { outcome } of results) count[outcome] += 1
  return count
}
