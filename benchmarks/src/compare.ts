import { Child, CURRENT_RUNTIME, type Runtime } from './child-process.ts'
import { createRequest, exchange, findDifferences, type ReceivedResponse } from './exchange.ts'
import type { Load, LoadResult } from './load.ts'
import { estimate, MAX_NOISE, median, type Estimate } from './statistics.ts'
import { findTarget } from './targets.ts'
import { hasSameResponse, listVariants } from './variants.ts'
import { limitWarmUp, type Framework, type Kind } from './workload.ts'

/** Length of a measurement. A block has its own processes, because two processes with the same code differ in speed. */
export interface Settings {
  readonly blocks: number
  /** Blocks after which a comparison ends, although it is too noisy. */
  readonly maxBlocks: number
  readonly roundsPerBlock: number
  readonly roundMs: number
  /** Requests that each server of a block answers before its first round. Limited to `MAX_WARM_UP_ROUNDS`. */
  readonly warmUpRequests: number
}

const MAX_WARM_UP_ROUNDS = 50

/** The measured values of one variant. */
interface VariantResult {
  readonly variant: string
  /** CPU time of the server's process per request, in microseconds. */
  readonly cpuMicroseconds: number
  readonly requestsPerSecond: number
  /** CPU time of this variant divided by that of Faultline in the same round. Undefined for Faultline itself. */
  readonly ratio?: Estimate
  /** Lowest ratio. */
  readonly target?: number
}

export interface Comparison {
  readonly framework: Framework
  readonly kind: Kind
  readonly rounds: number
  readonly variants: readonly VariantResult[]
}

/** The variant that the ratios refer to. */
const REFERENCE = 'faultline'

interface Round {
  readonly requests: number
  readonly cpuMicroseconds: number
  readonly requestsPerSecond: number
}

interface Server {
  readonly variant: string
  readonly child: Child
  readonly load: Load
}

/**
 * Measures the variants of a framework in turn, after it has compared their responses.
 *
 * @throws Error naming the differences, if a variant sends another response than Faultline.
 */
export async function compare(
  framework: Framework,
  kind: Kind,
  settings: Settings,
  runtime: Runtime = CURRENT_RUNTIME,
): Promise<Comparison> {
  const names = await listVariants(framework, kind)
  const rounds = new Map<string, Round[]>(names.map((name) => [name, []]))
  const client = new Child('load')
  let comparison: Comparison
  let blocks = 0
  try {
    do {
      await measureBlock(framework, kind, settings, runtime, client, rounds)
      comparison = summarize(framework, kind, rounds)
      blocks += 1
    } while (blocks < settings.blocks || (blocks < settings.maxBlocks && isNoisy(comparison)))
  } finally {
    await client.stop()
  }
  return comparison
}

function isNoisy({ variants }: Comparison): boolean {
  return variants.some(
    ({ ratio, target }) => target !== undefined && ratio !== undefined && ratio.noise > MAX_NOISE,
  )
}

async function measureBlock(
  framework: Framework,
  kind: Kind,
  settings: Settings,
  runtime: Runtime,
  client: Child,
  rounds: ReadonlyMap<string, Round[]>,
): Promise<void> {
  const children = new Map(
    [...rounds.keys()].map((variant) => [variant, new Child('serve', [framework, variant, kind], runtime)]),
  )
  try {
    const servers = await Promise.all(
      [...children].map(([variant, child]) => startServer(variant, child, kind)),
    )
    checkResponses(framework, kind, servers)
    const warmUpRequests = limitWarmUp(kind, settings.warmUpRequests)
    for (const server of servers) await warmUp(server, client, { ...settings, warmUpRequests })
    for (let round = 0; round < settings.roundsPerBlock; round += 1)
      for (const server of servers)
        rounds.get(server.variant)?.push(await measureRound(server, client, settings.roundMs))
  } finally {
    await Promise.all([...children.values()].map((child) => child.stop()))
  }
}

type StartedServer = Server & { readonly response: ReceivedResponse }

async function startServer(variant: string, child: Child, kind: Kind): Promise<StartedServer> {
  const { port } = await child.receive<{ port: number }>()
  const request = createRequest(kind)
  const response = await exchange(port, request)
  const { statusLine, byteLength } = response
  return { variant, child, response, load: { port, request, statusLine, byteLength, durationMs: 0 } }
}

function checkResponses(framework: Framework, kind: Kind, servers: readonly StartedServer[]): void {
  const expected = servers.find(({ variant }) => variant === REFERENCE)?.response
  if (expected === undefined) throw new Error(`${framework} has no variant ${REFERENCE}`)
  const problems = servers
    .filter(({ variant }) => hasSameResponse(variant))
    .flatMap(({ variant, response }) =>
      findDifferences(response, expected).map(
        (difference) => `${framework}, ${kind}, ${variant}: ${difference}`,
      ),
    )
  if (problems.length > 0) throw new Error(problems.join('\n'))
}

async function warmUp(server: Server, client: Child, { warmUpRequests, roundMs }: Settings): Promise<void> {
  let requests = 0
  for (let round = 0; round < MAX_WARM_UP_ROUNDS && requests < warmUpRequests; round += 1)
    requests += (await measureRound(server, client, roundMs)).requests
}

async function measureRound({ child, load }: Server, client: Child, durationMs: number): Promise<Round> {
  await client.ask({ ...load, durationMs })
  const before = await child.ask<NodeJS.CpuUsage>({})
  const result = await client.ask<LoadResult>({})
  const after = await child.ask<NodeJS.CpuUsage>({})
  return {
    requests: result.requests,
    cpuMicroseconds: (after.user + after.system - before.user - before.system) / result.requests,
    requestsPerSecond: (result.requests / result.durationMs) * 1000,
  }
}

function summarize(
  framework: Framework,
  kind: Kind,
  rounds: ReadonlyMap<string, readonly Round[]>,
): Comparison {
  const references = rounds.get(REFERENCE) ?? []
  const variants = [...rounds].map(([variant, measured]): VariantResult => {
    const values = {
      variant,
      cpuMicroseconds: median(measured.map(({ cpuMicroseconds }) => cpuMicroseconds)),
      requestsPerSecond: median(measured.map(({ requestsPerSecond }) => requestsPerSecond)),
    }
    if (variant === REFERENCE) return values
    const target = findTarget(framework, kind, variant)
    const ratios = measured.map(
      ({ cpuMicroseconds }, index) => cpuMicroseconds / (references[index]?.cpuMicroseconds ?? Number.NaN),
    )
    return { ...values, ratio: estimate(ratios), ...(target !== undefined && { target }) }
  })
  return { framework, kind, rounds: references.length, variants }
}
