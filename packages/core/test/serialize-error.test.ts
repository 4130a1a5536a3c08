import { describe, expect, test, vi } from 'vitest'
import {
  formatCauses,
  ClientClosedRequest,
  Conflict,
  createResponder,
  serializeError,
  FailedRequest,
  InternalError,
  logTo,
  RateLimitExceeded,
  StreamError,
  type ApiRequest,
  type Logger,
} from '../src/index.ts'
import { redact } from '../src/log/redact.ts'

const SECRET = 'planted'

const request: ApiRequest = {
  method: 'POST',
  url: '/v1/chat?key=planted-key',
  header: () => 'planted-header',
  raw: { body: 'planted-body' },
  id: 'req_1',
}

describe('serializeError', () => {
  test('serializes a 4xx without message, stack and causes', () => {
    const error = new RateLimitExceeded({ retryAfter: 3, origin: 'OpenAI', cause: new Error('cause') })
    expect(serializeError(error, error, { ...request, sentStatus: 429 })).toEqual({
      code: 'rate_limit_exceeded',
      status: 429,
      retryable: true,
      origin: 'OpenAI',
      requestId: 'req_1',
      method: 'POST',
      path: '/v1/chat',
    })
  })

  test('serializes a 5xx with its cause chain and without other properties of the causes', () => {
    const root = Object.assign(new Error('connect ECONNREFUSED 10.0.0.5:5432'), {
      code: 'ECONNREFUSED',
      address: 'planted-address',
    })
    const middle = new TypeError('fetch failed', { cause: root })
    const error = new FailedRequest({ cause: middle, details: 'planted-details', origin: 'upstream' })
    const { causes = [], ...rest } = serializeError(error, error, request)
    expect(rest).toEqual({
      code: 'failed_request',
      status: 500,
      retryable: false,
      origin: 'upstream',
      requestId: 'req_1',
      method: 'POST',
      path: '/v1/chat',
    })
    expect(causes.map(({ name, message, code }) => [name, message, code])).toEqual([
      ['FailedRequest', expect.any(String), 'failed_request'],
      ['TypeError', 'fetch failed', undefined],
      ['Error', 'connect ECONNREFUSED 10.0.0.5:5432', 'ECONNREFUSED'],
    ])
    for (const { stack } of causes) expect(stack).toMatch(/\n {4}at .*serialize-error\.test\.ts/)
    expect(formatCauses(causes)).toMatch(
      /^\w+Request: [^]+\n\[cause\]: TypeError: [^]+\n\[cause\]: Error: connect/,
    )
    expect(JSON.stringify(causes)).not.toContain('planted')
  })

  test('contains the sent status if it differs, and no causes for a disconnected client', () => {
    expect(serializeError(new StreamError(), undefined, { sentStatus: 200 })).toMatchObject({
      status: 502,
      sentStatus: 200,
    })
    expect(serializeError(new StreamError(), undefined, { sentStatus: 502 })).not.toHaveProperty('sentStatus')
    const disconnected = serializeError(new ClientClosedRequest({ cause: new Error('x') }))
    expect(disconnected).toEqual({ code: 'client_closed_request', status: 499, retryable: false })
  })

  test('accepts any value, as the serializer of a logger must', () => {
    expect(serializeError(new TypeError('x'))).toMatchObject({
      code: 'internal_error',
      status: 500,
      causes: [{ name: 'TypeError', message: 'x' }],
    })
    expect(serializeError({ status: 404 })).toEqual({ code: 'not_found', status: 404, retryable: false })
    expect(serializeError(undefined).causes).toEqual([{ name: 'undefined', message: 'undefined' }])
  })

  test('contains the members of an AggregateError and of a rendering failure', () => {
    const aggregate = new AggregateError([new Error('one'), 'two'], 'both')
    expect(serializeError(aggregate).causes?.map(({ message }) => message)).toEqual(['both', 'one', 'two'])
    const thrown = new Error('thrown')
    const error = new InternalError({ cause: new AggregateError([thrown, new Error('rendering')], 'last') })
    const { causes } = serializeError(error, thrown)
    expect(causes?.map(({ message }) => message)).toEqual(['thrown', 'last', 'rendering'])
  })

  test('contains a rendering failure even if the thrown value has more causes than fit', () => {
    let thrown = new Error('root')
    for (let depth = 0; depth < 20; depth++) thrown = new Error(`${depth}`, { cause: thrown })
    const error = new InternalError({ cause: new AggregateError([thrown, new Error('rendering')], 'last') })
    const { causes = [] } = serializeError(error, thrown)
    expect(causes).toHaveLength(16)
    expect(causes.slice(-2).map(({ message }) => message)).toEqual(['last', 'rendering'])
  })

  test('contains at most 16 causes, each once', () => {
    let deep = new Error('root')
    for (let depth = 0; depth < 10_000; depth++) deep = new Error(`${depth}`, { cause: deep })
    expect(serializeError(deep).causes).toHaveLength(16)
    const circular: Error & { errors?: unknown } = new Error('circular')
    circular.cause = circular
    circular.errors = [circular, circular]
    expect(serializeError(circular).causes).toHaveLength(1)
  })

  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error(SECRET)
      },
      getPrototypeOf: () => {
        throw new Error(SECRET)
      },
    },
  )
  const endless: object = new Proxy({}, { get: (_, key) => (key === 'stack' ? 's\n'.repeat(1e6) : endless) })

  test.each([
    ['a proxy that throws', hostile],
    ['a cause that is such a proxy', new InternalError({ cause: hostile })],
    ['an endless cause chain', endless],
    [
      'huge strings',
      Object.assign(new Error('m'.repeat(1e6)), { name: 'n'.repeat(1e6), code: 'c'.repeat(1e6) }),
    ],
    ['headers', { status: 500, headers: { authorization: SECRET }, config: SECRET, toJSON: () => SECRET }],
    ['a function', () => SECRET],
    ['an array', [SECRET]],
    ['a symbol', Symbol('x')],
    ['nothing', null],
    ['an object without a prototype', Object.create(null)],
    [
      'a name that is not a string',
      Object.assign(new Error('x'), { name: 5, stack: 5, message: { SECRET } }),
    ],
  ])('serializes %s to less than 100 kB without a secret', (_, thrown) => {
    for (const described of [
      serializeError(thrown),
      serializeError(new InternalError({ cause: thrown }), thrown, request),
      serializeError(new Conflict(), thrown, hostile),
    ]) {
      expect(JSON.stringify(described).length).toBeLessThan(100_000)
      expect(JSON.stringify(described)).not.toContain(SECRET)
    }
  })
})

