import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  createResponder,
  createRoute,
  defineEnvelope,
  envelopes,
  extendEnvelope,
  InternalError,
  InvalidRequest,
  MethodNotAllowed,
  toApiError,
  Unauthenticated,
  ValidationFailed,
  type ApiErrorOptions,
  type ApiRequest,
  type Envelope,
  type RenderedResponse,
} from '../src/index.ts'
import { collectCauses } from '../src/recognize/cause-chain.ts'
import { createResponder as createSlimResponder } from '../src/slim.ts'
import { createError } from '../src/errors/create-error.ts'

function createRequest(): ApiRequest {
  return { method: 'GET', url: '/', header: () => undefined, raw: undefined }
}

const definition = {
  id: 'acme',
  codes: { E: { status: 500 } },
  mapping: { default: 'E' },
  renderBody: ({ code, message }: { code: string; message: string }) => ({ fault: code, text: message }),
  parseBody: () => undefined,
} as const

/** Creates an envelope that is written by hand. */
function createByHand(members: Partial<Envelope>, rendered: Partial<RenderedResponse> = {}): Envelope {
  const aiApi = envelopes['ai-api']
  return {
    ...aiApi,
    id: 'by-hand',
    challenge: 'Bearer',
    contentType: 'application/json',
    schema: {},
    lookup: (error) => aiApi.lookup(error),
    render: () => ({ status: 400, headers: {}, body: {}, ...rendered }),
    errorEvents: (error, context) => aiApi.errorEvents(error, context),
    parse: (response) => aiApi.parse(response),
    ...members,
  }
}

afterEach(() => vi.restoreAllMocks())

describe('an envelope with a header value that cannot be sent', () => {
  const values = ['', 'Bearer realm="acme – api"', 'a\r\nset-cookie: b', 1, null, 'x'.repeat(5000)]

  test.each(values)('is refused when it is defined: %j', (value) => {
    for (const name of ['challenge', 'contentType'])
      expect(() => defineEnvelope({ ...definition, [name]: value })).toThrow(
        `defineEnvelope("acme"): ${name} must be a non-empty string of printable ISO 8859-1 characters`,
      )
  })

  test.each(values)('is refused as an option of an app or of a route: %j', (value) => {
    for (const name of ['challenge', 'contentType']) {
      // A content type of another type is not an envelope.
      if (name === 'contentType' && typeof value !== 'string') continue
      const envelope = createByHand({ [name]: value })
      const problem = `${name} must be a non-empty string`
      expect(() => createResponder({ envelope })).toThrow(`faultline: option \`envelope\`: ${problem}`)
      expect(() => createResponder({ envelope: 'openai', fallbackEnvelope: envelope })).toThrow(
        `faultline: option \`fallbackEnvelope\`: ${problem}`,
      )
      expect(() => createSlimResponder({ envelope, onError: [] })).toThrow(`option \`envelope\`: ${problem}`)
      for (const option of ['envelope', 'fallbackEnvelope'])
        expect(() => createRoute({ [option]: envelope }, 'GET /chat')).toThrow(
          `GET /chat: option \`${option}\`: ${problem}`,
        )
    }
  })

  test.each(values)('is refused when an envelope is extended: %j', (challenge) => {
    expect(() => extendEnvelope(envelopes.openai, { id: 'acme', challenge: challenge as string })).toThrow(
      'extendEnvelope("acme"): challenge must be a non-empty string',
    )
  })
})

test('the fallback envelope of the options is checked before it is sent', () => {
  const lines = vi.spyOn(console, 'error').mockImplementation(() => {})
  const first = createByHand({ id: 'first' }, { status: 42 })
  const second = createByHand({ id: 'second' }, { status: 43 })
  const third = createByHand({ id: 'third' }, { status: 503, body: { text: 'third' } })
  const respond = (envelope: Envelope, fallbackEnvelope: Envelope) =>
    createResponder({ envelope, fallbackEnvelope, onError() {} }).respond(
      new InternalError(),
      createRequest(),
    )
  expect(respond(first, third)).toMatchObject({ status: 503, body: '{"text":"third"}' })
  expect(JSON.parse(respond(first, second).body)).toMatchObject({ error: { code: 'INTERNAL_ERROR' } })
  expect(lines.mock.calls.map(String)).toEqual([
    expect.stringContaining('Envelope "first" cannot be sent; using third'),
    expect.stringContaining('Envelope "first" cannot be sent; using ai-api'),
  ])
})

