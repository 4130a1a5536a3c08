import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import {
  ApiError,
  Conflict,
  createResponder,
  createSocketMessage,
  defineEnvelope,
  envelopes,
  errorClasses,
  extendEnvelope,
  InternalError,
  isEnvelope,
  messagesByLanguage,
  ModelNotFound,
  negotiateLanguage,
  NotFound,
  parseEvents,
  QuotaExceeded,
  RateLimitExceeded,
  ValidationFailed,
  type ApiRequest,
  type Envelope,
  type EnvelopeExtension,
} from '../src/index.ts'

const { openai } = envelopes

/** Creates a request with headers, of which `vary` was set on the response. */
function createRequest(headers: Record<string, string> = {}, vary?: string): ApiRequest {
  return {
    method: 'GET',
    url: '/',
    header: (name) => headers[name],
    responseHeader: (name) => (name === 'vary' ? vary : undefined),
    raw: null,
  }
}

const german = createRequest({ 'accept-language': 'de-CH, en;q=0.5' })

const schemas = { docs_url: { type: 'string' }, trace_id: { type: 'string' } }

const acme = extendEnvelope(openai, {
  id: 'acme',
  memberSchemas: schemas,
  members: ({ error }, request) => ({
    docs_url: `https://acme.example/${error.code}`,
    trace_id: request?.header('x-trace'),
  }),
  messages: messagesByLanguage({
    en: { rate_limit_exceeded: 'Slow down' },
    de: { rate_limit_exceeded: 'Zu viele Anfragen', model_not_found: "Das Modell '{model}' gibt es nicht" },
  }),
})

const respond = (envelope: Envelope, error: unknown, request = createRequest()) => {
  const { body, ...response } = createResponder({ envelope, onError() {} }).respond(error, request)
  return { ...response, body: JSON.parse(body) as { error: Record<string, unknown> } }
}

