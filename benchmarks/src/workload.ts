import { APIError } from 'openai/error'
import { z } from 'zod'

/** Servers that are measured. NestJS is measured on both of its platforms. */
export const FRAMEWORKS = [
  'node:http',
  'express',
  'koa',
  'fastify',
  'hono',
  'nest-express',
  'nest-fastify',
] as const

export type Framework = (typeof FRAMEWORKS)[number]

export function isFramework(name: string): name is Framework {
  return FRAMEWORKS.some((framework) => framework === name)
}

interface KindDefinition {
  readonly description: string
  readonly status: number
  /** Number of routes besides the measured one. They are added after it. */
  readonly otherRoutes: number
  /** @default all */
  readonly frameworks?: readonly Framework[]
  /** Maximum number of requests that a server answers before its first round. @default that of the settings */
  readonly maxWarmUpRequests?: number
}

/** Kinds of requests that are measured. */
export const KINDS = {
  'typed-429': { description: 'a typed 429', status: 429, otherRoutes: 30 },
  'unknown-error': { description: 'an unknown Error, not logged', status: 500, otherRoutes: 30 },
  'unknown-error-logged': { description: 'an unknown Error, logged by pino', status: 500, otherRoutes: 30 },
  'issues-50': { description: '50 validation issues of zod', status: 400, otherRoutes: 30 },
  'unknown-route-30': { description: 'an unknown route beside 30 routes', status: 404, otherRoutes: 30 },
  'unknown-route-1000': {
    description: 'an unknown route beside 1,000 routes',
    status: 404,
    otherRoutes: 1000,
  },
  'upstream-429': { description: "a provider's 429, thrown by its SDK", status: 429, otherRoutes: 30 },
  success: { description: 'a successful response', status: 200, otherRoutes: 30 },
  stream: {
    description: 'a stream of 10,000 events',
    status: 200,
    otherRoutes: 30,
    frameworks: ['node:http'],
    maxWarmUpRequests: 300,
  },
} as const satisfies Readonly<Record<string, KindDefinition>>

export type Kind = keyof typeof KINDS

/** Returns whether a kind is measured on a framework. */
export function isMeasured(framework: Framework, kind: Kind): boolean {
  const { frameworks = FRAMEWORKS }: KindDefinition = KINDS[kind]
  return frameworks.includes(framework)
}

/** Returns the number of requests that a server of a kind answers before its first round. */
export function limitWarmUp(kind: Kind, requests: number): number {
  const { maxWarmUpRequests = requests }: KindDefinition = KINDS[kind]
  return Math.min(requests, maxWarmUpRequests)
}

export function isKind(name: string): name is Kind {
  return Object.hasOwn(KINDS, name)
}

/** Path of the route that is measured. */
export const MEASURED_PATH = '/v1/models'

/** Returns the path that is requested. */
export function getRequestPath(kind: Kind): string {
  return isUnknownRoute(kind) ? '/v1/modles' : MEASURED_PATH
}

export function isUnknownRoute(kind: Kind): boolean {
  return kind === 'unknown-route-30' || kind === 'unknown-route-1000'
}

export interface Route {
  readonly method: 'GET' | 'POST'
  readonly path: string
}

/** Returns the other routes of a kind: GET and POST in turn, a quarter of them with a parameter. */
export function createOtherRoutes(kind: Kind): Route[] {
  return Array.from({ length: KINDS[kind].otherRoutes }, (_, index) => ({
    method: index % 2 === 0 ? 'GET' : 'POST',
    path: index % 4 === 0 ? `/v1/resource-${index}/:id` : `/v1/resource-${index}`,
  }))
}

/** Seconds after which the client may retry a typed 429. */
export const RETRY_AFTER = 30

export const SUCCESS_BODY = { object: 'list', data: [{ id: 'echo', object: 'model' }] }

const orderSchema = z.object({
  items: z.array(z.object({ name: z.string().min(3), quantity: z.number() })),
})

/** Input with two issues per item, 50 in total. */
const invalidOrder = { items: Array.from({ length: 25 }, () => ({ name: 'x', quantity: 'two' })) }

/** Body and headers of a provider's response, as its SDK receives them. */
const providerBody = {
  error: {
    message: 'Rate limit reached for requests per min (RPM): Limit 3, Used 3, Requested 1.',
    type: 'requests',
    param: null,
    code: 'rate_limit_exceeded',
  },
}
const providerHeaders = new Headers({ 'retry-after': '20', 'x-request-id': 'req_provider' })

const constantError = new Error('Rate limit exceeded')

/** A handler that throws the same error each time: what any exception costs on a framework. */
export function throwConstant(): never {
  throw constantError
}

/** Returns the handler of the measured route. Every variant calls it; only the typed error differs. */
export function createHandler(kind: Kind, createTypedError: () => unknown): () => object {
  switch (kind) {
    case 'typed-429':
      return () => {
        throw createTypedError()
      }
    case 'unknown-error':
    case 'unknown-error-logged':
      return () => {
        throw new Error('The connection to the database was closed')
      }
    case 'issues-50':
      return () => orderSchema.parse(invalidOrder)
    case 'upstream-429':
      return () => {
        throw APIError.generate(429, providerBody, undefined, providerHeaders)
      }
    default:
      return () => SUCCESS_BODY
  }
}
