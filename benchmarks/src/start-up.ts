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
  /** Of the differences of the rounds. */
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
      const frameworkMs = measureProcess(node, format, modules)
      return { frameworkMs, differenceMs: measureProcess(node, format, [...modules, adapter]) - frameworkMs }
    })
    return {
      framework,
      format,
      frameworkMs: median(times.map(({ frameworkMs }) => frameworkMs)),
      difference: estimate(times.map(({ differenceMs }) => differenceMs)),
      maxMs: MAX_START_UP_MS,
    }
  })
}

/** Returns the CPU time of a new process that loads modules, from its start to its end, in milliseconds. */
function measureProcess(node: string, format: Format, modules: readonly string[]): number {
  const statements = modules.map((module) =>
    format === 'import' ? `import '${module}'` : `require('${module}')`,
  )
  const type = format === 'import' ? 'module' : 'commonjs'
  const code = [...statements, PRINT_CPU_TIME].join('\n')
  const options = { cwd: FOLDER, encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production' } } as const
  return Number(execFileSync(node, [`--input-type=${type}`, '--eval', code], options))
}
