import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import {
  ApiError,
  defineEnvelope,
  defineErrors,
  errorClasses,
  formatPath,
  parseRetryAfter,
  parsePath,
  problemDetailsWithBase,
  QuotaExceeded,
  retryAfterSeconds,
  type Envelope,
  type ErrorCode,
  parseEvents,
} from '../src/index.ts'
import { modes, taxonomy } from './spec.ts'

class OutOfCredits extends QuotaExceeded {
  static override code = 'out_of_credits'
  static override status = 402
}

class Teapot extends ApiError {
  static override code = 'short_and_stout'
  static override status = 418
}

const taxonomyClass = fc.constantFrom(...Object.values(errorClasses), OutOfCredits, Teapot)

/** Classes of tables of `defineErrors`: any parent, status and code. */
const definedClass = fc
  .tuple(
    // A code that is also a wire code of an envelope stands for the error that the envelope lists it for.
    fc.stringMatching(/^shop_[a-z0-9]{1,8}(_[a-z0-9]{1,8}){0,2}$/),
    fc.record(
      {
        extends: fc.constantFrom(ApiError, ...Object.values(errorClasses)),
        status: fc.oneof(fc.integer({ min: 400, max: 599 }), fc.integer({ min: 400, max: 431 })),
        message: fc.constantFrom("Order '{orderId}' not found", 'Invalid request: x', 'seed: bad', ''),
        retryable: fc.boolean(),
        field: fc.constantFrom('seed', 'a.b', ''),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([code, definition]) => Object.values(defineErrors({ [code]: definition }))[0])

/** The classes of the taxonomy and classes of an application. */
const errorClass = fc.oneof(taxonomyClass, definedClass) as fc.Arbitrary<new (options: object) => ApiError>

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 5000 }),
  fc.constant('Invalid request: x'),
  fc.constant('seed: bad'),
)
const key = fc.oneof(
  fc.string({ maxLength: 300 }),
  fc.nat(20),
  fc.constantFrom('messages', 'a.b', '', '__proto__', '"]'),
)
const issue = fc.record(
  {
    message: text,
    path: fc.array(fc.oneof(key, fc.record({ key })), { maxLength: 4 }),
    code: fc.string({ maxLength: 8 }),
  },
  { requiredKeys: ['message'] },
)

/** Options of all classes. A class ignores the options that it does not use. */
const options = fc.record(
  {
    message: text,
    retryAfter: fc.oneof(
      fc.nat(100_000),
      fc.double({ min: -5, max: 1e6, noNaN: true }),
      fc.constantFrom(Number.NaN, Infinity),
    ),
    issues: fc.array(issue, { maxLength: 60 }),
    field: fc.oneof(text, fc.constantFrom('messages[0].role', 'seed')),
    issue: text,
    origin: fc.string({ maxLength: 20 }),
    model: text,
    available: fc.array(fc.string(), { maxLength: 3 }),
    allow: fc.array(fc.constantFrom('GET', 'POST')),
    orderId: fc.oneof(text, fc.nat()),
    expose: fc.boolean(),
    details: fc.anything(),
  },
  { requiredKeys: [] },
)

const context = fc.record({
  requestId: fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/),
  timestamp: fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }),
  serviceName: fc.string({ maxLength: 10 }),
})

const own = defineEnvelope({
  id: 'own',
  codes: { E_LIMIT: { status: 429, message: 'Slow down' }, E_FAIL: { status: 500 } },
  mapping: { default: 'E_FAIL', rate_limit_exceeded: 'E_LIMIT' },
  renderBody: ({ code, message, requestId }) => ({ fault: code, text: message, id: requestId }),
  parseBody: ({ fault, text: message, id }) =>
    typeof fault === 'string'
      ? { code: fault, message: message as string, requestId: id as string }
      : undefined,
})

const serialize = (body: object | string): string => (typeof body === 'string' ? body : JSON.stringify(body))

const withBase = problemDetailsWithBase('https://docs.example/errors?v=2')

/** `npm run fuzz` sets a higher number. */
const runs = Number(process.env['FUZZ_RUNS'] ?? 1500)

const envelopes: { name: string; mode: string; envelope: Envelope }[] = [
  ...modes,
  { name: 'own', mode: 'normal', envelope: own },
  { name: 'own', mode: 'strict', envelope: own.strict },
  { name: 'problemDetailsWithBase', mode: 'normal', envelope: withBase },
  { name: 'problemDetailsWithBase', mode: 'strict', envelope: withBase.strict },
]

