import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  ApiError,
  Conflict,
  createResponder,
  defineEnvelope,
  envelopes,
  InternalError,
  isRequestId,
  MethodNotAllowed,
  ModelOverloaded,
  generateRequestId,
  NotFound,
  RateLimitExceeded,
  RequestTimeout,
  StreamError,
  Unauthenticated,
  type ApiRequest,
  type ErrorHook,
  QuotaExceeded,
  type EnvelopeId,
  type ResponderOptions,
} from '../src/index.ts'

/** A request as an adapter would hand it on. */
function requestOf(headers: Record<string, string> = {}, sent: Record<string, string> = {}): ApiRequest {
  return {
    method: 'GET',
    url: '/v1/x',
    header: (name) => headers[name],
    responseHeader: (name) => sent[name],
    raw: null,
  }
}

const silent = { onError: () => {} }
const aiApi = createResponder({ envelope: 'ai-api', ...silent })

afterEach(() => {
  vi.restoreAllMocks()
})

describe('what SDKs act on', () => {
  const sdk: EnvelopeId[] = ['openai', 'openai-responses', 'anthropic', 'azure-openai', 'universal']
  const others = (Object.keys(envelopes) as EnvelopeId[]).filter((id) => !sdk.includes(id))
  const headersOf = (error: ApiError, options: Partial<ResponderOptions> = {}, sent = {}) =>
    createResponder({ envelope: 'openai', ...silent, ...options }).respond(error, requestOf({}, sent)).headers

  test('a failure that no retry can mend says so where its status alone makes SDKs retry', () => {
    for (const error of [new QuotaExceeded(), new Conflict(), new InternalError()])
      expect(headersOf(error)['x-should-retry'], error.code).toBe('false')
    for (const error of [new NotFound(), new Unauthenticated(), new RateLimitExceeded({ retryAfter: 1 })])
      expect(headersOf(error), error.code).not.toHaveProperty('x-should-retry')
  })

  test.each(sdk)('says so in %s, whose clients read it, and can be silenced', (envelope) => {
    for (const id of [envelope, `${envelope}:strict` as EnvelopeId]) {
      expect(headersOf(new Conflict(), { envelope: id })['x-should-retry']).toBe('false')
      expect(headersOf(new Conflict(), { envelope: id, shouldRetryHeader: false })).not.toHaveProperty(
        'x-should-retry',
      )
    }
  })

  test.each(others)('says so in %s only if asked to', (envelope) => {
    expect(headersOf(new Conflict(), { envelope })).not.toHaveProperty('x-should-retry')
    expect(headersOf(new Conflict(), { envelope, shouldRetryHeader: true })['x-should-retry']).toBe('false')
  })

  test('what the thrower says of retries stays', () => {
    const error = new Conflict({ headers: { 'X-Should-Retry': 'true' } })
    expect(headersOf(error)['x-should-retry']).toBe('true')
  })

  test.each(sdk)('a wait in %s is no longer than all of its clients wait', (envelope) => {
    const after = (retryAfter: number | Date) =>
      headersOf(new RateLimitExceeded({ retryAfter }), { envelope })['retry-after']
    expect([after(7), after(59), after(60), after(86_400)]).toEqual(['7', '59', '59', '59'])
    expect(after(new Date(Date.now() + 3_600_000))).toBe('59')
  })

  test.each(others)('a wait in %s is as long as it is, unless an option limits it', (envelope) => {
    const error = new RateLimitExceeded({ retryAfter: 3600 })
    expect(headersOf(error, { envelope })['retry-after']).toBe('3600')
    expect(headersOf(error, { envelope, maxRetryAfter: 10.5 })['retry-after']).toBe('10')
  })

  test('a limit holds for waits that headers bring, and is lifted by Infinity', () => {
    const own = new ModelOverloaded({ headers: { 'Retry-After': '600' } })
    expect(headersOf(own)['retry-after']).toBe('59')
    expect(headersOf(own, { maxRetryAfter: Infinity })['retry-after']).toBe('600')
    expect(headersOf(new ModelOverloaded(), {}, { 'retry-after': '600' })['retry-after']).toBe('59')
    expect(headersOf(new ModelOverloaded(), {}, { 'retry-after': '6' })).not.toHaveProperty('retry-after')
  })

  test('a wait that ends nothing is left as it is', () => {
    expect(headersOf(new QuotaExceeded({ retryAfter: 86_400 }))).toMatchObject({
      'retry-after': '86400',
      'x-should-retry': 'false',
    })
  })

  test('a wait goes out in milliseconds, too, if asked to', () => {
    const error = new RateLimitExceeded({ retryAfter: 7 })
    expect(headersOf(error)).not.toHaveProperty('retry-after-ms')
    expect(headersOf(error, { retryAfterMsHeader: true })).toMatchObject({
      'retry-after': '7',
      'retry-after-ms': '7000',
    })
    expect(headersOf(new RateLimitExceeded({ retryAfter: 600 }), { retryAfterMsHeader: true })).toMatchObject(
      {
        'retry-after': '59',
        'retry-after-ms': '59000',
      },
    )
    expect(headersOf(new NotFound(), { retryAfterMsHeader: true })).not.toHaveProperty('retry-after-ms')
  })

  test.each(['anthropic', 'universal'] as const)(
    'the request id is on request-id, too, in %s',
    (envelope) => {
      const headers = headersOf(new NotFound(), { envelope })
      expect(headers['request-id']).toBe(headers['x-request-id'])
      const traced = headersOf(new NotFound(), { envelope, requestIdHeader: 'X-Trace' })
      expect(traced['request-id']).toBe(traced['x-trace'])
      expect(headersOf(new NotFound(), { envelope: 'openai' })).not.toHaveProperty('request-id')
    },
  )
})

