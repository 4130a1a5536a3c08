import { envelopes, isApiError } from '@faultline/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromUpstream, fromUpstreamResponse, upstreamRecognizer } from '../src/index.ts'

/** Maximum number of characters of a body in any envelope. */
const MAX_LENGTH = 40_000

function check(thrown: unknown): void {
  for (const credentials of ['service', 'caller'] as const) {
    const error = fromUpstream(thrown, { credentials, origin: 'acme', signal: AbortSignal.abort() })
    expect(isApiError(error)).toBe(true)
    for (const envelope of Object.values(envelopes))
      expect(JSON.stringify(envelope.render(error)).length).toBeLessThan(MAX_LENGTH)
    expect(JSON.stringify([error.headers, error.details]).length).toBeLessThan(MAX_LENGTH)
  }
  const request = { method: 'GET', url: '/', header: () => undefined, raw: thrown }
  const recognized = upstreamRecognizer()(thrown, request)
  expect(recognized === undefined || isApiError(recognized)).toBe(true)
}

const hostile = (): object =>
  new Proxy(function nothing() {}, {
    get() {
      throw new Error('get')
    },
    has() {
      throw new Error('has')
    },
    ownKeys() {
      throw new Error('ownKeys')
    },
    getOwnPropertyDescriptor() {
      throw new Error('getOwnPropertyDescriptor')
    },
    getPrototypeOf() {
      throw new Error('getPrototypeOf')
    },
  })

/** Creates an object with every property, each with the object itself as value. */
function endless(): object {
  const self: object = new Proxy(
    {},
    {
      get: (_, key) => (key === Symbol.toPrimitive ? () => '1' : self),
      has: () => true,
      getOwnPropertyDescriptor: () => ({ value: self, configurable: true, enumerable: true, writable: true }),
    },
  )
  return self
}

/** Properties of errors of SDKs and clients. The tests give them any value. */
const KEYS = [
  'status',
  'statusCode',
  'headers',
  'error',
  'requestID',
  'code',
  'type',
  'param',
  'message',
  'name',
  'cause',
  'errors',
  'response',
  'responseBody',
  'responseHeaders',
  'requestBodyValues',
  'data',
  'body',
  'rawResponse',
  'contentType',
  'isAxiosError',
  'config',
  'options',
  'request',
  '$metadata',
  '$fault',
  '$response',
  'details',
  'metadata',
  'detail',
  'reason',
  'lastError',
  'innererror',
  'syscall',
  'errno',
  'success',
  'meta',
  'title',
  'aborted',
  'signal',
]
const SYMBOLS = ['AI_APICallError', 'AI_RetryError', 'AI_StreamProviderError'].map((name) =>
  Symbol.for(`vercel.ai.error.${name}`),
)

const leaf = fc.oneof(
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withTypedArray: true,
  }),
  fc.constantFrom<unknown>(
    true,
    429,
    401,
    200,
    'ECONNRESET',
    'AbortError',
    'TimeoutError',
    'ApiError',
    'HTTPError',
    'TypeError',
    'fetch failed',
    'terminated',
    '{"error":{"message":"x"}}',
    'data: {"error":1}',
  ),
)
const shaped = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 4 }, leaf, tie('object'), fc.array(tie('any'), { maxLength: 3 })),
  object: fc
    .tuple(fc.dictionary(fc.constantFrom(...KEYS), tie('any'), { maxKeys: 12 }), fc.subarray(SYMBOLS))
    .map(([object, symbols]) => {
      for (const symbol of symbols) Object.defineProperty(object, symbol, { value: true })
      return object
    }),
})).any

