import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiErrorClass, Envelope } from '@faultline/core'
import { Desk, type Exchange, type Target } from './probe-session.ts'
import type { Finding } from './finding.ts'
import { hidden, SHORTEST_SECRET } from './redact-report.ts'
import { Judge } from './response-checker.ts'
import { OpenApiHolder } from './openapi-validator.ts'
import { assertPlan, isSendable, type Plan, type PlannedRequest } from './plan.ts'
import type { Known, Probe } from './probe.ts'
import { plannedProbes, raiseProbes, streamProbes } from './probes-errors.ts'
import { bodyProbes, connectionProbes, idProbes, keyProbes, protocolProbes } from './probes-exchange.ts'
import { headProbes, methodProbes, routingProbes, urlProbes } from './probes-routing.ts'

/** What is checked, and by what. */
export interface CheckOptions {
  /** The server's address; a path in it is what all paths begin with. */
  readonly url: string | URL
  /** The envelope that it answers in. */
  readonly envelope: Envelope
  /** Sent with every request: who asks, above all. No report has the keys and tokens in them. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** What is known of the server, and what it is to be asked beside. @default nothing */
  readonly plan?: Plan | undefined
  /** Kinds of error of the server's own. @default none */
  readonly errors?: readonly ApiErrorClass[] | undefined
  /** An OpenAPI 3 document that answers are held to; null for none. @default what is at `/openapi.json` */
  readonly openapi?: unknown
  /** The header of request ids. @default x-request-id */
  readonly requestIdHeader?: string | undefined
  /** The longest that a connection or an answer may take, in milliseconds. @default 10000 */
  readonly timeout?: number | undefined
  /** What is waited between two requests, in milliseconds, for servers that limit rates. @default 0 */
  readonly requestDelay?: number | undefined
  /** Hears of each result as it comes. */
  readonly onResult?: ((result: CheckResult) => void) | undefined
}

/** What became of one probe. */
export interface CheckResult {
  readonly topic: string
  readonly name: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
  /** What is wrong. */
  readonly findings: readonly Finding[]
  /** Why it was not run, or does not count. */
  readonly reason?: string
  /** The first line of what was asked last. */
  readonly request?: string
  /** The status of the answer to it. */
  readonly status?: number
  readonly milliseconds: number
}

/** What became of all. */
export interface CheckReport {
  readonly url: string
  /** The envelope's id, `:strict` behind it for strict mode. */
  readonly envelope: string
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly results: readonly CheckResult[]
}

/** So many probes in a row without an answer, and the server is gone. */
const GONE = 5

/**
 * Checks a running server, whatever it is written in: sends it what a client could send, and judges every answer.
 *
 * Nothing that it sends by itself changes anything: GET, HEAD, OPTIONS, TRACE and PROPFIND, any method on paths that
 * are not there, and on `plan.post` bodies that can't be parsed. Only `plan.requests` do more.
 *
 * @throws TypeError naming the option that is wrong
 * @throws Error where the server can't be reached
 */
