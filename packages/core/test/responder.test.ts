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

/** Creates a request as an adapter passes it to the responder. */
function createRequest(
  headers: Record<string, string> = {},
  responseHeaders: Record<string, string> = {},
): ApiRequest {
  return {
    method: 'GET',
    url: '/v1/x',
    header: (name) => headers[name],
    responseHeader: (name) => responseHeaders[name],
    raw: null,
  }
}

const silent = { onError: () => {} }
const aiApi = createResponder({ envelope: 'ai-api', ...silent })

afterEach(() => {
  vi.restoreAllMocks()
})

describe('client hints', () => {
  const sdk: EnvelopeId[] = ['openai', 'openai-responses', 'anthropic', 'azure-openai', 'universal']
  const others = (Object.keys(envelopes) as EnvelopeId[]).filter((id) => !sdk.includes(id))
  const getHeaders = (error: ApiError, options: Partial<ResponderOptions> = {}, sent = {}) =>
    createResponder({ envelope: 'openai', ...silent, ...options }).respond(error, createRequest({}, sent))
      .headers

  test('mark an error that is not retryable if its status makes SDKs retry', () => {
    for (const error of [new QuotaExceeded(), new Conflict(), new InternalError()])
      expect(getHeaders(error)['x-should-retry'], error.code).toBe('false')
    for (const error of [new NotFound(), new Unauthenticated(), new RateLimitExceeded({ retryAfter: 1 })])
      expect(getHeaders(error), error.code).not.toHaveProperty('x-should-retry')
  })

  test.each(sdk)('include x-should-retry in %s unless the option turns it off', (envelope) => {
    for (const id of [envelope, `${envelope}:strict` as EnvelopeId]) {
      expect(getHeaders(new Conflict(), { envelope: id })['x-should-retry']).toBe('false')
      expect(getHeaders(new Conflict(), { envelope: id, shouldRetryHeader: false })).not.toHaveProperty(
        'x-should-retry',
      )
    }
  })

  test.each(others)('include x-should-retry in %s only if the option turns it on', (envelope) => {
    expect(getHeaders(new Conflict(), { envelope })).not.toHaveProperty('x-should-retry')
    expect(getHeaders(new Conflict(), { envelope, shouldRetryHeader: true })['x-should-retry']).toBe('false')
  })

  test('keep an x-should-retry header of the error', () => {
    const error = new Conflict({ headers: { 'X-Should-Retry': 'true' } })
    expect(getHeaders(error)['x-should-retry']).toBe('true')
  })

  test.each(sdk)('limit Retry-After in %s to what all its clients accept', (envelope) => {
    const after = (retryAfter: number | Date) =>
      getHeaders(new RateLimitExceeded({ retryAfter }), { envelope })['retry-after']
    expect([after(7), after(59), after(60), after(86_400)]).toEqual(['7', '59', '59', '59'])
    expect(after(new Date(Date.now() + 3_600_000))).toBe('59')
  })

  test.each(others)('do not limit Retry-After in %s unless an option does', (envelope) => {
    const error = new RateLimitExceeded({ retryAfter: 3600 })
    expect(getHeaders(error, { envelope })['retry-after']).toBe('3600')
    expect(getHeaders(error, { envelope, maxRetryAfter: 10.5 })['retry-after']).toBe('10')
  })

  test('limit a Retry-After header of the error or of the handler, unless the limit is Infinity', () => {
    const own = new ModelOverloaded({ headers: { 'Retry-After': '600' } })
    expect(getHeaders(own)['retry-after']).toBe('59')
    expect(getHeaders(own, { maxRetryAfter: Infinity })['retry-after']).toBe('600')
    expect(getHeaders(new ModelOverloaded(), {}, { 'retry-after': '600' })['retry-after']).toBe('59')
    expect(getHeaders(new ModelOverloaded(), {}, { 'retry-after': '6' })).not.toHaveProperty('retry-after')
  })

  test('do not limit Retry-After on an error that is not retryable', () => {
    expect(getHeaders(new QuotaExceeded({ retryAfter: 86_400 }))).toMatchObject({
      'retry-after': '86400',
      'x-should-retry': 'false',
    })
  })

  test('include retry-after-ms if the option turns it on', () => {
    const error = new RateLimitExceeded({ retryAfter: 7 })
    expect(getHeaders(error)).not.toHaveProperty('retry-after-ms')
    expect(getHeaders(error, { retryAfterMsHeader: true })).toMatchObject({
      'retry-after': '7',
      'retry-after-ms': '7000',
    })
    expect(
      getHeaders(new RateLimitExceeded({ retryAfter: 600 }), { retryAfterMsHeader: true }),
    ).toMatchObject({
      'retry-after': '59',
      'retry-after-ms': '59000',
    })
    expect(getHeaders(new NotFound(), { retryAfterMsHeader: true })).not.toHaveProperty('retry-after-ms')
  })

  test.each(['anthropic', 'universal'] as const)('include the request id as request-id in %s', (envelope) => {
    const headers = getHeaders(new NotFound(), { envelope })
    expect(headers['request-id']).toBe(headers['x-request-id'])
    const traced = getHeaders(new NotFound(), { envelope, requestIdHeader: 'X-Trace' })
    expect(traced['request-id']).toBe(traced['x-trace'])
    expect(getHeaders(new NotFound(), { envelope: 'openai' })).not.toHaveProperty('request-id')
  })
})

