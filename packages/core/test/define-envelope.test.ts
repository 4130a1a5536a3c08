import { describe, expect, test } from 'vitest'
import {
  Conflict,
  createResponder,
  defineEnvelope,
  GatewayTimeout,
  InternalError,
  ModelNotFound,
  QuotaExceeded,
  RateLimitExceeded,
  type ApiError,
  type EnvelopeDefinition,
} from '../src/index.ts'

const definition: EnvelopeDefinition<'E_LIMIT' | 'E_FAIL'> = {
  id: 'acme',
  codes: { E_LIMIT: { status: 429, message: 'Slow down', retryable: true }, E_FAIL: { status: 500 } },
  mapping: { default: 'E_FAIL', rate_limit_exceeded: 'E_LIMIT' },
  renderBody: ({ code, message }) => ({ fault: code, text: message }),
  parseBody: ({ fault, text }) =>
    typeof fault === 'string' ? { code: fault, message: text as string } : undefined,
}

describe('a custom envelope', () => {
  const acme = defineEnvelope(definition)

  test('renders a mapped error with the listed code, status and message', () => {
    expect(acme.render(new RateLimitExceeded({ retryAfter: 3 }))).toEqual({
      status: 429,
      headers: { 'Retry-After': '3' },
      body: { fault: 'E_LIMIT', text: 'Slow down' },
    })
  })

  test('renders an unmapped error with its own code and status, in strict mode like its nearest ancestor', () => {
    expect(acme.render(new Conflict())).toMatchObject({ status: 409, body: { fault: 'conflict' } })
    expect(acme.strict.render(new Conflict())).toMatchObject({ status: 500, body: { fault: 'E_FAIL' } })
    expect(acme.strict.render(new QuotaExceeded())).toMatchObject({ status: 429, body: { fault: 'E_LIMIT' } })
  })

  test('does not use the mapping `default` for an error with the code `default`', () => {
    class Default extends Conflict {
      static override code = 'default'
    }
    expect(acme.render(new Default())).toMatchObject({ status: 409, body: { fault: 'default' } })
  })

  test('parses its own bodies', () => {
    expect(acme.parse({ status: 429, body: '{"fault":"E_LIMIT","text":"Slow down"}' })).toBeInstanceOf(
      RateLimitExceeded,
    )
    expect(acme.parse(acme.render(new ModelNotFound({ model: 'm' })))).toMatchObject({
      code: 'model_not_found',
    })
  })

  test('converts the codes of unmapped errors with toWireCode and fromWireCode', () => {
    const dashed = defineEnvelope({
      ...definition,
      toWireCode: (code) => code.replaceAll('_', '-'),
      fromWireCode: (name) => name.replaceAll('-', '_'),
    })
    const rendered = dashed.render(new ModelNotFound({ model: 'm' }))
    expect(rendered.body).toMatchObject({ fault: 'model-not-found' })
    expect(dashed.parse(rendered)).toMatchObject({ code: 'model_not_found' })
  })
})

describe('the end of a stream', () => {
  const error = new RateLimitExceeded({ retryAfter: 3 })
  const json = '{"fault":"E_LIMIT","text":"Slow down"}'

  test('is an event named `error` with the body by default', () => {
    expect(defineEnvelope(definition).errorEvents(error)).toBe(`event: error\ndata: ${json}\n\n`)
  })

  test('has the events of renderEvents, which receives the body and the stream', () => {
    const acme = defineEnvelope({
      ...definition,
      renderEvents: (body: { fault: string; text: string }, { last }) => [
        { data: { ...body, last } },
        { event: 'end', data: '[DONE]' },
      ],
    })
    expect(acme.errorEvents(error, { stream: { format: 'events', last: 7 } })).toBe(
      `data: ${json.slice(0, -1)},"last":7}\n\nevent: end\ndata: [DONE]\n\n`,
    )
  })

  test('is a line with the data of the first event in newline-delimited JSON', () => {
    const acme = defineEnvelope({ ...definition, renderEvents: () => [{ data: { error: 'x' } }] })
    expect(acme.errorEvents(error, { stream: { format: 'lines' } })).toBe('{"error":"x"}\n')
    expect(defineEnvelope(definition).errorEvents(error, { stream: { format: 'lines' } })).toBe(`${json}\n`)
  })

  test('is an item of a JSON array only if the definition permits it', () => {
    const stream = { format: 'array', isEmpty: false } as const
    const acme = defineEnvelope({ ...definition, endsArrays: true })
    expect(acme.errorEvents(error, { stream })).toBe(`,${json}]`)
    expect(acme.errorEvents(error, { stream: { ...stream, isEmpty: true } })).toBe(`[${json}]`)
    expect(defineEnvelope(definition).errorEvents(error, { stream })).toBe('')
  })

  test('needs data that can be sent', () => {
    // @ts-expect-error A definition without types may return anything.
    const acme = defineEnvelope({ ...definition, renderEvents: () => [{ data: undefined }] })
    expect(() => acme.errorEvents(error)).toThrow('an envelope must render an object or a string')
  })
})

