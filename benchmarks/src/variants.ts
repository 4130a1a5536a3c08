import type { CreateServer, Variants } from './servers/running-server.ts'
import type { Framework, Kind } from './workload.ts'

/** Libraries whose bodies differ from those of Faultline. Only their status is compared, and they have no target. */
const LIBRARIES_WITH_OTHER_BODIES = [
  'error-iq',
  'fastify-http-errors-enhanced',
  'nest-problem-details-filter',
]

/** Variants that are measured with each kind, as far as a framework has them. `faultline` is the reference. */
const VARIANTS_BY_KIND: Readonly<Record<Kind, readonly string[]>> = {
  'typed-429': [
    'constant',
    'bare',
    'hand-written',
    'http-errors',
    'boom',
    ...LIBRARIES_WITH_OTHER_BODIES,
    'faultline',
  ],
  'unknown-error': ['bare', 'hand-written', 'faultline'],
  'unknown-error-logged': ['hand-written', 'faultline'],
  'issues-50': ['hand-written', 'faultline'],
  'unknown-route-30': ['bare', 'faultline'],
  'unknown-route-1000': ['bare', 'faultline'],
  'upstream-429': ['hand-written', 'faultline'],
  success: ['bare', 'faultline'],
  stream: ['bare', 'faultline'],
}

/** Functions that load the variants of a framework. A process loads the modules of one framework only. */
const LOADERS: Readonly<Record<Framework, () => Promise<Variants>>> = {
  'node:http': async () => (await import('./servers/node-http.ts')).variants,
  express: async () => (await import('./servers/express.ts')).variants,
  koa: async () => (await import('./servers/koa.ts')).variants,
  fastify: async () => (await import('./servers/fastify.ts')).variants,
  hono: async () => (await import('./servers/hono.ts')).variants,
  'nest-express': async () => (await import('./servers/nestjs.ts')).expressVariants,
  'nest-fastify': async () => (await import('./servers/nestjs.ts')).fastifyVariants,
}

/** Returns the names of the variants of a comparison. */
export async function listVariants(framework: Framework, kind: Kind): Promise<string[]> {
  const variants = await LOADERS[framework]()
  return VARIANTS_BY_KIND[kind].filter((name) => name in variants)
}

export async function findVariant(framework: Framework, name: string): Promise<CreateServer> {
  const { [name]: createServer } = await LOADERS[framework]()
  if (createServer === undefined) throw new Error(`${framework} does not have a variant ${name}`)
  return createServer
}

/** Returns whether a variant must send the same status, headers and body as Faultline. */
export function hasSameResponse(variant: string): boolean {
  return !LIBRARIES_WITH_OTHER_BODIES.includes(variant)
}