describe('a response', () => {
  test('has the required headers', () => {
    const { status, headers, body } = aiApi.respond(
      new NotFound({ message: 'Kein Zürich 🏔' }),
      createRequest(),
    )
    expect(status).toBe(404)
    expect(headers).toEqual({
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'x-content-type-options': 'nosniff',
      'x-request-id': (JSON.parse(body) as { meta: { request_id: string } }).meta.request_id,
    })
  })

  // Creating the strings takes seconds on a busy machine.
  test('has the length of its body in UTF-8 bytes', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (message) => {
        const { headers, body } = aiApi.respond(new NotFound({ message }), createRequest())
        expect(headers['content-length']).toBe(String(Buffer.byteLength(body)))
      }),
    )
  })

  test('has the challenge of the envelope or of the error on a 401', () => {
    const challenge = (envelope: ResponderOptions['envelope'], error: ApiError) =>
      createResponder({ envelope, ...silent }).respond(error, createRequest()).headers['www-authenticate']
    expect(challenge('ai-api', new Unauthenticated())).toBe('Bearer')
    expect(challenge('compresr', new Unauthenticated())).toBe('ApiKey header="X-API-Key"')
    const own = new Unauthenticated({ headers: { 'WWW-Authenticate': 'Basic realm="x"' } })
    expect(challenge('ai-api', own)).toBe('Basic realm="x"')
  })

  test('lists the allowed methods on a 405', () => {
    const response = aiApi.respond(new MethodNotAllowed({ allow: ['GET', 'POST'] }), createRequest())
    expect([response.status, response.headers['allow']]).toEqual([405, 'GET, POST'])
  })

  test('contains the headers of the error, except invalid ones and those that frame the message', () => {
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
    const response = aiApi.respond(new Conflict({ headers }), createRequest())
    expect(response.headers).toMatchObject({ 'ratelimit-remaining': '0', 'set-cookie': 'a=b' })
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(response.headers['content-length']).toBe(String(response.body.length))
    for (const name of ['transfer-encoding', 'connection', 'bad name', 'x-split', 'x-emoji']) {
      expect(response.headers).not.toHaveProperty(name)
    }
  })

  test('keeps the Retry-After of the handler, unless the error has one', () => {
    const compresr = createResponder({ envelope: 'compresr', ...silent })
    const request = createRequest({}, { 'retry-after': '120' })
    expect(compresr.respond(new RateLimitExceeded({ retryAfter: 7 }), request).headers['retry-after']).toBe(
      '7',
    )
    const withoutRetryAfter = new RateLimitExceeded({ retryAfter: undefined as never })
    expect(compresr.respond(withoutRetryAfter, request).headers['retry-after']).toBeUndefined()
    expect(compresr.respond(withoutRetryAfter, createRequest()).headers['retry-after']).toBe('5')
    const byHeader = new RateLimitExceeded({
      retryAfter: undefined as never,
      headers: { 'Retry-After': '60' },
    })
    expect(compresr.respond(byHeader, createRequest()).headers['retry-after']).toBe('60')
  })
})