describe('redaction in logs', () => {
  const PROMPT = 'Tell me what the fourteenth blue elephant whispered to the mayor of the town'

  test.each([
    ['an OpenAI key', 'sk-proj-Abc123Def456', 'Incorrect API key provided: sk-proj-Abc123Def456. Check it.'],
    ['a Stripe key', 'sk_live_51Habc', 'No such customer for sk_live_51Habc'],
    ['a Google key', 'AIzaSyA1234567890abcdef', 'API key AIzaSyA1234567890abcdef not allowed here'],
    ['an AWS key', 'AKIAIOSFODNN7EXAMPLE', 'Credential AKIAIOSFODNN7EXAMPLE was refused'],
    ['a bearer token', 'abc.def-ghi', 'sent authorization: Bearer abc.def-ghi'],
    ['a token in JSON', 'hunter2secret', '{"headers":{"Authorization":"Basic hunter2secret"}}'],
    ['a token in JSON in JSON', 'hunter2secret', '"{\\"authorization\\":\\"Bearer hunter2secret\\"}"'],
    ['a key by its name', 'verysecretvalue', 'x-api-key=verysecretvalue was refused'],
    ['a password', 'hunter2', 'options { user: "app", password: "hunter2" }'],
    ['a JSON Web Token', 'eyJhbGciOi.eyJzdWIi.c2ln', 'The token eyJhbGciOi.eyJzdWIi.c2ln has expired'],
    ['a cookie', 'sid=0f9a8b7c', 'Sent Cookie: sid=0f9a8b7c; theme=dark'],
    ['a database’s password', 'hunter2', 'Could not reach postgres://admin:hunter2@db.example/x'],
    ['a password with odd letters', 'h/unt@er2', 'Could not reach redis://:h/unt@er2@cache:6379/0'],
    ['a token before a host', 'ghp_0123456789', 'git clone https://ghp_0123456789@github.com/x'],
    ['a key in a query', 's3cr3t', 'GET https://api.example.com/v1?a=b&key=s3cr3t failed'],
    ['an e-mail address', 'jane.doe@corp.example', 'duplicate key (email)=(jane.doe@corp.example)'],
    [
      'a private key',
      'MIIEvQIBADANBg',
      'Bad -----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----',
    ],
    ['a long run of characters', 'Zm9v'.repeat(12) + '1', `refused ${'Zm9v'.repeat(12)}1`],
    ['a prompt in a body', 'my private prompt', '{"role":"user","content":"my private prompt"} is bad'],
    ['a long quotation', PROMPT, `Invalid content: "${PROMPT}, and then left"`],
    ['a long quotation of several lines', PROMPT, `Invalid content: '${PROMPT}\nand then left'`],
  ])('replaces %s in messages and stacks', (_, secret, sentence) => {
    const error = new Error(sentence)
    const { causes = [] } = serializeError(new InternalError({ cause: error }), error)
    expect(causes[0]?.message).toContain('[redacted]')
    expect(causes[0]?.stack).toContain('serialize-error.test.ts')
    expect(JSON.stringify(causes)).not.toContain(secret)
    const path = serializeError(new Conflict(), undefined, { ...request, url: `/x/${secret}?q=1` }).path
    if (secret.startsWith('sk')) expect(path).toBe('/x/[redacted]')
  })

  test('does not leave the first half of a secret at the end of a truncated message', () => {
    for (let before = 900; before < 1100; before++) {
      const { message = '' } = serializeError(
        new Error(`${'a b '.repeat(before / 4)}postgres://a:hunter2secret@db`),
      ).causes![0]!
      expect(message.length).toBeLessThanOrEqual(1024)
      expect(message).not.toMatch(/hunter/)
    }
    for (let length = 1; length < 60; length++)
      expect(
        redact(`${'a '.repeat(260)}sk-${'x'.repeat(40)}${' b'.repeat(400)}`, 'log', length).length,
      ).toBeLessThanOrEqual(length)
  })

  test.each([
    'connect ECONNREFUSED 10.0.0.5:5432',
    'getaddrinfo ENOTFOUND db.internal',
    'duplicate key value violates unique constraint "pk_users"',
    "Cannot read properties of undefined (reading 'token')",
    `Unexpected token '<', "<html>" is not valid JSON`,
    'Error: x\n    at file:///srv/app/node_modules/.pnpm/@nestjs+core@12.5.1_abc/node_modules/@nestjs/core/router/router-execution-context.js:38:29',
    'Error: x\n    at handle (/srv/app/node_modules/.pnpm/vitest@5.1.0_@opentelemetry+api@1.10.0_@types+node@20.19.43_v_ab6e1f6a67e0279c15f6910b26e99c2b/node_modules/vitest/dist/index.js:1:2)',
    'Error: x\n    at GET (http://localhost:3000/src/index.js:1:2)\n    at async Promise.all (index 0)',
  ])('keeps %s', (text) => {
    expect(redact(text, 'log', 4096)).toBe(text)
  })
})