describe('an answer', () => {
  test('has the headers that HTTP asks for', () => {
    const { status, headers, body } = aiApi.respond(new NotFound({ message: 'Kein Zürich 🏔' }), requestOf())
    expect(status).toBe(404)
    expect(headers).toEqual({
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'x-content-type-options': 'nosniff',
      'x-request-id': (JSON.parse(body) as { meta: { request_id: string } }).meta.request_id,
    })
  })

  test('counts bytes as UTF-8 does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (message) => {
        const { headers, body } = aiApi.respond(new NotFound({ message }), requestOf())
        expect(headers['content-length']).toBe(String(Buffer.byteLength(body)))
      }),
    )
  })

  test('asks for credentials on a 401, by the document’s scheme or the thrower’s', () => {
    const challenge = (envelope: ResponderOptions['envelope'], error: ApiError) =>
      createResponder({ envelope, ...silent }).respond(error, requestOf()).headers['www-authenticate']
    expect(challenge('ai-api', new Unauthenticated())).toBe('Bearer')
    expect(challenge('compresr', new Unauthenticated())).toBe('ApiKey header="X-API-Key"')
    const own = new Unauthenticated({ headers: { 'WWW-Authenticate': 'Basic realm="x"' } })
    expect(challenge('ai-api', own)).toBe('Basic realm="x"')
  })

  test('tells the allowed methods', () => {
    const answer = aiApi.respond(new MethodNotAllowed({ allow: ['GET', 'POST'] }), requestOf())
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, POST'])
  })

  test('sends a thrower’s headers, but none that is invalid or frames the message', () => {
    const headers = {
      'RateLimit-Remaining': '0',
      'Set-Cookie': 'a=b',
      'Content-Length': '3',
      'Transfer-Encoding': 'chunked',
      Connection: 'close',
      'Content-Type': 'text/html',
      'bad name': 'x',
      'x-split': 'a\r\nb: c',
      'x-emoji': '🏔',
    }
    const answer = aiApi.respond(new Conflict({ headers }), requestOf())
    expect(answer.headers).toMatchObject({ 'ratelimit-remaining': '0', 'set-cookie': 'a=b' })
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(answer.headers['content-length']).toBe(String(answer.body.length))
    for (const name of ['transfer-encoding', 'connection', 'bad name', 'x-split', 'x-emoji']) {
      expect(answer.headers).not.toHaveProperty(name)
    }
  })

  test('leaves a Retry-After that the handler had promised, unless the thrower gives one', () => {
    const compresr = createResponder({ envelope: 'compresr', ...silent })
    const request = requestOf({}, { 'retry-after': '120' })
    expect(compresr.respond(new RateLimitExceeded({ retryAfter: 7 }), request).headers['retry-after']).toBe(
      '7',
    )
    const untold = new RateLimitExceeded({ retryAfter: undefined as never })
    expect(compresr.respond(untold, request).headers['retry-after']).toBeUndefined()
    expect(compresr.respond(untold, requestOf()).headers['retry-after']).toBe('5')
    const byHeader = new RateLimitExceeded({
      retryAfter: undefined as never,
      headers: { 'Retry-After': '60' },
    })
    expect(compresr.respond(byHeader, requestOf()).headers['retry-after']).toBe('60')
  })
})

