// Measures one function of core and sends the result to the parent: `node micro.ts 0 1 15 40` measures the second function
// of the first group in 15 rounds of 40 ms. Each function has its own process, because V8 optimizes code for the values that
// it has processed, and a server does not use all envelopes.
import process from 'node:process'
import {
  createResponder,
  envelopes,
  InvalidFieldValue,
  deserializeBody,
  NotFound,
  RateLimitExceeded,
  toApiError,
  type ApiErrorClass,
  type ApiRequest,
  type EnvelopeId,
  type Responder,
  type ResponderOptions,
} from '@faultline/core'
import Boom from '@hapi/boom'
import createHttpError from 'http-errors'
import { measure } from 'mitata'
import { z } from 'zod'
import { estimate, MAX_NOISE, median, type Estimate } from './statistics.ts'

/** Two functions that are measured in turn. */
interface Case {
  readonly group: string
  readonly name: string
  readonly run: () => unknown
  readonly baselineName?: string
  readonly baseline?: () => unknown
  /** Largest ratio of the time of `run` to that of `baseline`. */
  readonly maxRatio?: number
  /** Whether errors capture no stack while the baseline runs. */
  readonly isBaselineWithoutStack?: boolean
}

/** CPU times in nanoseconds per call. */
export interface MicroResult {
  readonly group: string
  readonly name: string
  readonly nanoseconds: number
  readonly baselineName?: string
  readonly baselineNanoseconds?: number
  readonly ratio?: Estimate
  readonly maxRatio?: number
}

export interface MicroMessage {
  readonly groupCount: number
  /** Number of functions in the group. */
  readonly caseCount: number
  readonly result: MicroResult | undefined
  readonly isUsed: boolean
}

/** Largest ratio of a function whose time must not depend on the size of its input. */
const MAX_GROWTH = 1.1

/** Number of times that a noisy case is measured for longer. */
const MAX_REPEATS = 3

/** Holds results, so that no call is optimized away. */
let sink: unknown

const ids = Object.keys(envelopes) as (keyof typeof envelopes)[]

function createRequest(): ApiRequest {
  return { method: 'GET', url: '/v1/models', header: () => undefined, raw: undefined }
}

function createResponderWith(options: Partial<ResponderOptions>, envelope: EnvelopeId = 'ai-api'): Responder {
  return createResponder({ envelope, onError: [], ...options })
}

const rateLimited = new RateLimitExceeded({ retryAfter: 30 })

function createConstructCases(): Case[] {
  const baseline = {
    group: 'construct',
    baselineName: 'new Error() without a stack',
    baseline: () => new Error('Rate limit exceeded'),
    isBaselineWithoutStack: true,
  }
  return [
    {
      ...baseline,
      name: 'new RateLimitExceeded({ retryAfter })',
      run: () => new RateLimitExceeded({ retryAfter: 30 }),
      maxRatio: 1.3,
    },
    { ...baseline, name: 'new NotFound()', run: () => new NotFound(), maxRatio: 1.3 },
    {
      ...baseline,
      name: 'new InvalidFieldValue({ field })',
      run: () => new InvalidFieldValue({ field: 'messages[0].role' }),
    },
  ]
}

function createRecognizeCases(): Case[] {
  const thrown: Record<string, unknown> = {
    'an Error': new Error('The connection to the database was closed'),
    'an error of http-errors': createHttpError(404, 'No such model'),
    'an error of Boom': Boom.notFound('No such model'),
  }
  const cases = Object.entries(thrown).map(([name, value]): Case => ({
    group: 'recognize',
    name,
    run: () => toApiError(value),
  }))
  const issues = createIssues(50)
  return [
    ...cases,
    { group: 'recognize', name: 'a ZodError with 50 issues', run: () => toApiError(new z.ZodError(issues)) },
  ]
}

function createEnvelopeCases(): Case[] {
  return ids.flatMap((id): Case[] => {
    const { [id]: envelope } = envelopes
    const responder = createResponderWith({}, id)
    const { status, headers, body } = responder.respond(rateLimited, createRequest())
    const json = deserializeBody(envelope, body)
    const context = { requestId: 'req_000000000000000000000000', timestamp: new Date() }
    return [
      {
        group: 'respond',
        name: id,
        run: () => responder.respond(rateLimited, createRequest()),
        baselineName: 'JSON.stringify(body)',
        baseline: () => JSON.stringify(json),
        // In an envelope with a shorter body, the head and the request id take longer than the body.
        ...(id === 'ai-api' && { maxRatio: 1.8 }),
      },
      { group: 'render', name: id, run: () => envelope.render(rateLimited, context) },
      { group: 'parse', name: id, run: () => envelope.parse({ status, headers, body: json }) },
    ]
  })
}

