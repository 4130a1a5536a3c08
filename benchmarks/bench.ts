// Measures servers with and without Faultline: `npm run bench`. README.md describes the method and the options.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Child, CURRENT_RUNTIME, type Runtime } from './src/child-process.ts'
import { compare, type Comparison, type Settings } from './src/compare.ts'
import type { MicroMessage, MicroResult } from './src/micro.ts'
import { createResults, type Run } from './src/results.ts'
import { measureStartUp, type StartUpResult } from './src/start-up.ts'
import { formatPercent, formatTable } from './src/table.ts'
import { describeResult, listVerdicts } from './src/verdicts.ts'
import {
  FRAMEWORKS,
  isFramework,
  isKind,
  isMeasured,
  KINDS,
  type Framework,
  type Kind,
} from './src/workload.ts'

const FULL: Settings = { blocks: 2, maxBlocks: 5, roundsPerBlock: 15, roundMs: 200, warmUpRequests: 30_000 }
const QUICK: Settings = { blocks: 1, maxBlocks: 1, roundsPerBlock: 1, roundMs: 50, warmUpRequests: 1 }
const FULL_MICRO = { rounds: 15, durationMs: 30 }
const QUICK_MICRO = { rounds: 1, durationMs: 1 }
const FULL_START_UP_ROUNDS = 11
const QUICK_START_UP_ROUNDS = 1

/** Name of the micro-benchmarks, as a value of `--kind`. */
const MICRO = 'micro'

/** Name of the measurement of the start of a process, as a value of `--kind`. */
const START_UP = 'start-up'