describe('a request id', () => {
  test('is the one that came in, if it is one', () => {
    expect(aiApi.requestId(requestOf({ 'x-request-id': 'abc-1._Z' }))).toBe('abc-1._Z')
    for (const id of ['', 'a'.repeat(65), 'a b', '<x>', 'é', 'a\r\nb']) {
      expect(aiApi.requestId(requestOf({ 'x-request-id': id }))).toMatch(/^req_[a-z0-9]{24}$/)
    }
  })

  test('is the one on the answer before all others', () => {
    expect(aiApi.requestId(requestOf({ 'x-request-id': 'in' }, { 'x-request-id': 'out' }))).toBe('out')
  })

  test('stays the same for a request', () => {
    const request = requestOf()
    expect(aiApi.requestId(request)).toBe(aiApi.requestId(request))
    expect(request.id).toBe(aiApi.respond(new Conflict(), request).headers['x-request-id'])
  })

  test('comes and goes by the header that an option names', () => {
    const responder = createResponder({ envelope: 'ai-api', requestIdHeader: 'X-Trace', ...silent })
    expect(responder.respond(new Conflict(), requestOf({ 'x-trace': 't1' })).headers['x-trace']).toBe('t1')
  })

  test('made here is of its form, and never made twice', () => {
    const ids = Array.from({ length: 10_000 }, generateRequestId)
    expect(ids.every((id) => /^req_[a-z0-9]{24}$/.test(id) && isRequestId(id))).toBe(true)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('onError', () => {
  test('hears once of each failure: the error, what was thrown, the request', () => {
    const onError = vi.fn<ErrorHook>()
    const responder = createResponder({ envelope: 'ai-api', onError })
    const thrown = new Error('x')
    const request = requestOf()
    const { error } = responder.respond(thrown, request)
    expect(onError.mock.calls).toEqual([[error, thrown, request]])
    expect(error.cause).toBe(thrown)
    responder.errorEvent(thrown, request)
    responder.report(thrown, request)
    responder.reportClientClosed(thrown, request)
    expect(onError.mock.calls.map(([{ code }]) => code)).toEqual([
      'internal_error',
      'internal_error',
      'internal_error',
      'client_closed_request',
    ])
  })

  test('that throws or rejects is reported, and changes nothing', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const failures: ErrorHook[] = [
      () => {
        throw new Error('hook')
      },
      () => Promise.reject(new Error('hook')),
    ]
    for (const onError of failures) {
      const responder = createResponder({ envelope: 'ai-api', onError })
      expect(responder.respond(new Conflict(), requestOf()).status).toBe(409)
    }
    await vi.waitFor(() => expect(log).toHaveBeenCalledTimes(2))
    expect(String(log.mock.calls[0])).toContain('onError failed')
  })

  test('may be several: each is called in order, none waits for another or hears of its failure', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const called: string[] = []
    const hooks: ErrorHook[] = [
      () => {
        called.push('throws')
        throw new Error('hook')
      },
      () => {
        called.push('never settles')
        return new Promise(() => {})
      },
      ({ code }) => void called.push(code),
    ]
    const responder = createResponder({ envelope: 'ai-api', onError: hooks })
    hooks.length = 0
    expect(responder.respond(new Conflict(), requestOf()).status).toBe(409)
    expect(called).toEqual(['throws', 'never settles', 'conflict'])
    await vi.waitFor(() => expect(log).toHaveBeenCalledOnce())
    createResponder({ envelope: 'ai-api', onError: [] }).respond(new Error('x'), requestOf())
    expect(log).toHaveBeenCalledOnce()
  })

  test('is told by the request what status the client got', () => {
    const seen: unknown[] = []
    const responder = createResponder({
      envelope: 'google:strict',
      onError: ({ status }, _thrown, { sentStatus }) => void seen.push([status, sentStatus]),
    })
    responder.respond(new RequestTimeout(), requestOf())
    responder.respond(new Conflict(), Object.freeze({ ...requestOf(), id: 'fixed' }))
    responder.errorEvent(new StreamError(), { ...requestOf(), sentStatus: 200 })
    responder.report(new StreamError(), requestOf())
    expect(seen).toEqual([
      [408, 504],
      [409, undefined],
      [502, 200],
      [502, undefined],
    ])
  })

  test('left out, the stack of a 5xx goes to the console, and nothing of a 4xx', () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const responder = createResponder({ envelope: 'ai-api' })
    responder.respond(new Conflict(), requestOf())
    expect(log).not.toHaveBeenCalled()
    responder.respond(Object.assign(new Error('boom'), { config: { key: 'sk-secret' } }), requestOf())
    expect(log).toHaveBeenCalledOnce()
    expect(String(log.mock.calls[0])).toContain('boom')
    expect(String(log.mock.calls[0])).not.toContain('sk-secret')
  })
})

describe('recognizers of a user’s own', () => {
  class Locked extends Error {}

  test('come before ours, in order', () => {
    const responder = createResponder({
      envelope: 'ai-api',
      ...silent,
      recognizers: [
        () => undefined,
        (thrown) => (thrown instanceof Locked ? new Conflict({ cause: thrown }) : undefined),
        () => new NotFound(),
      ],
    })
    expect(responder.respond(new Locked(), requestOf()).status).toBe(409)
    expect(responder.respond(new Error('x'), requestOf()).status).toBe(404)
  })

  test('that throw, or give what is no error, are passed over', () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const responder = createResponder({
      envelope: 'ai-api',
      ...silent,
      recognizers: [
        () => {
          throw new Error('recognizer')
        },
        () => ({ status: 200 }) as never,
      ],
    })
    expect(responder.respond(new Error('x'), requestOf()).status).toBe(500)
  })
})