export async function checkServer(options: CheckOptions): Promise<CheckReport> {
  const { envelope, plan = {}, requestDelay = 0, onResult } = options
  const target = targetOf(options)
  assertPlan(plan)
  const { gaps = {} } = plan
  const secrets = secretsOf([target, ...(plan.requests ?? [])])
  const judge = new Judge({ ...options, secrets })
  for (const { expect } of plan.requests ?? [])
    for (const code of [expect.code ?? []].flat()) judge.wireOf(code)
  await reach(judge, target)
  const holder = await holderOf(options, judge, target)
  const known: Known = { get: plan.get ?? (await findGet(holder, judge, target)), post: plan.post }

  const topics = topicsOf(plan, known, judge)
  checkGaps(gaps, topics)
  const results: CheckResult[] = []
  const exchanges: Exchange[] = []
  const add = (result: CheckResult): void => {
    results.push(result)
    onResult?.(result)
  }
  let unanswered = 0
  for (const [topic, probes] of Object.entries(topics)) {
    for (const { name, run } of probes) {
      const gap = gaps[`${topic}/${name}`] ?? gaps[`${topic}/*`]
      const reason = gap ?? (unanswered >= GONE ? 'The server does not answer any more' : undefined)
      if (reason !== undefined) {
        add({ topic, name, outcome: 'skipped', findings: [], reason, milliseconds: 0 })
        continue
      }
      if (requestDelay > 0) await sleep(requestDelay)
      // Parsers that take what others refuse serve it: there is to be nothing at its path.
      const desk = new Desk(judge, target, topic === 'protocol' ? undefined : known.post)
      const began = performance.now()
      const skipped = await desk.run(run)
      exchanges.push(...desk.exchanges)
      unanswered = desk.findings.some(({ rule }) => rule === 'answer') ? unanswered + 1 : 0
      add(resultOf(topic, name, desk, skipped, secrets, performance.now() - began))
    }
  }
  for (const result of documented(holder, exchanges, gaps, secrets)) add(result)
  return {
    url: String(options.url),
    envelope: envelope.mode === 'strict' ? `${envelope.id}:strict` : envelope.id,
    ...counted(results),
    results,
  }
}

/** The topics that a check has, in its order. */
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

function topicsOf(plan: Plan, known: Known, judge: Judge): Record<string, readonly Probe[]> {
  const codes = judge.kinds.map(({ code }) => code)
  const topics: Record<Exclude<(typeof checkTopics)[number], 'openapi'>, readonly Probe[]> = {
    routing: routingProbes,
    url: urlProbes,
    method: methodProbes(known),
    head: headProbes(known),
    'request-id': idProbes,
    key: keyProbes(known),
    body: bodyProbes(known),
    protocol: protocolProbes,
    connection: connectionProbes,
    raise: raiseProbes(plan, codes),
    stream: streamProbes(plan, codes),
    requests: plannedProbes(plan),
  }
  return topics
}

function targetOf({ url, headers = {}, timeout = 10_000 }: CheckOptions): Target {
  const text = String(url)
  const parsed = URL.canParse(text) ? new URL(text) : undefined
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    throw new TypeError(`url must begin with http:// or https://, not ${JSON.stringify(text)}`)
  if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '' || parsed.hash !== '')
    throw new TypeError('url may have a host, a port and a path, and nothing else')
  if (!(timeout >= 1)) throw new TypeError(`timeout must be a number of milliseconds, not ${String(timeout)}`)
  const lower: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (!isSendable(name, value))
      throw new TypeError(`headers: ${JSON.stringify(name)} can't be sent with that value`)
    lower[name.toLowerCase()] = value
  }
  const isSecure = parsed.protocol === 'https:'
  return {
    host: parsed.hostname.replaceAll(/^\[|\]$/g, ''),
    port: Number(parsed.port) || (isSecure ? 443 : 80),
    isSecure,
    root: parsed.pathname.replace(/\/+$/, ''),
    headers: lower,
    timeout,
  }
}

/** What the client is known by: the values of cookies, and of other headers what is behind a scheme. */
function secretsOf(requests: readonly Pick<PlannedRequest, 'headers'>[]): string[] {
  return requests
    .flatMap(({ headers = {} }) => Object.entries(headers))
    .filter(([name]) => /auth|key|token|cookie|secret/i.test(name))
    .flatMap(([name, value]) =>
      /cookie/i.test(name)
        ? value.split(/;\s*/).map((pair) => pair.replace(/^[^=]*=/, ''))
        : [value.replace(/^\S+\s+/, '')],
    )
    .filter((secret) => secret.length >= SHORTEST_SECRET)
}

/** @throws Error where there is no connection */
async function reach(judge: Judge, target: Target): Promise<void> {
  const desk = new Desk(judge, target, undefined)
  try {
    await desk.connect()
  } catch (cause) {
    throw new Error(`${target.host}:${target.port} can't be reached: ${(cause as Error).message}`, { cause })
  } finally {
    await desk.run(() => Promise.resolve())
  }
}

