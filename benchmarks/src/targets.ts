import type { Framework, Kind } from './workload.ts'

/** A target for all frameworks, or per framework. */
type Target = number | Partial<Record<Framework, number>>

const TYPED_ERROR_LIBRARIES: Target = {
  koa: 1.6,
  fastify: 1.4,
  express: 1.5,
  'nest-express': 1.4,
  'nest-fastify': 1.4,
}

/**
 * Lowest ratios of the CPU time per request of a variant to that of Faultline. 1 means that both are equally fast, more
 * than 1 that Faultline is faster.
 */
const TARGETS: Readonly<Record<Kind, Readonly<Record<string, Target>>>> = {
  'typed-429': {
    bare: {
      koa: 0.95,
      fastify: 0.88,
      express: 0.9,
      hono: 0.88,
      'nest-express': 0.78,
      'nest-fastify': 0.78,
    },
    'hand-written': {
      koa: 1.3,
      fastify: 1.25,
      express: 1.3,
      hono: 1.25,
      'nest-express': 1.15,
      'nest-fastify': 1.15,
    },
    'http-errors': TYPED_ERROR_LIBRARIES,
    boom: TYPED_ERROR_LIBRARIES,
  },
  'unknown-error': { 'hand-written': 1 },
  'unknown-error-logged': { 'hand-written': 1 },
  'issues-50': { 'hand-written': 1 },
  'unknown-route-30': { bare: 0.92 },
  'unknown-route-1000': { bare: 0.92 },
  'upstream-429': { 'hand-written': 0.8 },
  success: { bare: 0.98 },
  // At most 1.3 times the time of a loop that writes the same events.
  stream: { bare: 0.77 },
}

/** Largest CPU time that an adapter adds to the start of a process with its framework, in milliseconds. */
export const MAX_START_UP_MS = 20

/** Returns the lowest ratio of a variant. Undefined if it has no target. */
export function findTarget(framework: Framework, kind: Kind, variant: string): number | undefined {
  const target = TARGETS[kind][variant]
  return typeof target === 'object' ? target[framework] : target
}
