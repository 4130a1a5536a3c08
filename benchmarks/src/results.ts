import { createRequire } from 'node:module'
import { arch, cpus, platform, release, totalmem } from 'node:os'
import process from 'node:process'
import type { Comparison } from './compare.ts'
import type { MicroResult } from './micro.ts'
import type { StartUpResult } from './start-up.ts'

/** All results of a run, as `--json` writes them. */
export interface Results {
  readonly date: string
  readonly machine: {
    readonly cpu: string
    readonly cores: number
    readonly memoryGiB: number
    readonly system: string
  }
  /** Versions of Node.js and of the measured packages. */
  readonly versions: Readonly<Record<string, string>>
  readonly runs: readonly Run[]
}

/** The results on one version of Node.js. The first run is that of the current version. */
export interface Run {
  readonly node: string
  readonly comparisons: readonly Comparison[]
  readonly micro: readonly MicroResult[]
  /** Undefined in results of earlier versions. */
  readonly startUp?: readonly StartUpResult[]
}

/** The packages whose versions are recorded. */
const PACKAGES = [
  '@common-sense/error-iq',
  '@faultline/core',
  '@hapi/boom',
  '@hono/node-server',
  '@koa/router',
  '@nestjs/core',
  'express',
  'fastify',
  'fastify-http-errors-enhanced',
  'hono',
  'http-errors',
  'koa',
  'nest-problem-details-filter',
  'openai',
  'pino',
  'zod',
]

export function createResults(runs: readonly Run[]): Results {
  const [cpu] = cpus()
  return {
    date: new Date().toISOString(),
    machine: {
      cpu: cpu?.model.trim() ?? 'unknown',
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      system: `${platform()} ${release()} ${arch()}`,
    },
    versions: {
      node: process.version,
      ...Object.fromEntries(PACKAGES.map((name) => [name, readVersion(name)])),
    },
    runs,
  }
}

/** Returns the installed version of a package. Not every package exports its package.json. */
function readVersion(name: string): string {
  const { version } = createRequire(import.meta.url)(
    new URL(`../node_modules/${name}/package.json`, import.meta.url).pathname,
  ) as { version: string }
  return version
}
