import { Conflict, FailedRequest, InternalError } from '@faultline/core'
import createError from 'http-errors'
import { CANARY_ADDRESS as CANARY } from './canary.ts'

/** A value that a handler can throw, and the expected response. */
export interface ThrownValue {
  /** Name of the scenario. */
  readonly name: string
  /** Creates the value. */
  make(): unknown
  /** Expected canonical code. */
  readonly code: string
  /** Expected status, for a code that is not in the taxonomy. */
  readonly status?: number
  /** Expected message. @default any */
  readonly message?: string
  /** Expected Retry-After. @default any */
  readonly retryAfter?: string
}

/** Creates an error with a status and other properties. */
const withStatus = (status: unknown, properties: object = {}): Error =>
  Object.assign(new Error(CANARY), { status, ...properties })

/** Creates getters that throw. */
const throwingGetters = (...names: readonly string[]): PropertyDescriptorMap =>
  Object.fromEntries(
    names.map((name) => [
      name,
      {
        get() {
          throw new Error(CANARY)
        },
      },
    ]),
  )

/** Creates a proxy whose traps throw. */
function createThrowingProxy(): object {
  const fail = (): never => {
    throw new Error(CANARY)
  }
  return new Proxy(
    {},
    { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail, getOwnPropertyDescriptor: fail },
  )
}

function createRevokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

function makeCircular(target: object): object {
  return Object.assign(target, { self: target })
}

/** Returns the error that a function throws. */
function catchError(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}

function recurse(): number {
  return recurse() + 1
}

/** Creates an error with 10,000 causes. */
function createCauseChain(): Error {
  let error = new Error(CANARY)
  for (let depth = 0; depth < 10_000; depth++) error = new Error(CANARY, { cause: error })
  return error
}

class QuotaError extends Error {
  readonly status = 422
}

/** Creates an issue of Zod for a field that the request lacks. */
const missingField = (name: string): object => ({
  code: 'invalid_type',
  expected: 'string',
  message: 'Invalid input: expected string, received undefined',
  path: [name],
})

const INTERNAL = { code: 'internal_error', message: 'Internal server error' } as const
/** A value that is an internal error. */
const internal = (name: string, make: () => unknown): ThrownValue => ({ name, make, ...INTERNAL })
/** An error with these properties, which identify it as an upstream's error. */
const upstream = (name: string, properties: object): ThrownValue => ({
  name,
  make: () => Object.assign(new Error(CANARY), properties),
  code: 'upstream_error',
  message: 'An upstream service failed',
})
/** A value that is an invalid request, with a private message. */
const invalid = (name: string, make: () => unknown): ThrownValue => ({
  name,
  make,
  code: 'invalid_request',
  message: 'The request was invalid',
})
/** An invalid request with a public message. */
const publicMessage = (name: string, thrown: string, message = thrown): ThrownValue => ({
  name,
  make: () => createError(400, thrown),
  code: 'invalid_request',
  message,
})
/** An invalid request with headers. */
const withHeaders = (name: string, headers: unknown): ThrownValue => ({
  name,
  make: () => createError(400, 'Public', { headers }),
  code: 'invalid_request',
  message: 'Public',
})