describe('any value', () => {
  test('is converted to an error', { timeout: 30_000 }, () => {
    fc.assert(fc.property(fc.anything({ withBigInt: true, withSparseArray: true }), check), { numRuns: 300 })
  })

  test('with properties of an SDK’s error is converted to an error', { timeout: 30_000 }, () => {
    fc.assert(fc.property(shaped, check), { numRuns: 1500 })
  })

  test('with throwing getters, traps or methods is converted to an error', { timeout: 30_000 }, () => {
    const circular = new Error('x')
    circular.cause = circular
    const transferred = new ArrayBuffer(8)
    structuredClone(transferred, { transfer: [transferred] })
    const getters = Object.defineProperties(
      {},
      Object.fromEntries(KEYS.map((key) => [key, { get: hostile, enumerable: true }])),
    )
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    for (const value of [
      hostile(),
      endless(),
      circular,
      getters,
      proxy,
      [proxy],
      { error: proxy },
      { cause: proxy },
      transferred,
      Symbol('x'),
      () => {},
    ]) {
      check(value)
      for (const key of KEYS) check({ status: 400, headers: {}, error: { message: 'x' }, [key]: value })
    }
  })
})

describe('a large value', () => {
  test('is read in bounded time', { timeout: 20_000 }, () => {
    const huge = 'x'.repeat(100_000_000)
    const deep = `${'{"error":'.repeat(10_000)}1${'}'.repeat(10_000)}`
    let chain: object = new Error('end')
    for (let depth = 0; depth < 10_000; depth++) chain = new Error('x', { cause: chain })
    let nested: object = {}
    for (let depth = 0; depth < 10_000; depth++) nested = { error: nested }
    const long = Array.from({ length: 1_000_000 }, () => ({ msg: 'x'.repeat(100), loc: ['body'] }))
    const headers = Object.fromEntries(
      Array.from({ length: 100_000 }, (_, index) => [`x-ratelimit-limit-${index}`, '1']),
    )
    const start = performance.now()
    for (const body of [
      huge,
      `{"error":{"message":"${huge}"}}`,
      deep,
      nested,
      { detail: long },
      { error: { message: huge } },
      new Uint8Array(100_000_000),
      new Uint8Array([0xff, 0xfe, 0x7b]),
    ]) {
      check({ isAxiosError: true, response: { status: 400, headers, data: body }, config: { data: huge } })
      check({ status: 400, headers, error: body, message: huge })
      check(body)
    }
    check(chain)
    check({ name: 'ApiError', status: 400, message: `{${huge}` })
    for (const text of [
      'a'.repeat(4096),
      'a.'.repeat(2048),
      '@'.repeat(4096),
      `"${"'".repeat(4000)}`,
      '1.'.repeat(2048),
      ':'.repeat(4096),
      'sk-'.repeat(1300),
      'a@'.repeat(2000),
    ])
      check({ status: 400, headers: {}, error: { message: text } })
    expect(performance.now() - start).toBeLessThan(10_000)
  })
})

describe('a Response', () => {
  test('with an endless body is read up to the limit and cancelled', async () => {
    let sent = 0
    let isCancelled = false
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536
        controller.enqueue(new Uint8Array(65_536).fill(0x78))
      },
      cancel() {
        isCancelled = true
      },
    })
    const error = await fromUpstreamResponse(new Response(body, { status: 500 }))
    expect(error.code).toBe('model_server_error')
    expect([sent < 1_000_000, isCancelled]).toEqual([true, true])
  })

  test('whose body stalls is read until the caller disconnects', async () => {
    const caller = new AbortController()
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"error":'))
      },
    })
    setTimeout(() => caller.abort(), 20)
    const error = await fromUpstreamResponse(new Response(body, { status: 429 }), { signal: caller.signal })
    expect(error.code).toBe('rate_limit_exceeded')
  })

  test('that was read, is truncated, or only looks like a Response is classified by its status', async () => {
    const read = new Response('{}', { status: 503 })
    await read.text()
    const failing = new ReadableStream({
      pull() {
        throw new Error('x')
      },
    })
    for (const response of [
      read,
      new Response(failing, { status: 503 }),
      new Response(null, { status: 503 }),
      { status: 503, headers: new Headers() },
    ])
      expect((await fromUpstreamResponse(response as Response)).status).toBe(503)
    for (const value of [undefined, null, 1, hostile(), endless()])
      expect(isApiError(await fromUpstreamResponse(value as never))).toBe(true)
  })
})
