import * as Boom from '@hapi/boom'
import createError from 'http-errors'

/** Stands in every text that is not public. */
export const SECRET = 'sk-live-secret'

/** What is thrown, and what is to be answered. */
export interface Value {
  /** The row of the master table that it is. */
  readonly row: string
  readonly make: () => unknown
  /** @default 500 */
  readonly status?: number
  /** The wire code in ai-api. @default INTERNAL_ERROR */
  readonly code?: string
  /** A text that is public. */
  readonly message?: string
  /** Headers of the answer. */
  readonly headers?: Readonly<Record<string, string | null>>
}

const error = (properties: object = {}, message = SECRET): Error =>
  Object.assign(new Error(message), properties)
const withStatus = (row: string, status: unknown, answer: Partial<Value> = {}): Value => ({
  row,
  make: () => error({ status }),
  ...answer,
})
const bad = (row: string, make: () => unknown): Value => ({ row, make, status: 400, code: 'INVALID_REQUEST' })
const plain = (row: string, make: () => unknown): Value => ({ row, make })

class AxiosLike extends Error {
  readonly isAxiosError = true
  readonly status = 404
  readonly config = { headers: { Authorization: SECRET } }
  readonly response = { status: 404, data: SECRET }
}

const throwing = {
  get(): never {
    throw new Error(SECRET)
  },
  has(): never {
    throw new Error(SECRET)
  },
  getPrototypeOf(): never {
    throw new Error(SECRET)
  },
  ownKeys(): never {
    throw new Error(SECRET)
  },
}

const fail = (): never => {
  throw new Error(SECRET)
}