describe('a body that is text', () => {
  const plain = defineEnvelope({
    ...definition,
    renderBody: ({ message }) => message,
    parseText: (text) => ({ message: text }),
  })

  test('is sent and parsed as it is', () => {
    const error = new Conflict({ message: 'Already "open"' })
    expect(plain.contentType).toBe('text/plain; charset=utf-8')
    expect(plain.renderJson?.(error, {})).toMatchObject({ body: 'Already "open"', byteLength: 14 })
    expect(plain.parse(plain.render(error))).toMatchObject({ status: 409, message: 'Already "open"' })
  })

  test('is not an error of an envelope without parseText', () => {
    expect(defineEnvelope(definition).parse({ status: 409, body: 'Already open' })).toBeUndefined()
  })
})

describe('client hints', () => {
  const clientHints = { shouldRetryHeader: true, maxRetryAfter: 30, requestIdHeader: 'X-Id' }

  test('set the headers that SDKs act on', () => {
    const envelope = defineEnvelope({ ...definition, clientHints })
    expect([envelope.clientHints, envelope.strict.clientHints]).toEqual([clientHints, clientHints])
    const responder = createResponder({ envelope, onError: () => {} })
    const request = { method: 'GET', url: '/', header: () => undefined, raw: null }
    const { headers } = responder.respond(new RateLimitExceeded({ retryAfter: 40 }), request)
    expect(headers).toMatchObject({ 'retry-after': '30', 'x-id': headers['x-request-id'] })
    expect(responder.respond(new QuotaExceeded(), request).headers).toMatchObject({
      'x-should-retry': 'false',
    })
  })

  test('are empty by default', () => {
    expect(defineEnvelope(definition).clientHints).toEqual({})
  })
})

describe('the retry policy', () => {
  const { codes } = definition
  const retryPolicy = { statuses: [429, 500], maxAttempts: 2, delays: [1], reason: 'section 3' }
  const envelope = defineEnvelope({
    ...definition,
    codes: { ...codes, E_FAIL: { status: 500 } },
    retryPolicy,
  })
  const request = { method: 'GET', url: '/', header: () => undefined, raw: null }

  test('is part of the envelope in both modes', () => {
    expect([envelope.retryPolicy, envelope.strict.retryPolicy]).toEqual([retryPolicy, retryPolicy])
    expect(defineEnvelope(definition).retryPolicy).toEqual({})
  })

  test('determines by status which errors are retryable, regardless of their class', () => {
    for (const error of [new InternalError(), new QuotaExceeded(), new GatewayTimeout()]) {
      const { status, body } = envelope.render(error)
      const retryable = status !== 504
      expect(envelope.lookup(error).retryable).toBe(retryable)
      expect(envelope.parse({ status, body })).toMatchObject({ retryable })
    }
  })

  test('yields to x-should-retry of a response', () => {
    const { status, body } = envelope.render(new InternalError())
    const headers = { 'x-should-retry': 'false' }
    expect(envelope.parse({ status, body, headers })).toMatchObject({ retryable: false })
  })

  test('determines x-should-retry', () => {
    const responder = createResponder({ envelope, shouldRetryHeader: true, onError: () => {} })
    const getHeader = (error: ApiError) => responder.respond(error, request).headers['x-should-retry']
    expect(getHeader(new InternalError())).toBeUndefined()
    expect(getHeader(new GatewayTimeout())).toBe('false')
  })
})

describe('parse', () => {
  const acme = defineEnvelope(definition)
  const limit = { status: 429, body: { fault: 'E_LIMIT', text: 'Slow down' } }

  test('prefers x-should-retry to the listed property of a code', () => {
    expect(acme.parse(limit)).toMatchObject({ retryable: true })
    expect(acme.parse({ ...limit, headers: { 'X-Should-Retry': 'false' } })).toMatchObject({
      retryable: false,
    })
    const fail = { status: 500, body: { fault: 'E_FAIL', text: 'No' } }
    expect(acme.parse({ ...fail, headers: new Headers({ 'x-should-retry': 'true' }) })).toMatchObject({
      retryable: true,
    })
    expect(acme.parse({ ...limit, headers: { 'x-should-retry': 'perhaps' } })).toMatchObject({
      retryable: true,
    })
  })

  test('of an event without a status returns the status of the code', () => {
    expect(acme.parse({ body: { fault: 'model_not_found', text: 'No' } })).toMatchObject({ status: 404 })
    expect(acme.parse({ body: { fault: 'E_LIMIT', text: 'No' } })).toMatchObject({ status: 429 })
    expect(acme.parse({ body: { fault: 'unheard_of', text: 'No' } })).toMatchObject({ status: 500 })
  })
})