test.each<[string, Envelope, RegExp]>([
  ['a status', createByHand({}, { status: 42 }), /status must be an integer from 400 to 599, not 42/],
  ['a status of a success', createByHand({}, { status: 200 }), /not 200/],
  ['no challenge', createByHand({ challenge: undefined as never }), /challenge must be/],
  ['a content type', createByHand({ contentType: 'a\r\nb: c' }), /contentType must be/],
  ['a challenge', createByHand({ challenge: '–' }), /challenge must be/],
  ['no body', createByHand({}, { body: undefined as never }), /must render an object or a string/],
  [
    'a body above 16 MiB',
    createByHand({}, { body: { text: 'x'.repeat(17_000_000) } }),
    /the body has 17000011 bytes, more than 16777216/,
  ],
])(
  'the fallback envelope and one line of the console replace an envelope with %s that cannot be sent',
  { timeout: 30_000 },
  (_name, envelope, reason) => {
    const lines = vi.spyOn(console, 'error').mockImplementation(() => {})
    const responder = createResponder({ envelope: () => envelope, onError: () => {} })
    for (let count = 0; count < 3; count++) {
      const { status, headers, body } = responder.respond(new Unauthenticated(), createRequest())
      expect(status).toBe(500)
      expect(headers['content-type']).toBe('application/json; charset=utf-8')
      expect(JSON.parse(body)).toMatchObject({ success: false, error: { code: 'INTERNAL_ERROR' } })
    }
    expect(lines).toHaveBeenCalledTimes(1)
    expect(String(lines.mock.calls[0])).toMatch(/Envelope "by-hand" cannot be sent; using ai-api/)
    expect(String(lines.mock.calls[0])).toMatch(reason)
  },
)

test('the name of an error event has one line', () => {
  const envelope = defineEnvelope({
    ...definition,
    renderEvents: (body) => [{ event: 'error\ndata: {}', data: body }],
  })
  expect(() => envelope.errorEvents(new InternalError())).toThrow('must be one line')
})

describe('bounds of the members of a response', () => {
  const responder = createResponder({ envelope: 'humanloop', onError: () => {} })
  const aiApi = createResponder({ envelope: 'ai-api', onError: () => {} })

  test('the origin and the code have at most 256 characters, without lone surrogates', () => {
    const long = responder.respond(new InvalidRequest({ origin: 'o'.repeat(1_000_000) }), createRequest())
    expect(long.body.length).toBeLessThan(2000)
    const surrogate = responder.respond(new InvalidRequest({ origin: 'a\uD800' }), createRequest())
    expect(surrogate.body).not.toContain(String.raw`\ud800`)
    const code = createError('c'.repeat(1_000_000), {}, { status: 400 })
    expect(aiApi.respond(code, createRequest()).body.length).toBeLessThan(2000)
  })

  test('thrown headers have at most 4 KiB each and 8 KiB together', () => {
    const { headers } = aiApi.respond(
      new InvalidRequest({ headers: { 'x-long': 'x'.repeat(4097), 'x-a': 'a'.repeat(4096), 'x-b': 'b' } }),
      createRequest(),
    )
    expect(headers).not.toHaveProperty('x-long')
    expect(headers).toMatchObject({ 'x-a': 'a'.repeat(4096), 'x-b': 'b' })
    const many = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`x-${index}`, 'a'.repeat(1000)]),
    )
    const all = aiApi.respond(new InvalidRequest({ headers: many }), createRequest())
    expect(JSON.stringify(all.headers).length).toBeLessThan(10_000)
  })

  test('Allow has at most 64 methods', () => {
    const allow = Array.from({ length: 100_000 }, (_, index) => `M${index}`)
    const { headers } = aiApi.respond(new MethodNotAllowed({ allow }), createRequest())
    expect(headers['allow']?.split(', ')).toEqual(allow.slice(0, 64))
  })

  const pathOfMillionKeys = Array.from({ length: 1_000_000 }, (_, index) => `key${index}`)
  const longField = 'a.'.repeat(1_000_000)

  test('paths are cut before they are formatted', () => {
    const start = performance.now()
    for (let count = 0; count < 200; count++) {
      aiApi.respond(
        new ValidationFailed({ issues: [{ message: 'x', path: pathOfMillionKeys }] }),
        createRequest(),
      )
      aiApi.respond(
        createError('invalid_field_value', { field: longField }, { status: 422 }),
        createRequest(),
      )
    }
    // Without the bound, one response takes 0.1 s and more.
    expect(performance.now() - start).toBeLessThan(5000)
  })
})

test('an errors array with its own methods does not stop the collection of causes', () => {
  class Species extends Array<unknown> {
    static override get [Symbol.species](): ArrayConstructor {
      return null as never
    }
  }
  for (const errors of [Object.assign([1], { slice: () => 5 }), Species.of(1)]) {
    const error = Object.assign(new Error('x'), { errors })
    expect(collectCauses(error)).toEqual([error, 1])
  }
})