describe('members', () => {
  test('are added where the base envelope has the members of an error', () => {
    const request = createRequest({ 'x-trace': 't1' })
    expect(respond(acme, new NotFound(), request).body).toEqual({
      error: {
        message: 'Not found',
        type: 'invalid_request_error',
        param: null,
        code: null,
        docs_url: 'https://acme.example/not_found',
        trace_id: 't1',
      },
    })
    const extend = (base: Envelope): object =>
      extendEnvelope(base, {
        id: 'x',
        memberSchemas: { docs_url: {} },
        members: () => ({ docs_url: 'u' }),
      }).render(new NotFound()).body as object
    const places = {
      a15t: ['error'],
      'ai-api': ['error'],
      compactifai: [],
      compresr: ['error'],
      humanloop: ['detail'],
      openai: ['error'],
      'openai-responses': ['error'],
      anthropic: ['error'],
      google: ['error'],
      'azure-openai': ['error'],
      'ag-ui': [],
      ollama: [],
      'problem-details': [],
      'json-api': ['meta'],
      universal: ['error'],
    }
    for (const [id, place] of Object.entries(places))
      expect(extend(envelopes[id as keyof typeof envelopes]), id).toHaveProperty([...place, 'docs_url'], 'u')
    expect(Object.keys(places)).toHaveLength(Object.keys(envelopes).length - 1)
  })

  test('are absent in strict mode', () => {
    expect(acme.strict.render(new NotFound())).toEqual(openai.strict.render(new NotFound()))
    expect(acme.strict.schema).toEqual({ ...openai.strict.schema, title: 'acme' })
    expect(extendEnvelope(openai.strict, { id: 'x' }).mode).toBe('strict')
  })

  test('are in events, lines, items of arrays and messages over WebSocket', () => {
    const error = new NotFound()
    const member = '"docs_url":"https://acme.example/not_found"'
    expect(acme.errorEvents(error)).toContain(member)
    expect(acme.errorEvents(error, { stream: { format: 'lines' } })).toContain(member)
    const google = extendEnvelope(envelopes.google, {
      id: 'x',
      memberSchemas: { docs_url: {} },
      members: () => ({ docs_url: 'u' }),
    })
    expect(google.errorEvents(error, { stream: { format: 'array', isEmpty: true } })).toMatch(
      /^\[.*"docs_url":"u"/,
    )
    const response = createResponder({ envelope: acme, onError() {} }).respond(error, german)
    const message = createSocketMessage(response)
    expect(JSON.parse(message)).toMatchObject({ type: 'error', error: { docs_url: expect.any(String) } })
    expect(acme.parse({ body: message })).toMatchObject({ extraMembers: { docs_url: expect.any(String) } })
  })

  test('of a parsed error are available, and are those of its response', () => {
    const request = createRequest({ 'x-trace': 't1' })
    const rendered = acme.render(new NotFound(), { request })
    const parsed = acme.parse(rendered)!
    expect(parsed.extraMembers).toEqual({ docs_url: 'https://acme.example/not_found', trace_id: 't1' })
    expect(acme.render(parsed)).toEqual(rendered)
    expect(acme.parse(openai.render(new NotFound()))?.extraMembers).toBeUndefined()
  })

  test('of two extensions are all sent', () => {
    const both = extendEnvelope(acme, {
      id: 'both',
      memberSchemas: { region: { type: 'string' } },
      members: () => ({ region: 'eu' }),
    })
    const { error } = both.render(new NotFound()).body as { error: object }
    expect(Object.keys(error).slice(-2)).toEqual(['docs_url', 'region'])
    const parsed = both.parse(both.render(new NotFound()))!
    expect(parsed.extraMembers).toMatchObject({ docs_url: expect.any(String), region: 'eu' })
  })

  test('take precedence over details with the same name', () => {
    const problem = extendEnvelope(envelopes['problem-details'], {
      id: 'x',
      memberSchemas: { docs_url: {} },
      members: ({ code }) => (code === 'conflict' ? {} : { docs_url: 'u' }),
    })
    expect(problem.render(new NotFound({ details: { docs_url: 'no', a: 1 } })).body).toMatchObject({
      docs_url: 'u',
      a: 1,
    })
    expect(problem.render(new Conflict({ details: { docs_url: 'no' } })).body).not.toHaveProperty('docs_url')
    const jsonApi = extendEnvelope(envelopes['json-api'], {
      id: 'x',
      memberSchemas: { docs_url: {} },
      members: () => ({}),
    })
    expect(jsonApi.render(new Conflict({ details: { docs_url: 'no' } })).body).not.toHaveProperty('meta')
  })

  test.each([
    [
      'throw',
      () => {
        throw new TypeError('x')
      },
    ],
    ['are a BigInt', () => ({ docs_url: 1n })],
    ['are not an object', () => [1] as object],
    ['have no schema', () => ({ other: 1 })],
  ])('that %s are dropped and reported once', (_, members) => {
    const log = vi.spyOn(console, 'error').mockReturnValue()
    const envelope = extendEnvelope(openai, {
      id: 'x',
      memberSchemas: { docs_url: {} },
      members,
    })
    const responder = createResponder({ envelope, onError() {} })
    for (let count = 0; count < 2; count += 1)
      expect(JSON.parse(responder.respond(new NotFound(), createRequest()).body)).toEqual(
        openai.render(new NotFound()).body,
      )
    expect(log).toHaveBeenCalledTimes(1)
    log.mockRestore()
  })
})

describe('messages', () => {
  test('are selected by the Accept-Language of the request', () => {
    const error = new RateLimitExceeded({ retryAfter: 1 })
    const inGerman = respond(acme, error, german)
    expect(inGerman.body.error['message']).toBe('Zu viele Anfragen')
    expect(inGerman.headers).toMatchObject({ vary: 'Accept-Language', 'content-language': 'de' })
    const inEnglish = respond(acme, error, createRequest({ 'accept-language': 'fr' }))
    expect(inEnglish.body.error['message']).toBe('Slow down')
    expect(inEnglish.headers).toMatchObject({ vary: 'Accept-Language', 'content-language': 'en' })
  })

  test('contain properties of the error', () => {
    expect(respond(acme, new ModelNotFound({ model: 'm' }), german).body.error['message']).toBe(
      "Das Modell 'm' gibt es nicht",
    )
    const envelope = extendEnvelope(openai, {
      id: 'x',
      messages: { conflict: '{sku} is gone', not_found: '{stack}' },
    })
    const message = (error: ApiError) => respond(envelope, error).body.error['message']
    expect(message(new Conflict({ details: { sku: 'a1' } }))).toBe('a1 is gone')
    expect(message(new Conflict())).toBe(new Conflict().message)
    expect(message(new NotFound())).toBe(new NotFound().message)
    expect(message(new Conflict({ expose: false, details: { sku: 'a1' } }))).not.toContain('a1')
  })

  test('without an entry are those of the base envelope, with Vary and without Content-Language', () => {
    const { headers, body } = respond(acme, new QuotaExceeded(), german)
    expect(body.error['message']).toBe('Quota exceeded')
    expect(headers).toMatchObject({ vary: 'Accept-Language' })
    expect(headers).not.toHaveProperty('content-language')
  })

  test('append to a Vary header that the handler has set', () => {
    const vary = (value: string) => respond(acme, new NotFound(), createRequest({}, value)).headers['vary']
    expect(vary('Origin')).toBe('Origin, Accept-Language')
    expect(vary('accept-language, Origin')).toBe('accept-language, Origin')
    expect(respond(acme, new NotFound({ headers: { Vary: 'Cookie' } })).headers['vary']).toBe(
      'Cookie, Accept-Language',
    )
    expect(respond(openai, new NotFound()).headers).not.toHaveProperty('vary')
  })

  test('of a table keep the response in the cache, and do not replace the message of an error', () => {
    const envelope = extendEnvelope(openai, { id: 'x', messages: { conflict: 'Taken' } })
    expect(respond(envelope, new Conflict()).body.error['message']).toBe('Taken')
    expect(respond(envelope, new Conflict()).headers).not.toHaveProperty('vary')
    expect(respond(envelope, new Conflict({ message: 'Own' })).body.error['message']).toBe('Own')
    expect(envelope.lookup(new Conflict()).message).toBe('Taken')
    const issues = [{ message: 'is red', path: ['color'] }]
    expect(
      respond(
        extendEnvelope(openai, { id: 'x', messages: { validation_failed: 'Ungültig' } }),
        new ValidationFailed({ issues }),
      ).body.error['message'],
    ).toBe('Ungültig: color: is red')
  })

  test('of a function can replace the message of an error, but not the one of a received error', () => {
    const envelope = extendEnvelope(openai, { id: 'x', messages: (error) => `Own: ${error.code}`, vary: [] })
    expect(respond(envelope, new Conflict({ message: 'Option' })).body.error['message']).toBe('Own: conflict')
    expect(respond(envelope, new InternalError()).body.error['message']).toBe('Own: internal_error')
    const received = openai.parse(openai.render(new Conflict({ message: 'Theirs' })))
    expect(respond(envelope, received).body.error['message']).toBe('Theirs')
    expect(respond(envelope, new Conflict()).headers).not.toHaveProperty('vary')
  })

  test('of a function that fails are those of the base envelope', () => {
    const log = vi.spyOn(console, 'error').mockReturnValue()
    for (const messages of [
      () => {
        throw new TypeError('x')
      },
      () => 7,
      () => null,
      () => ({ language: 'de' }),
    ]) {
      const envelope = extendEnvelope(acme, { id: 'x', messages: messages as unknown as () => string })
      expect(respond(envelope, new RateLimitExceeded({ retryAfter: 1 })).body.error['message']).toBe(
        'Slow down',
      )
    }
    expect(log).toHaveBeenCalledTimes(4)
    log.mockRestore()
  })

  test('are those of the request in a stream', () => {
    expect(acme.errorEvents(new RateLimitExceeded({ retryAfter: 1 }), { request: german })).toContain(
      'Zu viele',
    )
  })
})

describe('negotiateLanguage', () => {
  test.each([
    [undefined, 'en'],
    ['', 'en'],
    ['de', 'de'],
    ['DE-at', 'de'],
    ['de-Latn-x-private', 'de'],
    ['fr, de;q=0.3', 'de'],
    ['de;q=0.3, en;q=0.8', 'en'],
    ['de;q=0, fr', 'en'],
    ['pt', 'en'],
    ['pt-BR-x', 'pt-BR'],
    ['*, de;q=0.1', 'en'],
    ['de;q=high', 'de'],
    [';;,,-,=', 'en'],
  ])('for %j selects %s', (header, language) => {
    expect(negotiateLanguage(header, ['en', 'de', 'pt-BR'])).toBe(language)
  })

  test('returns one of the languages for any header', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z*,;=q.0-9-]*$/)), (header) => {
        expect(['en', 'de']).toContain(negotiateLanguage(header, ['en', 'de']))
      }),
    )
  })
})