describe('defineEnvelope throws', () => {
  test.each([
    [
      'without a default mapping',
      { mapping: { conflict: 'E_FAIL' } },
      /mapping must have an entry `default`/,
    ],
    ['without a mapping', { mapping: undefined }, /mapping must have an entry `default`/],
    [
      'with a mapping to a code that is not listed',
      { mapping: { default: 'E_FAIL', conflict: 'E_GONE' } },
      /mapping\.conflict is "E_GONE", which is not in codes \(E_LIMIT, E_FAIL\)/,
    ],
    [
      'with a strict fallback to a code that is not listed',
      { strictFallback: { conflict: { code: 'X', status: 400 } } },
      /strictFallback\.conflict is "X"/,
    ],
    [
      'with a status that is not an error status',
      { codes: { E_FAIL: { status: 200 } }, mapping: { default: 'E_FAIL' } },
      /codes\.E_FAIL\.status must be an integer from 400 to 599, not 200/,
    ],
    [
      'with a mapping to a status that is not an error status',
      { mapping: { default: { code: 'E_FAIL', status: 99 } } },
      /mapping\.default\.status/,
    ],
    ['with an invalid id', { id: 'Acme Corp' }, /defineEnvelope\("Acme Corp"\): id may contain only/],
    ['without renderBody', { renderBody: undefined }, /renderBody must be a function/],
    ['with a parseBody that is not a function', { parseBody: 1 }, /parseBody must be a function/],
    ['with a renderEvents that is not a function', { renderEvents: {} }, /renderEvents must be a function/],
    ['with a parseText that is not a function', { parseText: 1 }, /parseText must be a function/],
    [
      'with an invalid header name',
      { clientHints: { requestIdHeader: 'a b' } },
      /clientHints\.requestIdHeader must be a valid header name/,
    ],
    [
      'with a limit below one second',
      { clientHints: { maxRetryAfter: 0 } },
      /clientHints\.maxRetryAfter must be a number of seconds >= 1/,
    ],
    ['with a retry policy that is not an object', { retryPolicy: 3 }, /retryPolicy must be an object, not 3/],
    [
      'with an unknown member of the retry policy',
      { retryPolicy: { attempts: 3 } },
      /unknown member `retryPolicy\.attempts`; known members: statuses, maxAttempts, /,
    ],
    [
      'with retried statuses that are not a list',
      { retryPolicy: { statuses: 429 } },
      /retryPolicy\.statuses must be an array, not 429/,
    ],
    [
      'with a retried status that is not a status of an error',
      { retryPolicy: { statuses: [429, 200] } },
      /retryPolicy\.statuses\[1\] must be an integer from 400 to 599, not 200/,
    ],
    [
      'without any attempt',
      { retryPolicy: { maxAttempts: 0 } },
      /retryPolicy\.maxAttempts must be a number of attempts >= 1, not 0/,
    ],
    [
      'with half an attempt for a status',
      { retryPolicy: { maxAttemptsByStatus: { 500: 1.5 } } },
      /retryPolicy\.maxAttemptsByStatus\[500\] must be a number of attempts >= 1, not 1\.5/,
    ],
    [
      'with attempts for a code instead of a status',
      { retryPolicy: { maxAttemptsByStatus: { E_FAIL: 2 } } },
      /The keys of retryPolicy\.maxAttemptsByStatus must be an integer from 400 to 599, not E_FAIL/,
    ],
    [
      'with a negative delay',
      { retryPolicy: { delays: [1, -1] } },
      /retryPolicy\.delays must be an array of at least one number of seconds/,
    ],
    [
      'with a code that contradicts the retry policy',
      { retryPolicy: { statuses: [500] } },
      /codes\.E_LIMIT\.retryable is true, but retryPolicy\.statuses does not contain 429/,
    ],
    [
      'with a mapping of a key that is not a code',
      { mapping: { default: 'E_FAIL', RateLimitExceeded: 'E_LIMIT' } },
      /^defineEnvelope\("acme"\): mapping\.RateLimitExceeded is not an error code; use snake_case, for example rate_limit_exceeded$/,
    ],
    [
      'with a strict fallback of a key that is not a code',
      { strictFallback: { 'conflict-409': 'E_FAIL' } },
      /strictFallback\.conflict-409 is not an error code/,
    ],
    [
      'with a mapping to null',
      { mapping: { default: null } },
      /mapping\.default is null, which is not in codes/,
    ],
    [
      'with an unknown member',
      { bodyy: () => ({}) },
      /^defineEnvelope\("acme"\): unknown member `bodyy`; known members: id, title, codes, mapping, .*renderBody, /,
    ],
    ['without codes', { codes: undefined }, /codes must be an object/],
    ['with a code that is null', { codes: { E_FAIL: null } }, /codes\.E_FAIL\.status must be/],
  ])('%s', (_, part, message) => {
    expect(() => defineEnvelope({ ...definition, ...part } as typeof definition)).toThrow(message)
  })

  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['acme', '"acme"'],
    [() => {}, 'a function'],
  ])('for %o instead of a definition', (value, description) => {
    expect(() => Reflect.apply(defineEnvelope, undefined, [value])).toThrow(
      new TypeError(`defineEnvelope: the definition must be an object, not ${description}`),
    )
  })
})