describe('a polluted Object.prototype changes no response', () => {
  const polluted: Record<string, Record<string, unknown>> = {
    'status, statusCode and expose': { status: 400, statusCode: 400, expose: true },
    headers: { headers: { 'set-cookie': 'a=b', 'www-authenticate': 'Basic' } },
    'id with CR LF': { id: 'evil\r\nset-cookie: a' },
    id: { id: 'same' },
    issues: { issues: [{ message: 'planted' }] },
    type: { type: 'entity.too.large' },
    code: { code: 'FST_ERR_CTP_EMPTY_JSON_BODY' },
    isBoom: { isBoom: true, output: { statusCode: 402, payload: { message: 'planted' } } },
    getStatus: { getStatus: () => 402, getResponse: () => 'planted' },
    'options of errors': { message: 'planted', origin: 'planted', details: 'planted', field: 'planted' },
    'retryAfter and allow': { retryAfter: 7, allow: ['PLANTED'] },
    cause: { cause: { status: 400 }, errors: [{ status: 400 }] },
  }
  const thrown: Record<string, () => unknown> = {
    'an Error': () => new Error('secret'),
    'an Error with a property': () => Object.assign(new Error('secret'), { extra: 1 }),
    'a subclass of Error': () => new (class Failure extends Error {})('secret'),
    'a plain object': () => ({ text: 'secret' }),
    'an InternalError': () => new InternalError(),
    'an InternalError with options': () => new InternalError({ captureStack: false }),
  }
  const responder = createResponder({ envelope: 'humanloop', onError: () => {} })

  function respond(create: () => unknown) {
    const request = createRequest()
    const { status, headers, body } = responder.respond(create(), request)
    const id = headers['x-request-id'] ?? ''
    expect(id).toMatch(/^req_[a-z\d]{24}$/)
    const text = JSON.stringify({ status, headers, body }).replaceAll(id, 'ID')
    return text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
  }

  test.each(Object.keys(polluted))('%s', (name) => {
    for (const [kind, create] of Object.entries(thrown)) {
      const expected = respond(create)
      const properties = Object.entries(polluted[name] ?? {})
      for (const [key, value] of properties)
        // oxlint-disable-next-line no-extend-native -- the test is about it
        Object.defineProperty(Object.prototype, key, {
          value,
          writable: true,
          configurable: true,
          enumerable: true,
        })
      let actual: string
      try {
        actual = respond(create)
      } finally {
        for (const [key] of properties) Reflect.deleteProperty(Object.prototype, key)
      }
      expect(actual, kind).toBe(expected)
    }
  })

  const options = {
    message: 'planted',
    cause: 'planted',
    retryAfter: 7,
    issues: [{ message: 'planted' }],
    issue: 'planted',
    field: 'planted',
    origin: 'planted',
    headers: { planted: 'planted' },
    details: { planted: 'planted' },
    expose: true,
    captureStack: false,
  } satisfies Required<ApiErrorOptions> & { field: string; issue: string }

  class Unavailable extends InternalError {
    static override code = 'replica_unavailable'
    static override message = '{replica} of {details} is unavailable'
  }

  test.each([...Object.entries(options), ['replica', 'planted'], ['extraMembers', { planted: 1 }]])(
    'the option %s of an error, and the parameter of a message',
    (name, value) => {
      const describeError = () => {
        const error = new Unavailable()
        const { message, cause, retryAfter, issues, field, origin, headers, details, expose, extraMembers } =
          error
        const hasStack = error.stack?.includes('bounds.test') === true
        return {
          message,
          cause,
          retryAfter,
          issues,
          field,
          origin,
          headers,
          details,
          expose,
          extraMembers,
          hasStack,
        }
      }
      const expected = describeError()
      // oxlint-disable-next-line no-extend-native -- the test is about it
      Object.defineProperty(Object.prototype, name, { value, writable: true, configurable: true })
      try {
        expect({ ...describeError(), cause: undefined }).toEqual({ ...expected, cause: undefined })
        expect(Object.hasOwn(new Unavailable(), 'cause')).toBe(false)
      } finally {
        Reflect.deleteProperty(Object.prototype, name)
      }
    },
  )

  test('properties of a class of the application are still read', () => {
    class Failure extends Error {
      get status(): number {
        return 404
      }
    }
    // oxlint-disable-next-line no-extend-native -- the test is about it
    Object.defineProperty(Object.prototype, 'status', { value: 400, configurable: true })
    try {
      expect(toApiError(new Failure('x')).status).toBe(404)
    } finally {
      Reflect.deleteProperty(Object.prototype, 'status')
    }
  })
})