describe.each(envelopes)('$name, $mode', ({ envelope }) => {
  const validate = new Ajv2020({ strict: true }).compile(envelope.schema)

  test('render(parse(render(error))) equals render(error) byte for byte', () => {
    fc.assert(
      fc.property(errorClass, options, context, (ErrorClass, given, renderContext) => {
        const rendered = envelope.render(new ErrorClass(given), renderContext)
        const parsed = envelope.parse({ ...rendered, body: serialize(rendered.body) })
        expect(parsed).toBeInstanceOf(ApiError)
        expect(JSON.stringify(envelope.render(parsed!, { serviceName: 'another' }))).toBe(
          JSON.stringify(rendered),
        )
      }),
      { numRuns: runs },
    )
  })

  test('every body matches the schema, and every status is an error status', () => {
    fc.assert(
      fc.property(errorClass, options, (ErrorClass, given) => {
        const { status, body } = envelope.render(new ErrorClass(given))
        expect(validate(JSON.parse(JSON.stringify(body))), JSON.stringify(validate.errors)).toBe(true)
        expect(status).toBeGreaterThanOrEqual(400)
        expect(status).toBeLessThan(600)
      }),
      { numRuns: 500 },
    )
  })

  test('the first error event has data that is parsed like the body', () => {
    fc.assert(
      fc.property(errorClass, options, context, (ErrorClass, given, renderContext) => {
        const error = new ErrorClass(given)
        const events = envelope.errorEvents(error, renderContext)
        expect(events).toMatch(/^(?:(?:event: [a-z.]+\n)?data: [^\r\n]+\n\n)+$/)
        const { data } = parseEvents(events)[0]!
        const { status, headers, body } = envelope.render(error, renderContext)
        if (typeof body === 'object')
          expect(JSON.parse(data)).toMatchObject(JSON.parse(JSON.stringify(body)) as object)
        else expect(JSON.parse(data)).toMatchObject({ errorText: body })
        const parsed = envelope.parse({ status, headers, body: data })
        expect(JSON.stringify(envelope.render(parsed!, { serviceName: 'another' }))).toBe(
          JSON.stringify({ status, headers, body }),
        )
      }),
      { numRuns: 200 },
    )
  })

  test('parse never throws, and returns undefined for bodies of another shape', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (body, status, headers) => {
        const parsed = envelope.parse({ body, status: status as number, headers: headers as Headers })
        if (parsed !== undefined) expect(parsed).toBeInstanceOf(ApiError)
      }),
    )
    const isText = envelope.contentType.startsWith('text/plain')
    const scalars = isText ? [] : ['null', '"x"']
    const bodies = ['', '<html>', '[]', '{}', '{"error":"x"}', '{"message":"x"}', ...scalars]
    for (const body of envelope.id === 'ollama' ? bodies.filter((each) => !each.includes('error')) : bodies) {
      expect(envelope.parse({ status: 500, body })).toBeUndefined()
    }
  })
})

describe.each(modes)('$name, $mode: parse', ({ envelope }) => {
  test.each(taxonomy)('returns what the body of $code contains', (row) => {
    const ErrorClass = errorClasses[row.code] as new (options: object) => ApiError
    const error = new ErrorClass({
      field: 'seed',
      model: 'm',
      allow: [],
      retryAfter: 9,
      message: 'Own message',
    })
    const rendered = envelope.render(error, { requestId: 'req_1', serviceName: 'Acme' })
    const parsed = envelope.parse(rendered)!
    expect(parsed.status).toBe(rendered.status)
    expect(parsed.retryAfter).toBe(9)
    // Several classes may share a wire code; the retry policy or its listing then determines `retryable`.
    const listed =
      envelope.retryPolicy?.statuses?.includes(rendered.status) ??
      envelope.codes[envelope.lookup(error).code]?.retryable
    expect(parsed.retryable).toBe(listed ?? errorClasses[parsed.code as ErrorCode].retryable)
    expect(envelope.lookup(parsed).retryable).toBe(envelope.lookup(error).retryable)
    expect(envelope.lookup(parsed).code).toBe(envelope.lookup(error).code)
    if (['ai-api', 'anthropic', 'google', 'json-api', 'problem-details', 'universal'].includes(envelope.id))
      expect(parsed.requestId).toBe('req_1')
    if (['humanloop', 'google'].includes(envelope.id)) expect(parsed.origin).toBe('Acme')
    if (!(error.code === 'internal_error' || !error.expose || envelope.id === 'compactifai')) {
      expect(parsed.message.endsWith('Own message')).toBe(true)
    }
  })
})

