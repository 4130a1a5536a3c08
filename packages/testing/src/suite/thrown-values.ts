import { Conflict, FailedRequest, InternalError } from '@faultline/core'
import createError from 'http-errors'

/** What no answer may ever hold. */
export const CANARY = 'planted-10.0.0.5'

/** Something that can be thrown, and what it is answered with. */
export interface ThrownValue {
  /** As the master table has it. */
  readonly name: string
  make(): unknown
  readonly code: string
  /** Of a code that the taxonomy lacks. */
  readonly status?: number
  /** What the caller is told, where it matters. */
  readonly message?: string
  readonly retryAfter?: string
}

const withStatus = (status: unknown, more: object = {}): Error =>
  Object.assign(new Error(CANARY), { status, ...more })

const throwing = (...names: readonly string[]): PropertyDescriptorMap =>
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

/** A proxy that fails whatever is asked of it. */
function hostile(): object {
  const fail = (): never => {
    throw new Error(CANARY)
  }
  return new Proxy(
    {},
    { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail, getOwnPropertyDescriptor: fail },
  )
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

function circular(target: object): object {
  return Object.assign(target, { self: target })
}

function caught(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}

function overflow(): number {
  return overflow() + 1
}

function chain(): Error {
  let error = new Error(CANARY)
  for (let depth = 0; depth < 10_000; depth++) error = new Error(CANARY, { cause: error })
  return error
}

class QuotaError extends Error {
  readonly status = 422
}

const INTERNAL = { code: 'internal_error', message: 'Internal server error' } as const
const internal = (name: string, make: () => unknown): ThrownValue => ({ name, make, ...INTERNAL })
const upstream = (name: string, more: object): ThrownValue => ({
  name,
  make: () => Object.assign(new Error(CANARY), more),
  code: 'upstream_error',
  message: 'An upstream service failed',
})
const invalid = (name: string, make: () => unknown): ThrownValue => ({
  name,
  make,
  code: 'invalid_request',
  message: 'The request was invalid',
})
const said = (name: string, text: string, message = text): ThrownValue => ({
  name,
  make: () => createError(400, text),
  code: 'invalid_request',
  message,
})
const headed = (name: string, headers: unknown): ThrownValue => ({
  name,
  make: () => createError(400, 'Public', { headers }),
  code: 'invalid_request',
  message: 'Public',
})

/** What every framework takes for a failure however it gets there. */
export const thrownValues: readonly ThrownValue[] = [
  internal('error', () => new Error(CANARY)),
  internal('http500', () => createError(500, CANARY)),
  internal('circularcause', () => {
    const error = new Error(CANARY)
    error.cause = error
    return error
  }),
  internal('aggregate', () => new AggregateError([new Error(CANARY), withStatus(404)], CANARY)),
  internal('nostack', () => Object.assign(new Error(CANARY), { stack: undefined })),
  internal('enoent', () => Object.assign(new Error(`ENOENT: ${CANARY}`), { code: 'ENOENT', path: CANARY })),
  // Providers' errors are an upstream's, whatever status they carry.
  upstream('awsish', { $metadata: { httpStatusCode: 403 }, $fault: 'client' }),
  internal('mongoish', () => Object.assign(new Error(CANARY), { code: 11_000, keyValue: { key: CANARY } })),
  upstream('grpcish', { code: 5, details: CANARY, metadata: {} }),
  internal('typeerror', () => caught(() => (undefined as unknown as { length: number }).length)),
  internal('deepcause', chain),
  internal('econnrefused', () =>
    Object.assign(new Error(`connect ECONNREFUSED ${CANARY}`), { code: 'ECONNREFUSED', address: CANARY }),
  ),
  internal('nodeerr', () => caught(() => Buffer.alloc(CANARY as unknown as number))),
  internal('syntaxerror', () => caught(() => JSON.parse(`{${CANARY}`) as unknown)),
  internal('rangeerror', () => new RangeError(CANARY)),
  internal('urierror', () => caught(() => decodeURIComponent('%'))),
  internal('stackoverflow', () => caught(overflow)),
  internal('pgish', () => Object.assign(new Error(CANARY), { code: '23505', detail: CANARY })),
  {
    name: 'custom',
    make: () => new QuotaError(CANARY),
    code: 'validation_failed',
    message: 'The request was invalid',
  },
  { name: 'http404', make: () => createError(404, 'No such job'), code: 'not_found', message: 'No such job' },
  {
    name: 'http429h',
    make: () => createError(429, 'Slow down', { headers: { 'Retry-After': '7', 'X-Internal': CANARY } }),
    code: 'rate_limit_exceeded',
    message: 'Slow down',
    retryAfter: '7',
  },
  ...[200, 204, 304, 302, 101, 100, 399, 600, 999, 1000].map((status) =>
    internal(`status${status}`, () => withStatus(status)),
  ),
  internal('statusneg', () => withStatus(-1)),
  internal('statuszero', () => withStatus(0)),
  internal('statusnan', () => withStatus(Number.NaN)),
  internal('statusfloat', () => withStatus(404.5)),
  internal('statusabc', () => withStatus('abc')),
  internal('status404str', () => withStatus('404')),
  internal('statusobj', () => withStatus({ valueOf: () => 404 })),
  internal('statusmismatch', () => withStatus(404, { statusCode: 500 })),
  { name: 'status499', make: () => withStatus(499), code: 'http_499', status: 499 },
  { name: 'status599', make: () => withStatus(599), code: 'http_599', status: 599 },
  {
    name: 'exposetrue500',
    make: () => withStatus(503, { statusCode: 503, expose: true }),
    code: 'service_unavailable',
    message: 'Service is temporarily unavailable',
  },
  internal('string', () => CANARY),
  internal('number', () => 42),
  internal('num404', () => 404),
  internal('true', () => true),
  internal('date', () => new Date(0)),
  internal('emptynullproto', () => Object.create(null) as unknown),
  internal('promise', () => Promise.resolve(CANARY)),
  internal('symbol', () => Symbol(CANARY)),
  internal('function', () => () => CANARY),
  internal('bigint', () => 10n),
  internal('array', () => [CANARY]),
  invalid('frozen', () => Object.freeze({ status: 400, message: CANARY })),
  internal('frozenerror', () => Object.freeze(new Error(CANARY))),
  {
    name: 'sealed404',
    make: () => Object.seal(createError(404, 'No such job')),
    code: 'not_found',
    message: 'No such job',
  },
  {
    name: 'plain',
    make: () => ({ status: 418, message: CANARY }),
    code: 'im_a_teapot',
    status: 418,
    message: "I'm a teapot",
  },
  {
    name: 'plain401',
    make: () => ({ statusCode: 401, message: CANARY, headers: { 'set-cookie': CANARY } }),
    code: 'unauthenticated',
    message: 'Authentication failed',
  },
  internal('nullproto', () => Object.assign(Object.create(null) as object, { message: CANARY })),
  internal('tostringnotfn', () => ({ toString: 5, message: CANARY })),
  internal('thenable', () => ({
    // oxlint-disable-next-line unicorn/no-thenable -- that is what it is here for
    then() {
      throw new Error(CANARY)
    },
  })),
  internal('proxy', hostile),
  internal('revokedproxy', revoked),
  internal('getters', () => Object.defineProperties({}, throwing('status', 'statusCode', 'message', 'name'))),
  internal('errgetters', () =>
    Object.defineProperties(new Error(CANARY), throwing('status', 'statusCode', 'headers', 'expose', 'code')),
  ),
  internal('errgetters2', () => Object.defineProperties(new Error(CANARY), throwing('message', 'stack'))),
  invalid('circularobj', () => circular({ status: 400, message: CANARY })),
  invalid('circularerr', () => circular(withStatus(400))),
  invalid('tojson', () => withStatus(400, { toJSON: () => CANARY })),
  invalid('tojsonthrows', () =>
    withStatus(400, {
      toJSON() {
        throw new Error(CANARY)
      },
    }),
  ),
  said('hugemsg', 'm'.repeat(1_000_000), `${'m'.repeat(4095)}…`),
  said('crlf', 'a\r\nset-cookie: a=1\r\n\r\nb'),
  said('emoji', '🏔 Zürich'),
  said('lonesurrogate', 'a\ud800b', 'a\ufffdb'),
  said('html', '<script>alert(1)</script>'),
  said('nul', 'a\0b'),
  invalid('emptymsg', () => Object.assign(createError(400), { message: '' })),
  invalid('crlfstatus', () => withStatus(400, { statusMessage: 'Bad\r\nset-cookie: a=1' })),
  headed('crlfheader', { 'x-a': 'b\r\nset-cookie: a=1', 'retry-after': '1\r\nset-cookie: a=1' }),
  headed('badheadername', { 'x a:': 'b', '': 'c' }),
  headed('undefheader', { 'x-a': undefined, allow: undefined }),
  headed('headersstr', `x-a: ${CANARY}`),
  headed('headersfetch', new Headers({ 'x-a': CANARY, 'set-cookie': CANARY })),
  headed('headersnull', null),
  headed('headersframing', { 'transfer-encoding': 'chunked', 'content-length': '3', connection: 'close' }),
  invalid('msgnonstring', () => withStatus(400, { statusCode: 400, expose: true, message: { key: CANARY } })),
  internal('stacknum', () => Object.assign(new Error(CANARY), { stack: 5 })),
  internal('tostringthrows', () => ({
    toString() {
      throw new Error(CANARY)
    },
  })),
  {
    name: 'response',
    make: () => new Response(CANARY, { status: 401, headers: { 'x-a': CANARY } }),
    code: 'unauthenticated',
    message: 'Authentication failed',
  },
  internal('abort', () => new DOMException(CANARY, 'AbortError')),
  { name: 'timeout', make: () => new DOMException(CANARY, 'TimeoutError'), code: 'gateway_timeout' },
  upstream('axiosish', {
    isAxiosError: true,
    status: 404,
    config: { headers: { Authorization: CANARY } },
    response: { status: 404 },
  }),
  invalid('polluted', () => JSON.parse(`{"__proto__":{"status":200},"status":400,"message":"${CANARY}"}`)),
  // Typed ones: the cause is never public, and the message of an internal one is not.
  internal('typed internal', () => new InternalError({ message: CANARY, cause: new Error(CANARY) })),
  {
    name: 'typed failed request',
    make: () => new FailedRequest({ message: CANARY, details: CANARY }),
    code: 'failed_request',
    message: 'Error processing request',
  },
  {
    name: 'typed conflict',
    make: () => new Conflict({ message: 'Taken', cause: new Error(CANARY), details: { key: CANARY } }),
    code: 'conflict',
    message: 'Taken',
  },
  // These are none of the table's.
  upstream('undici', {
    code: 'UND_ERR_RESPONSE',
    statusCode: 401,
    headers: { 'transfer-encoding': 'chunked', 'set-cookie': CANARY },
  }),
  upstream('stripe', { type: 'StripeCardError', statusCode: 402, raw: {}, headers: { 'x-a': CANARY } }),
  upstream('openai', { status: 401, headers: new Headers(), requestID: 'req_1', error: {} }),
  upstream('fetch', { message: 'fetch failed', cause: new Error(CANARY) }),
  {
    name: 'express-jwt',
    make: () =>
      withStatus(401, { name: 'UnauthorizedError', code: 'invalid_token', inner: { message: CANARY } }),
    code: 'unauthenticated',
    message: 'Authentication failed',
  },
  {
    name: 'connect-timeout',
    make: () => createError(503, CANARY, { code: 'ETIMEDOUT', timeout: 5 }),
    code: 'service_unavailable',
  },
  {
    name: 'zod',
    make: () => Object.assign(new Error(CANARY), { issues: [{ message: 'Too small', path: ['n'] }] }),
    code: 'validation_failed',
  },
]

/** What some frameworks take for "go on" when it is thrown synchronously. */
export const falsyValues: readonly ThrownValue[] = [
  internal('emptystr', () => ''),
  internal('null', () => null),
  internal('undefined', () => undefined),
  internal('zero', () => 0),
  internal('false', () => false),
  internal('nan', () => Number.NaN),
]

/** What Express takes for "leave this route" and "leave this router". */
export const expressControlValues: readonly ThrownValue[] = [
  internal('strroute', () => 'route'),
  internal('strrouter', () => 'router'),
]