describe('a request id', () => {
  const trusting = createResponder({ envelope: 'ai-api', trustRequestId: true, ...silent })

  test('is a new one, although the client has sent one', () => {
    expect(aiApi.requestId(createRequest({ 'x-request-id': 'abc' }))).toMatch(/^req_[a-z0-9]{24}$/)
  })

  test('is the incoming one if it is valid and trusted', () => {
    expect(trusting.requestId(createRequest({ 'x-request-id': 'abc-1._Z' }))).toBe('abc-1._Z')
    for (const id of ['', 'a'.repeat(65), 'a b', '<x>', 'é', 'a\r\nb']) {
      expect(trusting.requestId(createRequest({ 'x-request-id': id }))).toMatch(/^req_[a-z0-9]{24}$/)
    }
  })

  test('is trusted if the function of the request returns true', () => {
    const responder = createResponder({
      envelope: 'ai-api',
      trustRequestId: (request) => request.header('x-proxy') === 'ours',
      ...silent,
    })
    expect(responder.requestId(createRequest({ 'x-request-id': 'a', 'x-proxy': 'ours' }))).toBe('a')
    expect(responder.requestId(createRequest({ 'x-request-id': 'a' }))).not.toBe('a')
  })

  test('is the same for all requests of an exchange', () => {
    const exchange = {}
    const first = { ...createRequest(), exchange }
    const second = { ...createRequest(), exchange }
    expect(aiApi.requestId(first)).toBe(aiApi.requestId(second))
  })

  test('is the one on the response if that has one', () => {
    expect(aiApi.requestId(createRequest({ 'x-request-id': 'in' }, { 'x-request-id': 'out' }))).toBe('out')
  })

  test('stays the same for a request', () => {
    const request = createRequest()
    expect(aiApi.requestId(request)).toBe(aiApi.requestId(request))
    expect(request.id).toBe(aiApi.respond(new Conflict(), request).headers['x-request-id'])
  })

  test('is on the header that the option names', () => {
    const responder = createResponder({
      envelope: 'ai-api',
      requestIdHeader: 'X-Trace',
      trustRequestId: true,
      ...silent,
    })
    expect(responder.respond(new Conflict(), createRequest({ 'x-trace': 't1' })).headers['x-trace']).toBe(
      't1',
    )
  })

  test('is unique and has the documented form if it is generated', () => {
    const ids = Array.from({ length: 10_000 }, generateRequestId)
    expect(ids.every((id) => /^req_[a-z0-9]{24}$/.test(id) && isRequestId(id))).toBe(true)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('onError', () => {
  test('is called once per failure with the error, the thrown value and the request', () => {
    const onError = vi.fn<ErrorHook>()
    const responder = createResponder({ envelope: 'ai-api', onError })
    const thrown = new Error('x')
    const request = createRequest()
    const { error } = responder.respond(thrown, request)
    expect(onError.mock.calls).toEqual([[error, thrown, request]])
    expect(error.cause).toBe(thrown)
    responder.errorEvents(thrown, request)
    responder.report(thrown, request)
    responder.reportClientClosed(thrown, request)
    expect(onError.mock.calls.map(([{ code }]) => code)).toEqual([
      'internal_error',
      'internal_error',
      'internal_error',
      'client_closed_request',
    ])
  })

  test('is reported and has no other effect if it throws or rejects', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const failures: ErrorHook[] = [
      () => {
        throw new Error('hook')
      },
      () => Promise.reject(new Error('hook')),
    ]
    for (const onError of failures) {
      const responder = createResponder({ envelope: 'ai-api', onError })
      expect(responder.respond(new Conflict(), createRequest()).status).toBe(409)
    }
    await vi.waitFor(() => expect(log).toHaveBeenCalledTimes(2))
    expect(String(log.mock.calls[0])).toContain('onError failed')
  })

  test('can be a list: the hooks are called in order and do not wait for each other', async () => {
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
    expect(responder.respond(new Conflict(), createRequest()).status).toBe(409)
    expect(called).toEqual(['throws', 'never settles', 'conflict'])
    await vi.waitFor(() => expect(log).toHaveBeenCalledOnce())
    createResponder({ envelope: 'ai-api', onError: [] }).respond(new Error('x'), createRequest())
    expect(log).toHaveBeenCalledOnce()
  })

  test('finds the status that the client received on the request', () => {
    const seen: unknown[] = []
    const responder = createResponder({
      envelope: 'google:strict',
      onError: ({ status }, _thrown, { sentStatus }) => void seen.push([status, sentStatus]),
    })
    responder.respond(new RequestTimeout(), createRequest())
    responder.respond(new Conflict(), Object.freeze({ ...createRequest(), id: 'fixed' }))
    responder.errorEvents(new StreamError(), { ...createRequest(), sentStatus: 200 })
    responder.report(new StreamError(), createRequest())
    expect(seen).toEqual([
      [408, 504],
      [409, undefined],
      [502, 200],
      [502, undefined],
    ])
  })

  test('writes the stack of a 5xx to the console by default, and nothing for a 4xx', () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const responder = createResponder({ envelope: 'ai-api' })
    responder.respond(new Conflict(), createRequest())
    expect(log).not.toHaveBeenCalled()
    responder.respond(Object.assign(new Error('boom'), { config: { key: 'sk-secret' } }), createRequest())
    expect(log).toHaveBeenCalledOnce()
    expect(String(log.mock.calls[0])).toContain('boom')
    expect(String(log.mock.calls[0])).not.toContain('sk-secret')
  })
})

describe('recognizers of the options', () => {
  class Locked extends Error {}

  test('are called in order before the built-in ones', () => {
    const responder = createResponder({
      envelope: 'ai-api',
      ...silent,
      recognizers: [
        () => undefined,
        (thrown) => (thrown instanceof Locked ? new Conflict({ cause: thrown }) : undefined),
        () => new NotFound(),
      ],
    })
    expect(responder.respond(new Locked(), createRequest()).status).toBe(409)
    expect(responder.respond(new Error('x'), createRequest()).status).toBe(404)
  })

  test('are skipped if they throw or return a value that is not an ApiError', () => {
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
    expect(responder.respond(new Error('x'), createRequest()).status).toBe(500)
  })
})

describe('an envelope function', () => {
  const responder = createResponder({
    envelope: ({ url }) => (url.startsWith('/a15t') ? envelopes.a15t : 'compresr:strict'),
    ...silent,
  })

  test('selects the envelope of each request', () => {
    const body = (url: string) =>
      JSON.parse(responder.respond(new Conflict(), { ...createRequest(), url }).body) as object
    expect(body('/a15t/x')).toEqual({
      error: { type: 'conflict', code: 'invalid_request', message: 'The resource already exists' },
    })
    expect(body('/x')).toEqual({
      success: false,
      error: { code: 'invalid_request', message: 'The resource already exists' },
    })
  })

  test('falls back to ai-api if it fails', () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    for (const envelope of [
      () => 'nope',
      () => undefined,
      () => {
        throw new Error('x')
      },
    ] as unknown as ResponderOptions['envelope'][]) {
      const response = createResponder({ envelope, ...silent }).respond(new Conflict(), createRequest())
      expect(envelopes['ai-api'].parse({ status: response.status, body: response.body })).toBeInstanceOf(
        ApiError,
      )
    }
    expect(log).toHaveBeenCalledTimes(3)
  })
})

describe('the responder never throws', () => {
  const parse = (body: string) => envelopes['ai-api'].parse({ body })

  test('for any thrown value', () => {
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
          const { status, body } = aiApi.respond(thrown, createRequest())
          expect(status).toBeGreaterThanOrEqual(400)
          expect(parse(body)).toBeInstanceOf(ApiError)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('for an envelope that throws', () => {
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
      const response = responder.respond(new Conflict(), createRequest())
      expect(response.status).toBe(500)
      expect(parse(response.body)).toMatchObject({ code: 'internal_error' })
      expect(responder.errorEvents(new Conflict(), createRequest())).toMatch(
        /^event: error\ndata: .*INTERNAL_ERROR/,
      )
      expect(onError).toHaveBeenCalledTimes(2)
    }
  })

  test('for an ApiError with invalid properties', () => {
    const invalidErrors = [
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
    for (const thrown of invalidErrors) {
      const { status, body, headers } = aiApi.respond(thrown, createRequest())
      expect(status).toBeGreaterThanOrEqual(400)
      expect(parse(body)).toBeInstanceOf(ApiError)
      for (const value of Object.values(headers)) expect(value).not.toMatch(/[\r\n]/)
    }
  })

  test('for a request with throwing methods', () => {
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
  class Inherits extends Conflict {}

  test.each([
    [undefined, /^faultline: options must be an object with an `envelope`, not undefined/],
    [{}, /^faultline: option `envelope` is required; pass an envelope id, an Envelope, or a function/],
    [
      { envelope: 'ai-apu' },
      /^faultline: unknown envelope "ai-apu"; did you mean "ai-api"\? Known ids: a15t, ai-api, compactifai, compresr, humanloop/,
    ],
    [{ envelope: 'ai-api:lax' }, /^faultline: unknown envelope "ai-api:lax"; known ids: /],
    [{ envelope: 7 }, /option `envelope` must be an envelope id, .*, not 7/],
    [
      { envelope: 'ai-api', onError: 'x' },
      /option `onError` must be a function, or an array of functions, not "x"/,
    ],
    [
      { envelope: 'ai-api', onError: [() => {}, 1] },
      /^faultline: option `onError`: item 1 must be a function, not 1$/,
    ],
    [
      { envelope: 'ai-api', recognizers: [1] },
      /^faultline: option `recognizers`: item 0 must be a function, not 1$/,
    ],
    [
      { envelope: 'ai-api', recognizers: 1 },
      /^faultline: option `recognizers` must be an array of functions, or `\{ before, after \}`, not 1$/,
    ],
    [
      { envelope: 'ai-api', errorClasses: [null] },
      /^faultline: option `errorClasses`: item 0 must be a class that extends ApiError, not null$/,
    ],
    [{ envelope: ['ai-api', 2] }, /option `envelope` must be an envelope id, .*, not \["ai-api", 2\]$/],
    [{ envelope: new Date(0) }, /option `envelope` must be an envelope id, .*, not an instance of Date$/],
    [{ envelope: 'ai-api', requestIdHeader: 'a b' }, /option `requestIdHeader` must be a valid header name/],
    [
      { envelope: 'ai-api', defaultRetryAfter: 0 },
      /^faultline: option `defaultRetryAfter` must be a number of seconds >= 1, not 0$/,
    ],
    [{ envelope: 'ai-api', serviceName: 1 }, /option `serviceName` must be a non-empty string, not 1/],
    [{ envelope: 'ai-api', serviceName: '' }, /option `serviceName` must be a non-empty string, not ""/],
    [
      { envelope: 'openai', shouldRetryHeader: 'no' },
      /option `shouldRetryHeader` must be a boolean, not "no"/,
    ],
    [{ envelope: 'openai', retryAfterMsHeader: 1 }, /option `retryAfterMsHeader` must be a boolean/],
    [
      { envelope: 'openai', maxRetryAfter: 0 },
      /option `maxRetryAfter` must be a number of seconds >= 1, not 0/,
    ],
    [{ envelope: 'ai-api', dropCookies: 1 }, /option `dropCookies` must be a boolean/],
    [
      { envelope: 'ai-api', onerror: () => {} },
      /^faultline: unknown option `onerror`; did you mean `onError`\? Known options: envelope, fallbackEnvelope, onError, /,
    ],
    [{ envelope: 'ai-api', colour: 1 }, /^faultline: unknown option `colour`; known options: envelope, /],
    [
      { envelope: 'ai-api', errorClasses: [OutOfCredits, NoCredits] },
      /^faultline: classes OutOfCredits and NoCredits have the same code "out_of_credits"/,
    ],
    [
      { envelope: 'ai-api', errorClasses: [MyConflict] },
      /Conflict and MyConflict have the same code "conflict"/,
    ],
    [
      { envelope: 'ai-api', errorClasses: [Shouting] },
      /class Shouting has the code "OUT_OF_CREDITS"; it must be snake_case/,
    ],
    [{ envelope: 'ai-api', errorClasses: [Fine] }, /class Fine has the status 200/],
    [
      { envelope: 'ai-api', errorClasses: [Inherits] },
      /class Inherits has no code, and cannot be distinguished from Conflict; add static code = 'inherits'/,
    ],
    [{ envelope: 'ai-api', errorClasses: [Error] }, /^faultline: function Error does not extend ApiError$/],
    [{ envelope: 'ai-api', errorClasses: OutOfCredits }, /option `errorClasses` must be an array of classes/],
  ])('%o are rejected with the name of the option', (options, message) => {
    expect(() => createResponder(options as ResponderOptions)).toThrow(message)
  })

  test('are accepted if they are valid', () => {
    const errors = [OutOfCredits, OutOfCredits, InternalError]
    expect(() =>
      createResponder({ envelope: 'ai-api:strict', errorClasses: errors, onError: undefined }),
    ).not.toThrow()
  })
})