describe('parse selects', () => {
  test.each([
    ['a15t', 'unknown_model', 404, 'model_not_found'],
    ['a15t', 'invalid_request', 409, 'conflict'],
    ['a15t', 'invalid_request', 400, 'invalid_request'],
    ['a15t', 'invalid_argument', 400, 'validation_failed'],
    ['a15t', 'failed_request', 500, 'failed_request'],
    ['a15t', 'payment_required', 402, 'payment_required'],
    ['ai-api', 'RESOURCE_NOT_FOUND', 404, 'resource_not_found'],
    ['ai-api', 'SERVICE_UNAVAILABLE', 502, 'upstream_error'],
    ['ai-api', 'QUOTA_EXCEEDED', 403, 'quota_exceeded'],
    ['ai-api', 'SHORT_AND_STOUT', 418, 'short_and_stout'],
    ['compresr', 'forbidden', 403, 'permission_denied'],
    ['humanloop', 'overloaded_error', 529, 'overloaded'],
    ['humanloop', 'unknown_error', 500, 'internal_error'],
    ['humanloop', 'payment_required_error', 402, 'payment_required'],
    ['compactifai', 'not_found_error', 404, 'not_found'],
    // The documents list the errors that these types resemble with another type and status.
    ['compactifai', 'validation_failed_error', 422, 'validation_failed_error'],
    ['humanloop', 'permission_denied_error', 403, 'permission_denied_error'],
  ] as const)('in %s for %s with status %i: %s', (name, code, status, expected) => {
    const { envelope } = modes.find((mode) => mode.name === name)!
    const body = {
      a15t: { error: { type: 't', code, message: 'm' } },
      'ai-api': {
        success: false,
        error: { code, message: 'm' },
        meta: { request_id: 'r', timestamp: '2024-01-01T00:00:00Z' },
      },
      compresr: { success: false, error: { code, message: 'm' } },
      humanloop: { detail: { type: code, message: 'm', code: status, origin: 'o' } },
      compactifai: { error: { type: code, message: 'm', param: null, code: null } },
    }[name]
    expect(envelope.parse({ status, body })).toMatchObject({ code: expected, status, message: 'm' })
  })
})

test('parse ignores members that are not strings', () => {
  for (const wrong of [7, null, [], { a: 1 }]) {
    const details = [
      { reason: wrong, domain: wrong },
      { fieldViolations: [{ field: wrong, description: 'bad', reason: wrong }, { description: wrong }] },
      { requestId: wrong },
    ]
    const { google } = Object.fromEntries(modes.map(({ name, envelope }) => [name, envelope]))
    const parsed = google!.parse({
      body: { error: { code: 400, message: wrong, status: 'ABORTED', details } },
    })!
    const { message, origin, requestId, issues } = parsed
    expect([typeof parsed.code, typeof message, origin, requestId]).toEqual([
      'string',
      'string',
      undefined,
      undefined,
    ])
    expect(issues).toEqual([{ message: 'bad' }])
  }
})

test('parse ignores an invalid timestamp', () => {
  const { envelope } = modes.find(({ name }) => name === 'ai-api')!
  for (const timestamp of ['soon', 7, null, undefined]) {
    const body = {
      success: false,
      error: { code: 'CONFLICT', message: 'm' },
      meta: { request_id: 'r', timestamp },
    }
    const parsed = envelope.parse({ status: 409, body })
    expect(envelope.render(parsed!)).toMatchObject({ status: 409 })
  }
})