describe('an envelope by request', () => {
  const responder = createResponder({
    envelope: ({ url }) => (url.startsWith('/a15t') ? envelopes.a15t : 'compresr:strict'),
    ...silent,
  })

  test('is chosen for each', () => {
    const body = (url: string) =>
      JSON.parse(responder.respond(new Conflict(), { ...requestOf(), url }).body) as object
    expect(body('/a15t/x')).toEqual({
      error: { type: 'conflict', code: 'invalid_request', message: 'The resource already exists' },
    })
    expect(body('/x')).toEqual({
      success: false,
      error: { code: 'invalid_request', message: 'The resource already exists' },
    })
  })

  test('that can’t be chosen is ai-api', () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    for (const envelope of [
      () => 'nope',
      () => undefined,
      () => {
        throw new Error('x')
      },
    ] as unknown as ResponderOptions['envelope'][]) {
      const answer = createResponder({ envelope, ...silent }).respond(new Conflict(), requestOf())
      expect(envelopes['ai-api'].parse({ status: answer.status, body: answer.body })).toBeInstanceOf(ApiError)
    }
    expect(log).toHaveBeenCalledTimes(3)
  })
})

describe('the responder is total', () => {
  const parse = (body: string) => envelopes['ai-api'].parse({ body })

  test('for anything that can be thrown', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withNullPrototype: true,
          withObjectString: true,
          withSet: true,
          withSparseArray: true,
          withTypedArray: true,
          withBoxedValues: true,
        }),
        (thrown) => {
          const { status, body } = aiApi.respond(thrown, requestOf())
          expect(status).toBeGreaterThanOrEqual(400)
          expect(parse(body)).toBeInstanceOf(ApiError)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('for an envelope that fails', () => {
    const broken = (body: () => object) =>
      defineEnvelope({
        id: 'broken',
        codes: { E: { status: 500 } },
        mapping: { default: 'E' },
        renderBody: body,
        parseBody: () => undefined,
      })
    const circular: { self?: object } = {}
    circular.self = circular
    for (const body of [
      () => {
        throw new Error('x')
      },
      () => circular,
      () => ({ big: 10n }),
      () => undefined as never,
    ]) {
      const onError = vi.fn<() => void>()
      const responder = createResponder({ envelope: broken(body), onError })
      const answer = responder.respond(new Conflict(), requestOf())
      expect(answer.status).toBe(500)
      expect(parse(answer.body)).toMatchObject({ code: 'internal_error' })
      expect(responder.errorEvent(new Conflict(), requestOf())).toMatch(
        /^event: error\ndata: .*INTERNAL_ERROR/,
      )
      expect(onError).toHaveBeenCalledTimes(2)
    }
  })

  test('for a typed error that lies about itself', () => {
    const lies = [
      Object.defineProperty(new Conflict(), 'status', { value: 99 }),
      Object.defineProperty(new Conflict(), 'issues', {
        value: [null, 1, { message: 1 }, { message: 'x', path: 'y' }, { message: 'x', path: [null] }],
      }),
      Object.defineProperty(new Conflict(), 'headers', { value: 'x' }),
      Object.defineProperty(new MethodNotAllowed({ allow: [] }), 'allow', { value: ['a\r\nb'] }),
      Object.defineProperty(new Conflict(), 'message', {
        get() {
          throw new Error('x')
        },
      }),
      new Proxy(new Conflict(), {}),
    ]
    for (const thrown of lies) {
      const { status, body, headers } = aiApi.respond(thrown, requestOf())
      expect(status).toBeGreaterThanOrEqual(400)
      expect(parse(body)).toBeInstanceOf(ApiError)
      for (const value of Object.values(headers)) expect(value).not.toMatch(/[\r\n]/)
    }
  })

  test('for a request that can’t be read', () => {
    const fail = (): never => {
      throw new Error('x')
    }
    const request: ApiRequest = { method: 'GET', url: '/', header: fail, responseHeader: fail, raw: null }
    expect(aiApi.respond(new Conflict(), request).status).toBe(409)
  })
})