describe('logTo', () => {
  test('logs the serialized error, a 4xx at level info and a 5xx at level error', () => {
    const error = vi.fn<Logger['error']>()
    const info = vi.fn<Logger['info']>()
    const raw = {}
    const getLogger = vi.fn<(raw: unknown) => Logger>(() => ({ error, info }))
    const responder = createResponder({ envelope: 'ai-api', onError: logTo(getLogger) })
    responder.respond(new Conflict(), { ...request, raw })
    const thrown = new Error('boom')
    const { error: answer } = responder.respond(thrown, { ...request, raw })
    expect(info.mock.calls).toEqual([
      [expect.objectContaining({ code: 'conflict', requestId: 'req_1' }), 'client error'],
    ])
    expect(error.mock.calls).toEqual([[serializeError(answer, thrown, request), 'server error']])
    expect(getLogger.mock.calls).toEqual([[raw], [raw]])
  })

  /** Loggers by whether they write errors. */
  const loggers: readonly [name: string, isWritten: boolean, logger: Partial<Logger>][] = [
    ['an empty arrow function', false, { error: () => {} }],
    ['an empty function', false, { error: function noop() {} }],
    ['an empty method', false, { error() {} }],
    ['a function with a statement', true, { error: () => void 0 }],
    ['a level that is enabled', true, { error: () => void 0, isLevelEnabled: (level) => level === 'error' }],
    [
      'a level that is disabled',
      false,
      { error: () => void 0, isLevelEnabled: (level) => level !== 'error' },
    ],
  ]

  test.each(loggers)('with %s as the logger, an error is serialized: %s', (_name, isWritten, logger) => {
    const readStack = vi.fn<() => string>(() => 'Error: boom')
    const thrown = Object.defineProperty(new Error('boom'), 'stack', { get: readStack })
    const onError = logTo(() => logger as Logger)
    createResponder({ envelope: 'ai-api', onError }).respond(thrown, { ...request })
    expect(readStack.mock.calls.length > 0).toBe(isWritten)
  })
})

describe('the default hook', () => {
  test('writes the cause chain to the console, without secrets and without the query', () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const cause = new Error('Could not reach postgres://a:hunter2@db/x')
    createResponder({ envelope: 'ai-api' }).respond(new Error('boom', { cause }), { ...request })
    expect(log.mock.calls).toEqual([
      [
        expect.stringMatching(
          /^Faultline: POST \/v1\/chat \(req_1\) failed with 500 internal_error: Error: boom\n[^]+\n\[cause\]: Error: Could/,
        ),
      ],
    ])
    expect(String(log.mock.calls)).not.toMatch(/hunter2|planted/)
    log.mockRestore()
  })
})