async function holderOf(
  { openapi }: CheckOptions,
  judge: Judge,
  target: Target,
): Promise<OpenApiHolder | undefined> {
  if (openapi === null) return undefined
  if (openapi !== undefined) return new OpenApiHolder(openapi, target.root)
  let holder: OpenApiHolder | undefined
  await new Desk(judge, target, undefined).run(async (desk) => {
    const { status, body } = await desk.ask({ path: '/openapi.json' })
    if (status !== 200) return
    try {
      holder = new OpenApiHolder(JSON.parse(body), target.root)
    } catch {
      // What is there is no document.
    }
  })
  return holder
}

async function findGet(
  holder: OpenApiHolder | undefined,
  judge: Judge,
  target: Target,
): Promise<string | undefined> {
  for (const path of holder?.getPaths.slice(0, 10) ?? []) {
    let status = 0
    await new Desk(judge, target, undefined).run(async (desk) => {
      ;({ status } = await desk.ask({ path }))
    })
    if (status >= 200 && status < 300) return path
  }
  return undefined
}

/** @throws TypeError naming a gap that is no probe */
function checkGaps(gaps: Readonly<Record<string, string>>, topics: Record<string, readonly Probe[]>): void {
  for (const row of Object.keys(gaps)) {
    const [topic = '', name] = row.split(/\/(.*)/s)
    // What the document tells of is known only at the end.
    const isThere =
      topic === 'openapi' ||
      (Object.hasOwn(topics, topic) && (name === '*' || topics[topic]!.some((probe) => probe.name === name)))
    if (!isThere) throw new TypeError(`plan.gaps: there is no ${JSON.stringify(row)}`)
  }
}

function resultOf(
  topic: string,
  name: string,
  { findings, asked }: Desk,
  skipped: string | undefined,
  secrets: readonly string[],
  milliseconds: number,
): CheckResult {
  return {
    topic,
    name,
    outcome: findings.length > 0 ? 'failed' : skipped === undefined ? 'passed' : 'skipped',
    findings: tellable(findings, secrets),
    ...(skipped === undefined ? {} : { reason: skipped }),
    ...(asked === undefined ? {} : { request: hidden(asked.line, secrets) }),
    ...(asked?.status === undefined ? {} : { status: asked.status }),
    milliseconds: Math.round(milliseconds * 10) / 10,
  }
}

/** Findings, each once, with nothing in them that no report may have. */
function tellable(findings: readonly Finding[], secrets: readonly string[]): Finding[] {
  const told = findings.map(({ rule, message }) => ({ rule, message: hidden(message, secrets) }))
  return [...new Map(told.map((finding) => [`${finding.rule} ${finding.message}`, finding])).values()]
}

/** What an OpenAPI document makes of all answers, by operation and status. */
function documented(
  holder: OpenApiHolder | undefined,
  exchanges: readonly Exchange[],
  gaps: Readonly<Record<string, string>>,
  secrets: readonly string[],
): CheckResult[] {
  const topic = 'openapi'
  if (holder === undefined) {
    const reason = 'No OpenAPI document is at /openapi.json; --openapi names one'
    return [{ topic, name: 'every answer', outcome: 'skipped', findings: [], reason, milliseconds: 0 }]
  }
  const byName = new Map<string, Finding[]>()
  for (const exchange of exchanges) {
    if (exchange.method === 'HEAD') continue
    const told = holder.tell(exchange)
    if (told !== undefined) byName.set(told.name, [...(byName.get(told.name) ?? []), ...told.findings])
  }
  return [...byName].map(([name, findings]): CheckResult => {
    const gap = gaps[`openapi/${name}`] ?? gaps['openapi/*']
    if (gap !== undefined)
      return { topic, name, outcome: 'skipped', findings: [], reason: gap, milliseconds: 0 }
    return {
      topic,
      name,
      outcome: findings.length > 0 ? 'failed' : 'passed',
      findings: tellable(findings, secrets),
      milliseconds: 0,
    }
  })
}

function counted(results: readonly CheckResult[]): { passed: number; failed: number; skipped: number } {
  const count = { passed: 0, failed: 0, skipped: 0 }
  for (const { outcome } of results) count[outcome] += 1
  return count
}