describe('options', () => {
  class OutOfCredits extends Conflict {
    static override code = 'out_of_credits'
  }
  class NoCredits extends Conflict {
    static override code = 'out_of_credits'
  }
  class MyConflict extends Conflict {
    static override code = 'conflict'
  }
  class Shouting extends Conflict {
    static override code = 'OUT_OF_CREDITS'
  }
  class Fine extends Conflict {
    static override code = 'fine'
    static override status = 200
  }

  test.each([
    [undefined, /options must be an object with an `envelope`, not undefined/],
    [{}, /option `envelope` is required/],
    [
      { envelope: 'ai-apu' },
      /Unknown envelope "ai-apu"\. Known ids: a15t, ai-api, compactifai, compresr, humanloop/,
    ],
    [{ envelope: 'ai-api:lax' }, /Unknown envelope "ai-api:lax"/],
    [{ envelope: 7 }, /option `envelope` must be the id of an envelope, .*, not number/],
    [
      { envelope: 'ai-api', onError: 'x' },
      /option `onError` must be a function, or an array of functions, not "x"/,
    ],
    [{ envelope: 'ai-api', recognizers: [1] }, /option `recognizers` must be an array of functions/],
    [{ envelope: 'ai-api', requestIdHeader: 'a b' }, /option `requestIdHeader` must be the name of a header/],
    [
      { envelope: 'ai-api', defaultRetryAfter: 0 },
      /option `defaultRetryAfter` must be a number of seconds, 1 or more/,
    ],
    [{ envelope: 'ai-api', serviceName: 1 }, /option `serviceName` must be a string/],
    [
      { envelope: 'openai', shouldRetryHeader: 'no' },
      /option `shouldRetryHeader` must be a boolean, not "no"/,
    ],
    [{ envelope: 'openai', retryAfterMsHeader: 1 }, /option `retryAfterMsHeader` must be a boolean/],
    [
      { envelope: 'openai', maxRetryAfter: 0 },
      /option `maxRetryAfter` must be a number of seconds, 1 or more/,
    ],
    [{ envelope: 'ai-api', dropCookies: 1 }, /option `dropCookies` must be a boolean/],
    [{ envelope: 'ai-api', onerror: () => {} }, /unknown option `onerror`/],
    [
      { envelope: 'ai-api', errorClasses: [OutOfCredits, NoCredits] },
      /OutOfCredits and NoCredits have the same code "out_of_credits"/,
    ],
    [
      { envelope: 'ai-api', errorClasses: [MyConflict] },
      /Conflict and MyConflict have the same code "conflict"/,
    ],
    [
      { envelope: 'ai-api', errorClasses: [Shouting] },
      /class Shouting has the code "OUT_OF_CREDITS", which is not snake_case/,
    ],
    [{ envelope: 'ai-api', errorClasses: [Fine] }, /class Fine has the status 200/],
    [{ envelope: 'ai-api', errorClasses: [Error] }, /Error does not extend ApiError/],
    [{ envelope: 'ai-api', errorClasses: OutOfCredits }, /option `errorClasses` must be an array of classes/],
  ])('%o are refused by name', (options, message) => {
    expect(() => createResponder(options as ResponderOptions)).toThrow(message)
  })

  test('that are right are taken', () => {
    class Inherits extends Conflict {}
    const errors = [OutOfCredits, OutOfCredits, Inherits, InternalError]
    expect(() =>
      createResponder({ envelope: 'ai-api:strict', errorClasses: errors, onError: undefined }),
    ).not.toThrow()
  })
})
