import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { estimate, median, type Estimate } from './statistics.ts'
import { MAX_START_UP_MS } from './targets.ts'
import type { Framework } from './workload.ts'

/** How a process loads modules. */
const FORMATS = ['import', 'require'] as const

type Format = (typeof FORMATS)[number]

/** CPU time that a new process needs to load an adapter in addition to its framework, in milliseconds. */
export interface StartUpResult {
  readonly framework: Framework
  readonly format: Format
  readonly frameworkMs: number
  /** Of the differences of the rounds. Spread and noise are fractions of the time with the adapter. */
  readonly difference: Estimate
  readonly maxMs: number
}

interface Modules {
  readonly framework: readonly string[]
  readonly adapter: string
}

const MODULES: Readonly<Record<Framework, Modules>> = {
  'node:http': { framework: ['node:http'], adapter: '@faultline/node' },
  express: { framework: ['express'], adapter: '@faultline/express' },
  koa: { framework: ['koa'], adapter: '@faultline/koa' },
  fastify: { framework: ['fastify'], adapter: '@faultline/fastify' },
  hono: { framework: ['hono'], adapter: '@faultline/hono' },
  'nest-express': createNestModules('express'),
  'nest-fastify': createNestModules('fastify'),
}

function createNestModules(platform: string): Modules {
  const framework = ['reflect-metadata', '@nestjs/common', '@nestjs/core', `@nestjs/platform-${platform}`]
  return { framework, adapter: '@faultline/nestjs' }
}

/** A heap that is large enough from the start: whether an adapter causes one more collection depends on its framework. */
const HEAP_OPTIONS = ['--min-semi-space-size=64', '--initial-old-space-size=256']

/** Number of processes of each kind in a round. */
const PROCESSES_PER_ROUND = 3

const FOLDER = fileURLToPath(new URL('..', import.meta.url))

/** Statement that prints the CPU time of the process in milliseconds when it ends. */
const PRINT_CPU_TIME =
  "process.on('exit', () => { const { user, system } = process.cpuUsage(); console.log((user + system) / 1000) })"

/**
 * Measures the start with a framework alone and with its adapter, in turn, in both formats.
 *
 * @param node Path of the Node.js binary.
 */
export function measureStartUp(framework: Framework, rounds: number, node: string): StartUpResult[] {
  const { framework: modules, adapter } = MODULES[framework]
  return FORMATS.map((format) => {
    const times = Array.from({ length: rounds }, () => {
      const [frameworkMs, adapterMs] = measureProcesses([
        () => measureProcess(node, format, modules),
        () => measureProcess(node, format, [...modules, adapter]),
      ])
      return { frameworkMs, differenceMs: adapterMs - frameworkMs }
    })
    const frameworkMs = median(times.map((time) => time.frameworkMs))
    const differences = times.map(({ differenceMs }) => differenceMs)
    return {
      framework,
      format,
      frameworkMs,
      difference: estimate(differences, frameworkMs + median(differences)),
      maxMs: MAX_START_UP_MS,
    }
  })
}

/** Measures two kinds of processes in turn. Returns the shortest time of each: other programs only make a start slower. */
function measureProcesses([first, second]: readonly [() => number, () => number]): [number, number] {
  let shortest: [number, number] = [Infinity, Infinity]
  for (let count = 0; count < PROCESSES_PER_ROUND; count += 1)
    shortest = [Math.min(shortest[0], first()), Math.min(shortest[1], second())]
  return shortest
}

/** Returns the CPU time of a new process that loads modules, from its start to its end, in milliseconds. */
function measureProcess(node: string, format: Format, modules: readonly string[]): number {
  const statements = modules.map((module) =>
    format === 'import' ? `import '${module}'` : `require('${module}')`,
  )
  const type = format === 'import' ? 'module' : 'commonjs'
  const code = [...statements, PRINT_CPU_TIME].join('\n')
  const options = { cwd: FOLDER, encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production' } } as const
  return Number(execFileSync(node, [...HEAP_OPTIONS, `--input-type=${type}`, '--eval', code], options))
}
