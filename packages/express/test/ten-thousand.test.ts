import { Agent, get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { deserializeBody } from '@faultline/core'
import type { NextFunction, Request, Response } from 'express'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isApiError, type EnvelopeId } from '../src/index.ts'
import { majors, serve, type Served } from './serve.ts'
import { expectValid, modes } from './spec.ts'
import { expressControlValues, falsyValues, CANARY, thrownValues } from '@faultline/testing'

/** Number of concurrent requests, and number of repetitions. */
const FLIGHT = 20
const FLIGHTS = 250

const secret = fc.constant(CANARY)
const primitive = fc.oneof(
  secret,
  fc.string({ unit: 'binary' }),
  fc.integer({ min: -1, max: 1000 }),
  fc.double(),
  fc.bigInt(),
  fc.boolean(),
  fc.constantFrom(null, undefined, Symbol(CANARY), () => CANARY),
)

/** Any value that fast-check generates, with a secret in its leaves. */
const anything = fc.anything({
  key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'then', 'toJSON')),
  values: [primitive],
  maxDepth: 3,
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
})

const status = fc.oneof(
  fc.integer({ min: 399, max: 600 }),
  fc.constantFrom('404', Number.NaN, 100, 200, 999),
  anything,
)

/** The properties that identify errors. Public ones do not contain a secret. */
const telling = fc.record(
  {
    status,
    statusCode: status,
    name: fc.oneof(fc.constantFrom('URIError', 'MulterError', 'TimeoutError', 'UnauthorizedError'), anything),
    type: fc.oneof(fc.constantFrom('entity.parse.failed', 'entity.too.large', 'stream.error'), anything),
    code: fc.oneof(fc.constantFrom('LIMIT_FILE_SIZE', 'Z_DATA_ERROR', 'UND_ERR_X', 23, 11_000), anything),
    headers: fc.oneof(
      fc.dictionary(
        fc.constantFrom('retry-after', 'allow', 'set-cookie', 'x a', 'content-length'),
        primitive,
      ),
      anything,
    ),
    issues: fc.array(fc.record({ message: fc.string(), path: fc.array(fc.oneof(fc.string(), fc.nat())) })),
    expose: fc.constantFrom(false, 1, 'true'),
    isBoom: fc.boolean(),
    cause: anything,
    stack: anything,
    body: anything,
    response: anything,
    request: anything,
    toJSON: anything,
    toString: anything,
    statusMessage: fc.string({ unit: 'binary' }),
  },
  { requiredKeys: [] },
)

function assigned(target: object, properties: object): unknown {
  for (const [name, value] of Object.entries(properties)) Reflect.set(target, name, value)
  return target
}

const error = telling.map((properties) => assigned(new Error(CANARY), properties))
const object = telling.map((properties) => assigned({ message: CANARY }, properties))
const frozen = telling.map((properties) => Object.freeze(assigned(new Error(CANARY), properties)))
const failing = fc
  .constantFrom('status', 'message', 'headers', 'code', 'name', 'stack', 'issues')
  .map((name) =>
    Object.defineProperty(new Error(CANARY), name, {
      get() {
        throw new Error(CANARY)
      },
    }),
  )
/** A factory of a value. fast-check inspects the values that it generates, which some values do not survive. */
interface Maker {
  make(): unknown
}

const wrapped = fc
  .oneof(
    { arbitrary: anything, weight: 4 },
    { arbitrary: error, weight: 4 },
    { arbitrary: object, weight: 2 },
    { arbitrary: frozen, weight: 1 },
    { arbitrary: failing, weight: 1 },
  )
  .map((value): Maker => ({ make: () => value, [fc.toStringMethod]: () => fc.stringify(value) }) as Maker)

/** Generated values, and the listed ones that the demo API throws. */
const thrown = fc.oneof(
  { arbitrary: wrapped, weight: 12 },
  {
    arbitrary: fc.constantFrom<Maker[]>(...thrownValues, ...falsyValues, ...expressControlValues),
    weight: 1,
  },
)

const way = fc.constantFrom('throw', 'reject', 'next')

const broken: unknown[] = []
process.on('unhandledRejection', (reason) => broken.push(reason))
process.on('uncaughtExceptionMonitor', (reason) => broken.push(reason))

function fail(how: string, value: unknown, next: NextFunction): unknown {
  if (how === 'next') return next(value)
  // oxlint-disable-next-line prefer-promise-reject-errors -- the test rejects with any value
  if (how === 'reject') return Promise.reject(value)
  throw value
}

describe.each(majors)('$major', ({ express }) => {
  const agent = new Agent({ keepAlive: true, maxSockets: FLIGHT })
  /** The value that the request with this number fails with. */
  const failures: { how: string; value: Maker }[] = []
  let served: Served

  beforeAll(async () => {
    served = await serve(
      express,
      (app) => {
        app.get('/:number', ({ params }: Request, _response: Response, next) => {
          const { how, value } = failures[Number(params['number'])]!
          return fail(how, value.make(), next)
        })
      },
      { envelope: (request) => request.header('x-envelope') as EnvelopeId },
    )
  })

  afterAll(() => agent.destroy())

  async function sendRequest(number: number): Promise<void> {
    const { id, envelope } = modes[number % modes.length]!
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { 'x-envelope': id }
      get(`${served.url}/${number}`, { agent, headers }, resolve).on('error', reject)
    })
    const body = await text(response)
    expect(response.statusCode).toBeGreaterThanOrEqual(400)
    expect(response.statusCode).toBeLessThan(600)
    expectValid(id, deserializeBody(envelope, body))
    expect(JSON.stringify(response.rawHeaders) + body).not.toContain(CANARY)
  }

  test(`${FLIGHT * FLIGHTS} values of any kind are each answered with a valid envelope`, async () => {
    const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31)
    console.info(`ten-thousand: FUZZ_SEED=${seed}`)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ how: way, value: thrown }), { minLength: FLIGHT, maxLength: FLIGHT }),
        async (flight) => {
          const first = failures.length
          failures.push(...flight)
          await Promise.all(flight.map((_, index) => sendRequest(first + index)))
        },
      ),
      { seed, numRuns: FLIGHTS, endOnFailure: true },
    )
    expect(failures).toHaveLength(FLIGHT * FLIGHTS)
    expect(served.hookCalls).toHaveLength(FLIGHT * FLIGHTS)
    expect(served.hookCalls.every(({ error: reported }) => isApiError(reported))).toBe(true)
    expect(broken).toEqual([])
  }, 120_000)
})