describe('codes', () => {
  class OutOfCredits extends QuotaExceeded {
    static override code = 'out_of_credits'
    static override status = 402
  }
  const envelope = extendEnvelope(openai, {
    id: 'x',
    codes: { balance_empty: { status: 402, message: 'Top up' } },
    mapping: { out_of_credits: 'balance_empty' },
  })

  test('are added to those of the base', () => {
    const rendered = envelope.render(new OutOfCredits())
    expect(rendered).toMatchObject({
      status: 402,
      body: { error: { code: 'balance_empty', message: 'Top up' } },
    })
    expect(envelope.strict.render(new OutOfCredits())).toEqual(rendered)
    expect(envelope.parse(rendered)).toMatchObject({ code: 'out_of_credits', status: 402 })
    expect(envelope.render(new NotFound())).toEqual(openai.render(new NotFound()))
    expect(JSON.stringify(envelope.strict.schema)).toContain('balance_empty')
  })
})

describe('extendEnvelope throws', () => {
  const text = defineEnvelope({
    id: 'text',
    codes: { failed: { status: 500 } },
    mapping: { default: 'failed' },
    renderBody: ({ message }) => message,
    parseBody: () => undefined,
    parseText: (message) => ({ message }),
  })
  const members = { members: () => ({}) }

  test.each<[string, unknown, object, string | RegExp]>([
    [
      'an id of an envelope',
      'openai',
      {},
      'the base must be an envelope, such as envelopes.openai, not "openai"',
    ],
    [
      'a spread of an envelope',
      { ...openai },
      {},
      /not an object: it has no lookup, render, errorEvents, parse; use/,
    ],
    [
      'a misspelt member',
      openai,
      { message: {} },
      /unknown member `message`; did you mean `messages`\? known members: id, /,
    ],
    ['an unknown member', openai, { body: {} }, /unknown member `body`; known members/],
    ['an id in another form', openai, { id: 'A b' }, 'extendEnvelope("A b"): id may contain only'],
    [
      'a misspelt code',
      openai,
      { messages: { rate_limit_exceded: 'x' } },
      'messages.rate_limit_exceded is not a code of the taxonomy; did you mean rate_limit_exceeded?',
    ],
    [
      'a misspelt code in the mapping',
      openai,
      { mapping: { modle_not_found: 'server_error' } },
      'did you mean model_not_found?',
    ],
    [
      'a mapping to an unlisted code',
      openai,
      { mapping: { gone: 'x' } },
      'mapping.gone is "x", which is not in codes',
    ],
    [
      'a message that is not a string',
      openai,
      { messages: { gone: 1 } },
      'messages.gone must be a string, not 1',
    ],
    [
      'messages that are not a table',
      openai,
      { messages: 'x' },
      'messages must be a table by error code or a function',
    ],
    ['an invalid header', openai, { vary: ['a b'] }, 'vary must be an array of header names'],
    ['members without schemas', openai, members, 'memberSchemas must be an object with a JSON Schema'],
    ['schemas without members', openai, { memberSchemas: {} }, 'members must be a function, not undefined'],
    [
      'a member of the base',
      openai,
      { ...members, memberSchemas: { code: {} } },
      'memberSchemas.code is a member of the base',
    ],
    [
      'a member of one shape of the base',
      envelopes.compactifai,
      { ...members, memberSchemas: { detail: {} } },
      'memberSchemas.detail',
    ],
    [
      'members of plain text',
      text,
      { ...members, memberSchemas: { a: {} } },
      'because the bodies of text are plain text',
    ],
  ])('for %s', (_, base, extension, message) => {
    const call = () => extendEnvelope(base as Envelope, { id: 'acme', ...extension })
    expect(call).toThrow(TypeError)
    expect(call).toThrow(message)
  })

  test('for an envelope that was written by hand', () => {
    const manual = {
      ...openai,
      schema: openai.schema,
      render: openai.render.bind(openai),
      lookup: openai.lookup.bind(openai),
      parse: openai.parse.bind(openai),
      errorEvents: openai.errorEvents.bind(openai),
    }
    expect(isEnvelope(manual)).toBe(true)
    expect(() => extendEnvelope(manual, { id: 'x' })).toThrow('the envelope openai has no definition')
  })
})

