import { setTimeout as sleep } from 'node:timers/promises'
import * as Boom from '@hapi/boom'
import { ResourceNotFound } from '@faultline/core'
import createHttpError from 'http-errors'

const SECRET = 'sk-live-secret is in this text'

/** Thrown values of `GET /v1/throw/:kind`: not typed errors, and most of them contain a secret. */
const kinds: Readonly<Record<string, () => unknown>> = {
  error: () => new Error(SECRET),
  string: () => SECRET,
  null: () => null,
  undefined: () => undefined,
  number: () => 404,
  object: () => ({ message: SECRET, status: 'teapot' }),
  rejection: () => Promise.reject(new Error(SECRET)),
  frozen: () => Object.freeze(new Error(SECRET)),
  proxy: () =>
    new Proxy(new Error(SECRET), {
      get() {
        throw new Error(SECRET)
      },
    }),
  getter: () => ({
    get message(): string {
      throw new Error(SECRET)
    },
    get status(): number {
      throw new Error(SECRET)
    },
  }),
  circular: () => {
    const error: Error & { self?: unknown } = new Error(SECRET)
    error.self = error
    error.cause = error
    return error
  },
  huge: () => new Error(`${SECRET} ${'x'.repeat(1024 * 1024)}`),
  aggregate: () => new AggregateError([new Error(SECRET), SECRET], SECRET),
  'http-errors': () => createHttpError(409, 'The pet is taken', { expose: true }),
  boom: () => Boom.notFound('There is no such pet', { secret: SECRET }),
  abort: () => new DOMException(SECRET, 'AbortError'),
  econnrefused: () =>
    Object.assign(new Error(`connect ECONNREFUSED 10.0.0.5:5432 ${SECRET}`), {
      code: 'ECONNREFUSED',
      errno: -111,
    }),
  bigint: () => 10n,
  nested: () => {
    let error = new Error(SECRET)
    for (let depth = 1; depth < 10_000; depth++) error = new Error(SECRET, { cause: error })
    return error
  },
}

/** The part of the body that a handler sends before it throws, for the kind `after-headers`. */
export const PARTIAL_BODY = '{"id":"chatcmpl-1","choices":['

/**
 * Throws a value that is not a typed error. It rejects instead of throwing: some frameworks treat a synchronously
 * thrown null as success.
 */
export async function throwKind(kind: string): Promise<never> {
  if (kind === 'after-headers') {
    // Wait until the partial body is on the wire, so that clients see a truncated response.
    await sleep(5)
    throw new Error(SECRET)
  }
  if (!Object.hasOwn(kinds, kind)) throw new ResourceNotFound({ resource: kind })
  throw await kinds[kind]?.()
}