/** Every value of the master table's sections *throw*, *reject* and *mw* that Express does not take for `next()`. */
export const values: readonly Value[] = [
  plain('error', () => new Error(SECRET)),
  plain('http500', () => createError(500, SECRET)),
  plain('circularcause', () => {
    const circular = error()
    circular.cause = circular
    return circular
  }),
  plain('aggregate', () => new AggregateError([error(), SECRET], SECRET)),
  plain('nostack', () => Object.defineProperty(error(), 'stack', { value: undefined })),
  plain('enoent', () => error({ code: 'ENOENT', errno: -2, syscall: 'open', path: `/srv/${SECRET}` })),
  {
    row: 'awsish',
    make: () => error({ $metadata: { httpStatusCode: 403 }, $fault: 'client' }),
    status: 502,
    code: 'UPSTREAM_ERROR',
  },
  plain('mongoish', () => error({ code: 11_000, keyValue: { email: SECRET } })),
  {
    row: 'grpcish',
    make: () => error({ code: 5, details: SECRET, metadata: {} }),
    status: 502,
    code: 'UPSTREAM_ERROR',
  },
  plain('typeerror', () => new TypeError(SECRET)),
  plain('deepcause', () => {
    let deep = error()
    for (let depth = 0; depth < 20_000; depth++) deep = new Error(SECRET, { cause: deep })
    return deep
  }),
  plain('econnrefused', () => error({ code: 'ECONNREFUSED', address: '10.0.0.5', port: 5432 })),
  plain('nodeerr', () => error({ code: 'ERR_INVALID_ARG_TYPE' })),
  plain('syntaxerror', () => new SyntaxError(SECRET)),
  plain('rangeerror', () => new RangeError(SECRET)),
  plain('urierror', () => new URIError(SECRET)),
  plain('stackoverflow', () => {
    const recurse = (): number => recurse() + 1
    try {
      return recurse()
    } catch (overflow) {
      return overflow
    }
  }),
  plain('pgish', () => error({ code: '23505', detail: `Key (email)=(${SECRET}) already exists.` })),
  { row: 'custom', make: () => error({ status: 422 }), status: 400, code: 'INVALID_REQUEST' },
  {
    row: 'http404',
    make: () => createError(404, 'No such pet'),
    status: 404,
    code: 'RESOURCE_NOT_FOUND',
    message: 'No such pet',
  },
  {
    row: 'http429h',
    make: () => createError(429, 'Slow down', { headers: { 'Retry-After': '7', 'X-Internal': SECRET } }),
    status: 429,
    code: 'RATE_LIMIT_EXCEEDED',
    message: 'Slow down',
    headers: { 'retry-after': '7', 'x-internal': null },
  },
  ...[200, 204, 304, 302, 101, 100, 399, 600, 999, 1000].map((status) =>
    withStatus(`status${status}`, status),
  ),
  withStatus('status499', 499, { status: 499, code: 'HTTP_499' }),
  withStatus('status599', 599, { status: 599, code: 'HTTP_599' }),
  withStatus('statusneg', -1),
  withStatus('statuszero', 0),
  withStatus('statusnan', Number.NaN),
  withStatus('statusfloat', 404.5),
  withStatus('statusabc', 'abc'),
  withStatus('status404str', '404'),
  withStatus('statusobj', { valueOf: () => 404 }),
  plain('statusmismatch', () => error({ status: 404, statusCode: 500 })),
  {
    row: 'exposetrue500',
    make: () => createError(503, SECRET, { expose: true }),
    status: 503,
    code: 'SERVICE_UNAVAILABLE',
  },
  plain('string', () => SECRET),
  plain('number', () => 42),
  plain('num404', () => 404),
  plain('true', () => true),
  plain('date', () => new Date(0)),
  plain('emptynullproto', () => Object.create(null) as object),
  plain('promise', () => Promise.resolve(SECRET)),
  plain('symbol', () => Symbol(SECRET)),
  plain('function', () => () => SECRET),
  plain('bigint', () => 10n),
  plain('array', () => [SECRET]),
  bad('frozen', () => Object.freeze({ status: 400, message: SECRET })),
  plain('frozenerror', () => Object.freeze(error())),
  {
    row: 'sealed404',
    make: () => Object.seal(createError(404, 'No such pet')),
    status: 404,
    code: 'RESOURCE_NOT_FOUND',
    message: 'No such pet',
  },
  { row: 'plain', make: () => ({ status: 418, message: SECRET }), status: 418, code: 'IM_A_TEAPOT' },
  {
    row: 'plain401',
    make: () => ({ statusCode: 401 }),
    status: 401,
    code: 'UNAUTHENTICATED',
    headers: { 'www-authenticate': 'Bearer' },
  },
  plain('nullproto', () => Object.assign(Object.create(null) as object, { message: SECRET })),
  plain('tostringnotfn', () => ({ toString: 7, message: SECRET })),
  // oxlint-disable-next-line unicorn/no-thenable -- that is what is thrown
  plain('thenable', () => ({ then: SECRET })),
  plain('proxy', () => new Proxy(error(), throwing)),
  plain('revokedproxy', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  }),
  plain('getters', () =>
    Object.defineProperties({}, { message: { get: fail }, status: { get: fail }, stack: { get: fail } }),
  ),
  plain('errgetters', () =>
    Object.defineProperties(error(), { message: { get: fail }, status: { get: fail }, stack: { get: fail } }),
  ),
  plain('errgetters2', () =>
    Object.defineProperties(error(), { headers: { get: fail }, toString: { get: fail } }),
  ),
  bad('circularobj', () => {
    const circular: { self?: object; status: number } = { status: 400 }
    circular.self = circular
    return circular
  }),
  bad('circularerr', () => {
    const circular: Error & { self?: object } = error({ status: 400 })
    circular.self = circular
    return circular
  }),
  bad('tojson', () => error({ status: 400, toJSON: () => SECRET })),
  bad('tojsonthrows', () => error({ status: 400, toJSON: fail })),
  { ...bad('hugemsg', () => createError(400, 'x'.repeat(1_000_000))), message: `${'x'.repeat(4095)}…` },
  {
    ...bad('crlf', () => createError(400, 'a\r\nset-cookie: b=c')),
    message: 'a\r\nset-cookie: b=c',
    headers: { 'set-cookie': null },
  },
  { ...bad('emoji', () => createError(400, 'Zürich 🏔')), message: 'Zürich 🏔' },
  { ...bad('lonesurrogate', () => createError(400, 'a\uD800b')), message: 'a\uFFFDb' },
  {
    ...bad('html', () => createError(400, '<script>alert(1)</script>')),
    message: '<script>alert(1)</script>',
  },
  { ...bad('nul', () => createError(400, 'a\0b')), message: 'a\0b' },
  bad('emptymsg', () => createError(400, '')),
  bad('crlfstatus', () => error({ status: 400, statusMessage: 'a\r\nb' })),
  {
    ...bad('crlfheader', () => createError(400, 'x', { headers: { 'x-a': 'b\r\nset-cookie: c=d' } })),
    headers: { 'set-cookie': null, 'x-a': null },
  },
  bad('badheadername', () => createError(400, 'x', { headers: { 'bad name': 'x' } })),
  bad('undefheader', () => createError(400, 'x', { headers: { 'x-a': undefined } })),
  bad('headersstr', () => createError(400, 'x', { headers: 'x-a: b' })),
  {
    ...bad('headersfetch', () => createError(400, 'x', { headers: new Headers({ 'x-a': 'b' }) })),
    headers: { 'x-a': null },
  },
  bad('headersnull', () => createError(400, 'x', { headers: null })),
  {
    ...bad('headersframing', () =>
      createError(400, 'x', {
        headers: { 'transfer-encoding': 'chunked', 'content-length': '3', connection: 'close' },
      }),
    ),
    headers: { 'transfer-encoding': null },
  },
  bad('msgnonstring', () =>
    Object.defineProperty(error({ status: 400, expose: true }), 'message', { value: { text: SECRET } }),
  ),
  plain('stacknum', () => Object.defineProperty(error(), 'stack', { value: 7 })),
  plain('tostringthrows', () => Object.defineProperty(error(), 'toString', { value: fail })),
  {
    row: 'response',
    make: () => new Response(SECRET, { status: 401 }),
    status: 401,
    code: 'UNAUTHENTICATED',
  },
  plain('abort', () => new DOMException(SECRET, 'AbortError')),
  {
    row: 'timeout',
    make: () => new DOMException(SECRET, 'TimeoutError'),
    status: 504,
    code: 'GATEWAY_TIMEOUT',
  },
  { row: 'axiosish', make: () => new AxiosLike(SECRET), status: 502, code: 'UPSTREAM_ERROR' },
  bad(
    'polluted',
    () => JSON.parse(`{"status":400,"__proto__":{"admin":true},"message":"${SECRET}"}`) as object,
  ),
  {
    row: 'boom',
    make: () => Boom.notFound('No such pet'),
    status: 404,
    code: 'RESOURCE_NOT_FOUND',
    message: 'No such pet',
  },
]

/** What Express takes for `next()` where a handler throws it at once; an async handler's rejection is heard. */
export const falsy: readonly Value[] = [
  plain('null', () => null),
  plain('undefined', () => undefined),
  plain('zero', () => 0),
  plain('false', () => false),
  plain('nan', () => Number.NaN),
  plain('emptystr', () => ''),
]