describe('an object that only resembles an envelope is rejected at start-up:', () => {
  test.each<[string, unknown, RegExp]>([
    [
      'a spread',
      { ...openai },
      /it has no lookup, render, errorEvents, parse; use extendEnvelope\(envelope, \{ id, … \}\)/,
    ],
    [
      'a spread with its own render',
      { ...openai, render: () => ({}) },
      /it has no lookup, errorEvents, parse;/,
    ],
    [
      'an object that inherits',
      Object.assign(Object.create(openai) as object, { id: 'mine' }),
      /it inherits from an envelope;/,
    ],
    ['a Proxy', new Proxy(openai, {}), /it inherits from an envelope;/],
    [
      'a render function alone',
      { render: () => ({}) },
      /it has no id, contentType, lookup, errorEvents, parse;/,
    ],
  ])('%s', (_, envelope, reason) => {
    expect(isEnvelope(envelope)).toBe(false)
    for (const options of [{ envelope }, { envelope: 'openai', fallbackEnvelope: envelope }])
      expect(() => createResponder(options as { envelope: Envelope })).toThrow(reason)
  })
})

describe('fallbackEnvelope', () => {
  const broken = defineEnvelope({
    id: 'broken',
    codes: { failed: { status: 500 } },
    mapping: { default: 'failed' },
    renderBody: () => {
      throw new TypeError('broken')
    },
    parseBody: () => undefined,
  })
  const failing = (): Envelope => {
    throw new TypeError('x')
  }

  test.each<[string, Envelope | (() => Envelope), Envelope | undefined, object]>([
    ['the `envelope` function', failing, openai, { error: { type: 'server_error' } }],
    ['an envelope', broken, openai, { error: { type: 'server_error' } }],
    ['both', broken, broken, { success: false, error: { code: 'INTERNAL_ERROR' } }],
    ['the `envelope` function, by default', failing, undefined, { success: false }],
  ])('answers if %s fails', (_, envelope, fallbackEnvelope, body) => {
    const log = vi.spyOn(console, 'error').mockReturnValue()
    const responder = createResponder({ envelope, fallbackEnvelope, onError() {} })
    const response = responder.respond(new InternalError(), createRequest())
    expect([response.status, JSON.parse(response.body)]).toMatchObject([500, body])
    const { data } = parseEvents(responder.errorEvents(new InternalError(), createRequest()))[0]!
    expect(JSON.parse(data)).toMatchObject(body)
    log.mockRestore()
  })

  test('can be an id, which must be known', () => {
    expect(() => createResponder({ envelope: 'openai', fallbackEnvelope: 'gogle' as 'google' })).toThrow(
      'did you mean "google"',
    )
  })
})