/** Values that every framework treats as an error, thrown or rejected with. */
export const thrownValues: readonly ThrownValue[] = [
  internal('error', () => new Error(CANARY)),
  internal('http-errors-500', () => createError(500, CANARY)),
  internal('circular-cause', () => {
    const error = new Error(CANARY)
    error.cause = error
    return error
  }),
  internal('aggregate-error', () => new AggregateError([new Error(CANARY), withStatus(404)], CANARY)),
  internal('error-without-stack', () => Object.assign(new Error(CANARY), { stack: undefined })),
  internal('file-not-found-error', () =>
    Object.assign(new Error(`ENOENT: ${CANARY}`), { code: 'ENOENT', path: CANARY }),
  ),
  // An SDK's error is an upstream's error, regardless of its status.
  upstream('aws-sdk-error', { $metadata: { httpStatusCode: 403 }, $fault: 'client' }),
  internal('mongodb-error', () =>
    Object.assign(new Error(CANARY), { code: 11_000, keyValue: { key: CANARY } }),
  ),
  upstream('grpc-error', { code: 5, details: CANARY, metadata: {} }),
  internal('type-error', () => catchError(() => (undefined as unknown as { length: number }).length)),
  internal('deep-cause-chain', createCauseChain),
  internal('connection-refused-error', () =>
    Object.assign(new Error(`connect ECONNREFUSED ${CANARY}`), { code: 'ECONNREFUSED', address: CANARY }),
  ),
  internal('node-argument-error', () => catchError(() => Buffer.alloc(CANARY as unknown as number))),
  internal('syntax-error', () => catchError(() => JSON.parse(`{${CANARY}`))),
  internal('range-error', () => new RangeError(CANARY)),
  internal('uri-error', () => catchError(() => decodeURIComponent('%'))),
  internal('stack-overflow', () => catchError(recurse)),
  internal('postgres-error', () => Object.assign(new Error(CANARY), { code: '23505', detail: CANARY })),
  {
    name: 'custom-error-class',
    make: () => new QuotaError(CANARY),
    code: 'validation_failed',
    message: 'The request was invalid',
  },
  {
    name: 'http-errors-404',
    make: () => createError(404, 'No such job'),
    code: 'not_found',
    message: 'No such job',
  },
  {
    name: 'http-errors-429-with-headers',
    make: () => createError(429, 'Slow down', { headers: { 'Retry-After': '7', 'X-Internal': CANARY } }),
    code: 'rate_limit_exceeded',
    message: 'Slow down',
    retryAfter: '7',
  },
  ...[200, 204, 304, 302, 101, 100, 399, 600, 999, 1000].map((status) =>
    internal(`status-${status}`, () => withStatus(status)),
  ),
  internal('negative-status', () => withStatus(-1)),
  internal('zero-status', () => withStatus(0)),
  internal('nan-status', () => withStatus(Number.NaN)),
  internal('fractional-status', () => withStatus(404.5)),
  internal('non-numeric-status', () => withStatus('abc')),
  internal('string-status', () => withStatus('404')),
  internal('object-status', () => withStatus({ valueOf: () => 404 })),
  internal('contradicting-statuses', () => withStatus(404, { statusCode: 500 })),
  { name: 'status-499', make: () => withStatus(499), code: 'http_499', status: 499 },
  { name: 'status-599', make: () => withStatus(599), code: 'http_599', status: 599 },
  {
    name: 'exposed-503',
    make: () => withStatus(503, { statusCode: 503, expose: true }),
    code: 'service_unavailable',
    message: 'Service is temporarily unavailable',
  },
  internal('string', () => CANARY),
  internal('number', () => 42),
  internal('number-404', () => 404),
  internal('true', () => true),
  internal('date', () => new Date(0)),
  internal('empty-null-prototype-object', () => Object.create(null)),
  internal('promise', () => Promise.resolve(CANARY)),
  internal('symbol', () => Symbol(CANARY)),
  internal('function', () => () => CANARY),
  internal('bigint', () => 10n),
  internal('array', () => [CANARY]),
  invalid('frozen-object', () => Object.freeze({ status: 400, message: CANARY })),
  internal('frozen-error', () => Object.freeze(new Error(CANARY))),
  {
    name: 'sealed-http-error',
    make: () => Object.seal(createError(404, 'No such job')),
    code: 'not_found',
    message: 'No such job',
  },
  {
    name: 'plain-object-418',
    make: () => ({ status: 418, message: CANARY }),
    code: 'im_a_teapot',
    status: 418,
    message: "I'm a teapot",
  },
  {
    name: 'plain-object-401',
    make: () => ({ statusCode: 401, message: CANARY, headers: { 'set-cookie': CANARY } }),
    code: 'unauthenticated',
    message: 'Authentication failed',
  },
  internal('null-prototype-object', () => Object.assign(Object.create(null) as object, { message: CANARY })),
  internal('non-function-to-string', () => ({ toString: 5, message: CANARY })),
  internal('thenable', () => ({
    // oxlint-disable-next-line unicorn/no-thenable -- a thenable is the thrown value
    then() {
      throw new Error(CANARY)
    },
  })),
  internal('throwing-proxy', createThrowingProxy),
  internal('revoked-proxy', createRevokedProxy),
  internal('throwing-getters', () =>
    Object.defineProperties({}, throwingGetters('status', 'statusCode', 'message', 'name')),
  ),
  internal('error-with-throwing-getters', () =>
    Object.defineProperties(
      new Error(CANARY),
      throwingGetters('status', 'statusCode', 'headers', 'expose', 'code'),
    ),
  ),
  internal('throwing-message-getter', () =>
    Object.defineProperties(new Error(CANARY), throwingGetters('message', 'stack')),
  ),
  invalid('circular-object', () => makeCircular({ status: 400, message: CANARY })),
  invalid('circular-error', () => makeCircular(withStatus(400))),
  invalid('custom-to-json', () => withStatus(400, { toJSON: () => CANARY })),
  invalid('throwing-to-json', () =>
    withStatus(400, {
      toJSON() {
        throw new Error(CANARY)
      },
    }),
  ),
  publicMessage('huge-message', 'm'.repeat(1_000_000), `${'m'.repeat(4095)}…`),
  publicMessage('crlf-message', 'a\r\nset-cookie: a=1\r\n\r\nb'),
  publicMessage('emoji-message', '🏔 Zürich'),
  publicMessage('lone-surrogate-message', 'a\ud800b', 'a\ufffdb'),
  publicMessage('html-message', '<script>alert(1)</script>'),
  publicMessage('nul-message', 'a\0b'),
  invalid('empty-message', () => Object.assign(createError(400), { message: '' })),
  invalid('crlf-status-message', () => withStatus(400, { statusMessage: 'Bad\r\nset-cookie: a=1' })),
  withHeaders('crlf-header', { 'x-a': 'b\r\nset-cookie: a=1', 'retry-after': '1\r\nset-cookie: a=1' }),
  withHeaders('bad-header-name', { 'x a:': 'b', '': 'c' }),
  withHeaders('undefined-header', { 'x-a': undefined, allow: undefined }),
  withHeaders('string-headers', `x-a: ${CANARY}`),
  withHeaders('fetch-headers', new Headers({ 'x-a': CANARY, 'set-cookie': CANARY })),
  withHeaders('null-headers', null),
  withHeaders('framing-headers', {
    'transfer-encoding': 'chunked',
    'content-length': '3',
    connection: 'close',
  }),
  invalid('non-string-message', () =>
    withStatus(400, { statusCode: 400, expose: true, message: { key: CANARY } }),
  ),
  internal('number-stack', () => Object.assign(new Error(CANARY), { stack: 5 })),
  internal('throwing-to-string', () => ({
    toString() {
      throw new Error(CANARY)
    },
  })),
  {
    name: 'fetch-response',
    make: () => new Response(CANARY, { status: 401, headers: { 'x-a': CANARY } }),
    code: 'unauthenticated',
    message: 'Authentication failed',
  },
  internal('abort-error', () => new DOMException(CANARY, 'AbortError')),
  { name: 'timeout-error', make: () => new DOMException(CANARY, 'TimeoutError'), code: 'gateway_timeout' },
  upstream('axios-error', {
    isAxiosError: true,
    status: 404,
    config: { headers: { Authorization: CANARY } },
    response: { status: 404 },
  }),
  invalid('prototype-pollution', () =>
    JSON.parse(`{"__proto__":{"status":200},"status":400,"message":"${CANARY}"}`),
  ),
  // ApiErrors: the cause is never public, the message of an internal error is not.
  internal('typed-internal-error', () => new InternalError({ message: CANARY, cause: new Error(CANARY) })),
  {
    name: 'typed-failed-request',
    make: () => new FailedRequest({ message: CANARY, details: CANARY }),
    code: 'failed_request',
    message: 'Error processing request',
  },
  {
    name: 'typed-conflict',
    make: () => new Conflict({ message: 'Taken', cause: new Error(CANARY) }),
    code: 'conflict',
    message: 'Taken',
  },
  // Errors of clients and middleware.
  upstream('undici-response-error', {
    code: 'UND_ERR_RESPONSE',
    statusCode: 401,
    headers: { 'transfer-encoding': 'chunked', 'set-cookie': CANARY },
  }),
  upstream('stripe-error', { type: 'StripeCardError', statusCode: 402, raw: {}, headers: { 'x-a': CANARY } }),
  upstream('openai-sdk-error', { status: 401, headers: new Headers(), requestID: 'req_1', error: {} }),
  upstream('fetch-failure', { message: 'fetch failed', cause: new Error(CANARY) }),
  {
    name: 'express-jwt-error',
    make: () =>
      withStatus(401, { name: 'UnauthorizedError', code: 'invalid_token', inner: { message: CANARY } }),
    code: 'unauthenticated',
    message: 'Authentication failed',
  },
  {
    name: 'connect-timeout-error',
    make: () => createError(503, CANARY, { code: 'ETIMEDOUT', timeout: 5 }),
    code: 'service_unavailable',
  },
  {
    name: 'zod-error',
    make: () => Object.assign(new Error(CANARY), { issues: [{ message: 'Too small', path: ['n'] }] }),
    code: 'validation_failed',
  },
  {
    name: 'zod-error-of-missing-fields',
    make: () => Object.assign(new Error(CANARY), { issues: [missingField('model'), missingField('input')] }),
    code: 'missing_required_field',
  },
  {
    name: 'http-errors-of-file-not-found-error',
    make: () =>
      createError(
        404,
        Object.assign(new Error(`ENOENT: no such file or directory, open '/${CANARY}'`), {
          errno: -2,
          code: 'ENOENT',
          syscall: 'open',
          path: `/${CANARY}`,
        }),
      ),
    code: 'not_found',
    message: 'The requested resource was not found',
  },
]

/** Falsy values. Some frameworks continue with the next handler if one is thrown synchronously. */
export const falsyValues: readonly ThrownValue[] = [
  internal('empty-string', () => ''),
  internal('null', () => null),
  internal('undefined', () => undefined),
  internal('zero', () => 0),
  internal('false', () => false),
  internal('nan', () => Number.NaN),
]

/** Values that control Express: `next('route')` and `next('router')` leave the route and the router. */
export const expressControlValues: readonly ThrownValue[] = [
  internal('string-route', () => 'route'),
  internal('string-router', () => 'router'),
]