function createGrowthCases(): Case[] {
  const plain = createResponderWith({})
  const withCodes = createResponderWith({ errorClasses: createClasses(1000) })
  const withRecognizers = createResponderWith({
    recognizers: Array.from({ length: 100 }, () => () => undefined),
  })
  const shallow = createChain(1)
  const deep = createChain(10_000)
  const fewIssues = createIssues(50)
  const manyIssues = createIssues(10_000)
  const group = 'growth'
  const maxRatio = MAX_GROWTH
  return [
    {
      group,
      name: '1,000 error classes',
      run: createRun(withCodes, () => rateLimited),
      baselineName: 'without them',
      baseline: createRun(plain, () => rateLimited),
      maxRatio,
    },
    {
      group,
      name: '100 recognizers',
      run: createRun(withRecognizers, () => rateLimited),
      baselineName: 'without them',
      baseline: createRun(plain, () => rateLimited),
      maxRatio,
    },
    {
      group,
      name: '10,000 causes',
      run: createRun(plain, () => deep),
      baselineName: 'one cause',
      baseline: createRun(plain, () => shallow),
      maxRatio,
    },
    {
      group,
      name: '10,000 issues of zod',
      run: createRun(plain, () => new z.ZodError(manyIssues)),
      baselineName: '50 issues',
      baseline: createRun(plain, () => new z.ZodError(fewIssues)),
      maxRatio,
    },
  ]
}

function createRun(responder: Responder, createThrown: () => unknown): () => unknown {
  return () => responder.respond(createThrown(), createRequest())
}

function createClasses(count: number): ApiErrorClass[] {
  return Array.from(
    { length: count },
    (_, index) =>
      class extends NotFound {
        static override code = `not_found_${index}`
      },
  )
}

function createChain(depth: number): Error {
  let error = new Error('The first cause')
  for (let index = 0; index < depth; index += 1) error = new Error('A later failure', { cause: error })
  return error
}

function createIssues(count: number): z.core.$ZodIssue[] {
  return Array.from({ length: count }, (_, index) => ({
    code: 'invalid_type',
    expected: 'string',
    path: ['items', index, 'name'],
    message: 'Invalid input: expected string, received number',
    input: undefined,
  }))
}

/**
 * Returns the CPU time of this thread in nanoseconds. Unlike the time of day, it excludes other processes. Node.js before
 * 23.9 measures only the process, which includes the threads of the compiler.
 */
function getCpuTime(): number {
  const { user, system } = 'threadCpuUsage' in process ? getThreadUsage(process) : process.cpuUsage()
  return (user + system) * 1000
}

function getThreadUsage({ threadCpuUsage }: { threadCpuUsage?: unknown }): NodeJS.CpuUsage {
  return (threadCpuUsage as () => NodeJS.CpuUsage)()
}

/** Returns the CPU time of one call in nanoseconds. */
async function time(run: () => unknown, durationMs: number, hasStack: boolean): Promise<number> {
  const { stackTraceLimit } = Error
  if (!hasStack) Error.stackTraceLimit = 0
  try {
    const { avg } = await measure(
      () => {
        sink = run()
      },
      { now: getCpuTime, gc: false, min_cpu_time: durationMs * 1e6, min_samples: 2, batch_samples: 1024 },
    )
    return avg
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

async function measureCase(
  { run, baseline, isBaselineWithoutStack = false, ...description }: Case,
  rounds: number,
  durationMs: number,
): Promise<MicroResult> {
  const { group, name, baselineName, maxRatio } = description
  const times: number[] = []
  const baselineTimes: number[] = []
  const measureRounds = async (count: number): Promise<void> => {
    for (let round = 0; round < count; round += 1) {
      if (baseline) baselineTimes.push(await time(baseline, durationMs, !isBaselineWithoutStack))
      times.push(await time(run, durationMs, true))
    }
  }
  const getRatio = (): Estimate =>
    estimate(times.map((value, index) => value / (baselineTimes[index] ?? Number.NaN)))
  // V8 compiles the functions in the first rounds.
  await measureRounds(Math.ceil(rounds / 2))
  times.length = 0
  baselineTimes.length = 0
  await measureRounds(rounds)
  for (let repeat = 0; repeat < MAX_REPEATS; repeat += 1)
    if (maxRatio !== undefined && getRatio().noise > MAX_NOISE) await measureRounds(rounds)
  const result = { group, name, nanoseconds: median(times) }
  if (baselineName === undefined) return result
  return {
    ...result,
    baselineName,
    baselineNanoseconds: median(baselineTimes),
    ratio: getRatio(),
    ...(maxRatio !== undefined && { maxRatio }),
  }
}

process.on('disconnect', () => process.exit())
const [group = 0, index = 0, rounds = 1, durationMs = 1] = process.argv.slice(2).map(Number)
const groups = [createConstructCases, createRecognizeCases, createEnvelopeCases, createGrowthCases]
const cases = groups[group]?.() ?? []
const { [index]: selected } = cases
process.send?.({
  groupCount: groups.length,
  caseCount: cases.length,
  result: selected && (await measureCase(selected, rounds, durationMs)),
  isUsed: sink !== undefined,
} satisfies MicroMessage)