describe('random extended envelopes', { timeout: 60_000 }, () => {
  const noSchema = defineEnvelope({
    id: 'own',
    codes: { E_LIMIT: { status: 429, message: 'Slow down' }, E_FAIL: { status: 500 } },
    mapping: { default: 'E_FAIL', rate_limit_exceeded: 'E_LIMIT' },
    renderBody: ({ code, message }) => ({ fault: code, text: message }),
    parseBody: ({ fault, text }) =>
      typeof fault === 'string' ? { code: fault, message: String(text) } : undefined,
  })
  class Teapot extends ApiError {
    static override code = 'short_and_stout'
    static override status = 418
  }
  const classes = [...Object.values(errorClasses), Teapot] as unknown as (new (options: object) => ApiError)[]
  const errorCode = fc.constantFrom(...classes.map((Class) => (Class as unknown as { code: string }).code))
  // A body without a code is read as the canonical error of its status, which must then keep its mapping.
  const mappedCode = fc.constantFrom(
    'short_and_stout',
    'quota_exceeded',
    'prompt_too_long',
    'model_overloaded',
  )
  const memberName = fc.constantFrom('docs_url', 'trace', 'x y', '0', 'constructor', 'hint')
  const optional = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined })
  const extension = fc.record({
    messages: optional(
      fc.oneof(
        fc.dictionary(errorCode, fc.string({ maxLength: 20 })),
        fc.func(
          fc.oneof(
            fc.string(),
            fc.constant(undefined),
            fc.record({ text: fc.string(), language: fc.string() }),
          ),
        ),
      ),
    ),
    members: optional(fc.dictionary(memberName, fc.anything(), { minKeys: 1, maxKeys: 3 })),
    isDependent: fc.boolean(),
    mapping: optional(
      fc.dictionary(mappedCode, fc.constantFrom('x_first_error', 'x_second_error'), { maxKeys: 4 }),
    ),
    status: fc.constantFrom(400, 409, 429, 503),
  })
  /** Bodies of these have a closed list of codes, or none, so a new wire code is not in them. */
  const withoutNewCodes = new Set(['anthropic', 'google', 'ollama'])
  const create = (
    base: Envelope,
    { messages, members, isDependent, mapping, status }: RandomExtension,
  ): Envelope =>
    extendEnvelope(base, {
      id: 'random',
      ...(messages === undefined ? {} : { messages: messages as NonNullable<EnvelopeExtension['messages']> }),
      ...(mapping === undefined || withoutNewCodes.has(base.id)
        ? {}
        : {
            mapping,
            codes: { x_first_error: { status }, x_second_error: { status: 503, message: 'Second' } },
          }),
      ...(members === undefined
        ? {}
        : {
            memberSchemas: Object.fromEntries(Object.keys(members).map((name) => [name, {}])),
            // Members that depend on the request are not created again for a parsed error.
            members: (_: unknown, request: unknown) => (isDependent && request === undefined ? {} : members),
          }),
    })
  type RandomExtension = typeof extension extends fc.Arbitrary<infer Value> ? Value : never
  const bases = [...Object.values(envelopes), noSchema].filter(({ id }) => id !== 'ai-sdk-ui')
  const options = fc.record(
    { message: fc.string(), details: fc.jsonValue(), model: fc.string(), allow: fc.constant([]) },
    { requiredKeys: ['allow'] },
  )

  test.each(bases.map((base) => [base.id, base] as const))(
    'of %s keep the law, the schema and the events',
    (_, base) => {
      fc.assert(
        fc.property(
          extension,
          fc.constantFrom(...classes),
          options,
          fc.boolean(),
          (given, Class, errorOptions, isTwice) => {
            const first = create(base, given)
            const extended = isTwice
              ? extendEnvelope(first, { id: 'twice', messages: { conflict: 'Zwei' } })
              : first
            for (const envelope of [extended, extended.strict]) {
              const error = new Class(errorOptions)
              const context = { requestId: 'req_1', request: german, timestamp: new Date(0) }
              const rendered = envelope.render(error, context)
              const parsed = envelope.parse({ ...rendered, body: JSON.stringify(rendered.body) })!
              expect(parsed).toBeInstanceOf(ApiError)
              expect(JSON.stringify(envelope.render(parsed))).toBe(JSON.stringify(rendered))
              const { data } = parseEvents(envelope.errorEvents(error, context))[0]!
              const { status, headers } = rendered
              expect(JSON.stringify(envelope.render(envelope.parse({ status, headers, body: data })!))).toBe(
                JSON.stringify(rendered),
              )
              const validate = new Ajv2020({ strict: true, strictTypes: false }).compile(envelope.schema)
              expect(
                validate(JSON.parse(JSON.stringify(rendered.body))),
                JSON.stringify(validate.errors),
              ).toBe(true)
              const response = createResponder({ envelope, onError() {} }).respond(error, createRequest())
              expect(response.status).toBe(status)
            }
          },
        ),
        { numRuns: Number(process.env['FUZZ_RUNS'] ?? 15) },
      )
    },
  )
})