interface Selection {
  readonly frameworks: readonly Framework[]
  readonly kinds: readonly Kind[]
  readonly hasMicro: boolean
  readonly hasStartUp: boolean
  readonly isQuick: boolean
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      kind: { type: 'string', multiple: true },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      node: { type: 'string' },
    },
  })
  const { only = [], kind = [], quick, json, node } = values
  const selection = select(only, kind, quick)
  const runs = [await run(selection, CURRENT_RUNTIME, process.version)]
  if (node !== undefined) runs.push(await run(selection, build(node), readVersion(node)))
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(createResults(runs), undefined, 2)}\n`)
  if (quick) {
    console.log('All variants run. Times are not printed, because the rounds of --quick are too short.')
    return 0
  }
  return printVerdicts(runs)
}

function select(only: readonly string[], kinds: readonly string[], isQuick: boolean): Selection {
  const unknown = [
    ...only.filter((name) => !isFramework(name)),
    ...kinds.filter((name) => !isKind(name) && name !== MICRO && name !== START_UP),
  ]
  if (unknown.length > 0)
    throw new Error(
      `bench: unknown ${unknown.join(', ')}; --only is one of ${FRAMEWORKS.join(', ')}; --kind is one of ` +
        [...Object.keys(KINDS), MICRO, START_UP].join(', '),
    )
  const allKinds = Object.keys(KINDS).filter((name) => isKind(name))
  return {
    frameworks: only.length === 0 ? FRAMEWORKS : only.filter((name) => isFramework(name)),
    kinds: kinds.length === 0 ? allKinds : kinds.filter((name) => isKind(name)),
    hasMicro: kinds.length === 0 ? only.length === 0 : kinds.includes(MICRO),
    hasStartUp: kinds.length === 0 || kinds.includes(START_UP),
    isQuick,
  }
}

/** Compiles the servers for a version of Node.js that does not strip types. */
function build(node: string): Runtime {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  execFileSync('tsc', ['-p', 'tsconfig.build.json'], { cwd: folder, stdio: 'inherit' })
  return { node, modules: '../dist/' }
}

function readVersion(node: string): string {
  return execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
}

async function run(
  { frameworks, kinds, hasMicro, hasStartUp, isQuick }: Selection,
  runtime: Runtime,
  node: string,
): Promise<Run> {
  console.log(`Node.js ${node}`)
  const comparisons: Comparison[] = []
  for (const kind of kinds) {
    for (const framework of frameworks.filter((name) => isMeasured(name, kind))) {
      const comparison = await compare(framework, kind, isQuick ? QUICK : FULL, runtime)
      comparisons.push(comparison)
      if (isQuick) console.log(`${framework}: ${KINDS[kind].description}: the responses are equal`)
      else printComparison(comparison)
    }
  }
  const micro = hasMicro ? await measureMicro(isQuick, runtime) : []
  if (hasMicro && !isQuick) printMicro(micro)
  const rounds = isQuick ? QUICK_START_UP_ROUNDS : FULL_START_UP_ROUNDS
  const startUp = hasStartUp
    ? frameworks.flatMap((framework) => measureStartUp(framework, rounds, runtime.node))
    : []
  if (hasStartUp && !isQuick) printStartUp(startUp)
  return { node, comparisons, micro, startUp }
}

async function measureMicro(isQuick: boolean, runtime: Runtime): Promise<MicroResult[]> {
  const { rounds, durationMs } = isQuick ? QUICK_MICRO : FULL_MICRO
  const results: MicroResult[] = []
  let group = 0
  let index = 0
  let groupCount = 1
  while (group < groupCount) {
    const child = new Child('micro', [group, index, rounds, durationMs].map(String), runtime)
    try {
      const message = await child.receive<MicroMessage>()
      if (message.result !== undefined) results.push(message.result)
      groupCount = message.groupCount
      index += 1
      if (index < message.caseCount) continue
      group += 1
      index = 0
    } finally {
      await child.stop()
    }
  }
  return results
}

function printComparison({ framework, kind, rounds, variants }: Comparison): void {
  console.log(`\n${framework}: ${KINDS[kind].description}, ${rounds} rounds`)
  console.log(
    formatTable(
      ['variant', 'CPU per request', 'requests per second', 'ratio', 'spread', 'noise', 'target'],
      variants.map(({ variant, cpuMicroseconds, requestsPerSecond, ratio, target }) => [
        variant,
        `${cpuMicroseconds.toFixed(1)} µs`,
        requestsPerSecond.toFixed(0),
        ratio?.median.toFixed(2) ?? '',
        ratio === undefined ? '' : formatPercent(ratio.spread),
        ratio === undefined ? '' : formatPercent(ratio.noise),
        target === undefined ? '' : `>= ${target}`,
      ]),
    ),
  )
}

function printMicro(results: readonly MicroResult[]): void {
  console.log('\nFunctions of core')
  console.log(
    formatTable(
      ['function', 'time', 'baseline', 'time of the baseline', 'ratio', 'noise', 'target'],
      results.map(({ group, name, nanoseconds, baselineName = '', baselineNanoseconds, ratio, maxRatio }) => [
        `${group}: ${name}`,
        `${nanoseconds.toFixed(0)} ns`,
        baselineName,
        baselineNanoseconds === undefined ? '' : `${baselineNanoseconds.toFixed(0)} ns`,
        ratio?.median.toFixed(2) ?? '',
        ratio === undefined ? '' : formatPercent(ratio.noise),
        maxRatio === undefined ? '' : `<= ${maxRatio}`,
      ]),
    ),
  )
}

function printStartUp(results: readonly StartUpResult[]): void {
  console.log('\nStart of a process')
  console.log(
    formatTable(
      ['framework', 'CPU time of the framework', 'added by the adapter', 'spread', 'noise', 'target'],
      results.map(({ framework, format, frameworkMs, difference, maxMs }) => [
        `${framework}, ${format}`,
        `${frameworkMs.toFixed(1)} ms`,
        `${difference.median.toFixed(1)} ms`,
        formatPercent(difference.spread),
        formatPercent(difference.noise),
        `<= ${maxMs} ms`,
      ]),
    ),
  )
}

/** Prints every ratio with its target, and returns the exit code: 1 if the current Node.js misses a target. */
function printVerdicts([current, other]: readonly Run[]): number {
  const verdicts = current === undefined ? [] : listVerdicts(current)
  const others = new Map(
    (other === undefined ? [] : listVerdicts(other)).map((verdict) => [verdict.name, verdict]),
  )
  console.log('\nRatios and targets')
  console.log(
    formatTable(
      ['ratio', 'target', current?.node ?? '', 'noise', 'result', ...(other ? [other.node] : [])],
      verdicts.map((verdict) => [
        verdict.name,
        `${verdict.bound === 'min' ? '>=' : '<='} ${verdict.target}`,
        verdict.ratio.median.toFixed(2),
        formatPercent(verdict.ratio.noise),
        describeResult(verdict),
        ...(other ? [others.get(verdict.name)?.ratio.median.toFixed(2) ?? ''] : []),
      ]),
    ),
  )
  const missed = verdicts.filter(({ isMissed }) => isMissed)
  console.log(`\n${verdicts.length - missed.length} of ${verdicts.length} targets are met or out of reach.`)
  return missed.length > 0 ? 1 : 0
}

process.exitCode = await main()