describe('a field path', () => {
  test('is the same after parsing and formatting', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^[a-z]+(\.[a-z]+|\[\d\]|\["[^"\\]*"\]){0,4}$/)),
        (field) => {
          expect(formatPath(parsePath(field)) ?? '').toBe(field)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test.each([
    [['messages', 0, 'role'], 'messages[0].role'],
    [['a', 'b c'], 'a["b c"]'],
    [['a', { key: 'b' }, 2], 'a.b[2]'],
    [[0], '[0]'],
    [[], undefined],
  ])('%j is formatted as %s', (path, field) => {
    expect(formatPath(path)).toBe(field)
  })
})

describe('Retry-After', () => {
  test.each([
    [30, 30],
    [0, 1],
    [-4, 1],
    [1.2, 2],
    [new Date(61_500), 62],
    [new Date(0), 1],
    [Number.NaN, undefined],
    [Infinity, undefined],
    [undefined, undefined],
    [new Date(Number.NaN), undefined],
    ['7' as never, undefined],
  ])('for %s is %s whole seconds', (retryAfter, seconds) => {
    expect(retryAfterSeconds(retryAfter, 0)).toBe(seconds)
  })

  test.each([
    ['7', 7],
    [' 120 ', 120],
    ['Wed, 21 Oct 2015 07:28:00 GMT', new Date('2015-10-21T07:28:00Z')],
    ['soon', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['', undefined],
    ['9'.repeat(40), undefined],
    [7, undefined],
  ])('%j is parsed as %s', (value, retryAfter) => {
    expect(parseRetryAfter(value)).toEqual(retryAfter)
  })
})

describe('renderJson()', () => {
  const requestId = fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/)
  const fewOptions = fc.oneof(
    fc.constant({}),
    fc.constant({ message: 'Own message' }),
    fc.record(
      {
        retryAfter: fc.nat(3),
        model: fc.constantFrom('a', 'b'),
        origin: fc.constantFrom('a', 'b'),
      },
      { requiredKeys: [] },
    ),
    options,
  )
  /** A class with the code of its parent, but another status. */
  class Kettle extends Teapot {
    static override status = 420
  }
  /** Each run has few classes, so that errors of one code follow each other. */
  const classes = fc.oneof(
    fc.array(errorClass, { minLength: 1, maxLength: 2 }),
    fc.constant([Teapot, Kettle]),
  ) as fc.Arbitrary<(new (options: object) => ApiError)[]>
  const call = fc.record({
    classIndex: fc.nat(1),
    options: fewOptions,
    requestId: fc.oneof({ weight: 4, arbitrary: requestId }, fc.constantFrom(undefined, '', 'not an "id"')),
    serviceName: fc.constantFrom(undefined, undefined, undefined, 'search'),
    retryAfter: fc.constantFrom(undefined, 7),
    milliseconds: fc.constantFrom(0, 1, 1500),
  })

  test.each(modes)('$name, $mode: returns the serialized result of render()', ({ envelope }) => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      fc.assert(
        fc.property(classes, fc.array(call, { minLength: 2, maxLength: 8 }), (list, calls) => {
          for (const { classIndex, options: given, milliseconds, ...callContext } of calls) {
            vi.advanceTimersByTime(milliseconds)
            const Class = list[classIndex % list.length]!
            const error = new Class(given)
            const { status, headers, body } = envelope.render(error, callContext)
            const json = serialize(body)
            expect(envelope.renderJson?.(error, callContext)).toEqual({
              status,
              body: json,
              byteLength: Buffer.byteLength(json),
              retryAfter: headers['Retry-After'] === undefined ? undefined : Number(headers['Retry-After']),
            })
          }
        }),
        { numRuns: 300 },
      )
    } finally {
      vi.useRealTimers()
    }
  })

  test('of an envelope that is not deterministic calls renderBody each time', () => {
    let count = 0
    const counting = defineEnvelope({
      id: 'counting',
      codes: { failed: { status: 500 } },
      mapping: { default: 'failed' },
      renderBody: () => ({ count: (count += 1) }),
      parseBody: () => undefined,
    })
    const error = new QuotaExceeded()
    const bodies = [1, 2].map(() => counting.renderJson?.(error, { requestId: 'req_1' }).body)
    expect(bodies).toEqual(['{"count":1}', '{"count":2}'])
  })

  test('of an envelope that reads properties of the error compares their values', () => {
    class NeverAgain extends QuotaExceeded {
      static override retryable = false
    }
    class Again extends QuotaExceeded {
      static override retryable = true
    }
    const reading = defineEnvelope({
      id: 'reading',
      codes: { failed: { status: 500 } },
      mapping: { default: 'failed', quota_exceeded: 'failed' },
      isDeterministic: true,
      renderBody: ({ error }) => ({ retryable: error.retryable }),
      parseBody: () => undefined,
    })
    const bodies = [new Again(), new NeverAgain(), new Again()].map(
      (error) => reading.renderJson?.(error, { requestId: 'req_1' }).body,
    )
    expect(bodies).toEqual(['{"retryable":true}', '{"retryable":false}', '{"retryable":true}'])
  })

  test('of an envelope that changes the request id, or reads data of the error, calls renderBody each time', () => {
    const reading = defineEnvelope({
      id: 'reading',
      codes: { failed: { status: 500 } },
      mapping: { default: 'failed' },
      isDeterministic: true,
      renderBody: ({ requestId: id, error }) => ({ id: id.toUpperCase(), details: error.details }),
      parseBody: () => undefined,
    })
    const render = (id: string, details: object) =>
      reading.renderJson?.(new QuotaExceeded({ details }), { requestId: id }).body
    expect([render('a', { limit: 1 }), render('b', { limit: 2 })]).toEqual([
      '{"id":"A","details":{"limit":1}}',
      '{"id":"B","details":{"limit":2}}',
    ])
  })
})
