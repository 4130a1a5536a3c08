import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import {
  createResponder,
  createSocketMessage,
  defineEnvelope,
  envelopes,
  errorClasses,
  getSocketClose,
  InternalError,
  InvalidFieldValue,
  ModelNotFound,
  Overloaded,
  PayloadTooLarge,
  PermissionDenied,
  QuotaExceeded,
  RateLimitExceeded,
  type ApiError,
  type ApiRequest,
  type Envelope,
} from '../src/index.ts'

const request = (): ApiRequest => ({ method: 'GET', url: '/', header: () => undefined, raw: undefined })

function createMessage(envelope: Envelope, thrown: unknown, clientEventId?: string): string {
  const responder = createResponder({ envelope, onError: () => {} })
  return createSocketMessage(responder.respond(thrown, request()), clientEventId)
}

const readFields = (error: ApiError | undefined) =>
  error && [error.code, error.status, error.message, error.issues, error.retryAfter]

describe('the close of a WebSocket', () => {
  test('has the code that the table of the documentation lists for each error', () => {
    const document = readFileSync(new URL('../../../docs/websockets.md', import.meta.url), 'utf8')
    const documented = [...document.matchAll(/^\| (\d{4}) .*\| ([^|]+) +\|$/gm)].flatMap(([, code, errors]) =>
      [...errors!.matchAll(/`(\w+)`/g)].map(([, name]) => [name, Number(code)]),
    )
    const actual = Object.entries(errorClasses).map(([code, errorClass]) => {
      const error: ApiError = Reflect.construct(errorClass, [{}])
      return [code, getSocketClose(error).code]
    })
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(actual))
    expect(documented).toHaveLength(actual.length)
  })

  test('has the code of the error and its public message as the reason', () => {
    expect(getSocketClose(new RateLimitExceeded({ retryAfter: 30 })).reason).toBe(
      'rate_limit_exceeded: Rate limit exceeded',
    )
    expect(getSocketClose(new InternalError({ message: 'password=hunter2' })).reason).toBe(
      'internal_error: Internal server error',
    )
  })

  test('has a reason of at most 123 bytes that is never cut inside a character', () => {
    const prefix = 'permission_denied: '
    // Characters of one to four bytes, and both halves of a surrogate pair.
    const character = fc.constantFrom('a', '\n', 'é', '模', '😀', '\ud83d', '\ude00')
    fc.assert(
      fc.property(fc.array(character, { maxLength: 200 }), (characters) => {
        const message = characters.join('')
        const { reason } = getSocketClose(new PermissionDenied({ message }))
        const bytes = Buffer.from(reason)
        expect(bytes.length).toBeLessThanOrEqual(123)
        expect(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)).toBe(reason)
        const full = `${prefix}${message.toWellFormed()}`
        if (Buffer.byteLength(full) <= 123) expect(reason).toBe(full)
        else {
          expect(full.startsWith(reason.slice(0, -1))).toBe(true)
          expect(reason.endsWith('…')).toBe(true)
          // A character has at most four bytes, and the ellipsis has three.
          expect(bytes.length).toBeGreaterThan(123 - 4)
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('the error message over WebSocket', () => {
  const invalidField = new InvalidFieldValue({ field: 'session.voice', issue: 'must be a voice' })

  test('is the Realtime event of OpenAI in the envelope openai', () => {
    expect(JSON.parse(createMessage(envelopes.openai, invalidField, 'event_7'))).toEqual({
      type: 'error',
      event_id: expect.stringMatching(/^event_[a-z0-9]{24}$/),
      error: {
        type: 'invalid_request_error',
        code: 'invalid_value',
        message: expect.stringContaining('must be a voice'),
        param: 'session.voice',
        event_id: 'event_7',
      },
    })
    expect(JSON.parse(createMessage(envelopes.openai, new Overloaded()))).toMatchObject({
      error: { code: 'server_is_overloaded', event_id: null },
    })
  })

  test('has the status and the headers that Codex reads in the envelope openai-responses', () => {
    const limited = new RateLimitExceeded({ retryAfter: 30, headers: { 'set-cookie': 'a=b', etag: '"1"' } })
    expect(JSON.parse(createMessage(envelopes['openai-responses'], limited))).toEqual({
      type: 'error',
      status: 429,
      error: {
        type: 'rate_limit_error',
        code: 'rate_limit_exceeded',
        message: 'Rate limit exceeded',
        param: null,
      },
      headers: { 'retry-after': '30', 'x-request-id': expect.stringMatching(/^req_/) },
    })
    expect(JSON.parse(createMessage(envelopes['openai-responses'], limited, 'event_7'))).toMatchObject({
      error: { event_id: 'event_7' },
    })
  })

  test('has the members of both in the envelope universal', () => {
    expect(
      JSON.parse(createMessage(envelopes.universal, new ModelNotFound({ model: 'm' }), 'e')),
    ).toMatchObject({
      type: 'error',
      event_id: expect.stringMatching(/^event_/),
      status: 404,
      error: { type: 'not_found_error', code: 'model_not_found', event_id: 'e' },
      request_id: expect.stringMatching(/^req_/),
      headers: { 'x-request-id': expect.stringMatching(/^req_/) },
    })
  })

  test('is the body in every other envelope', () => {
    for (const envelope of Object.values(envelopes)) {
      if (['openai', 'openai-responses', 'universal'].includes(envelope.id)) continue
      const response = createResponder({ envelope, onError: () => {} }).respond(new Overloaded(), request())
      expect(createSocketMessage(response, 'event_7')).toBe(response.body)
    }
  })

  test('has a new id each time', () => {
    const ids = Array.from(
      { length: 3 },
      () => JSON.parse(createMessage(envelopes.openai, new Overloaded())).event_id as unknown,
    )
    expect(new Set(ids).size).toBe(3)
  })

  test('does not contain the message of an internal error', () => {
    for (const envelope of Object.values(envelopes))
      expect(createMessage(envelope, new Error('postgres://admin:hunter2@db'))).not.toContain('hunter2')
  })

  test.each(Object.values(envelopes).flatMap((envelope) => [envelope, envelope.strict]))(
    'can be parsed by its envelope: $id, $mode',
    (envelope) => {
      for (const error of [
        new RateLimitExceeded({ retryAfter: 30 }),
        new QuotaExceeded(),
        new PermissionDenied(),
        new Overloaded(),
        new InternalError({ message: 'hidden' }),
        new PayloadTooLarge(),
        invalidField,
      ]) {
        const response = createResponder({ envelope, onError: () => {} }).respond(error, request())
        const { body, headers, status } = response
        const parsed = envelope.parse({ body: createSocketMessage(response, 'event_7') })
        // Only the messages of these envelopes have the status and the headers.
        const isComplete = ['openai-responses', 'universal'].includes(envelope.id)
        const expected = envelope.parse(isComplete ? { body, headers, status } : { body })
        expect(parsed).toBeDefined()
        expect(readFields(parsed)).toEqual(readFields(expected))
      }
    },
  )
})

describe('an envelope of the user', () => {
  const define = (renderSocketMessage: () => object) =>
    defineEnvelope({
      id: 'own',
      codes: { failed: { status: 500 } },
      mapping: { default: 'failed' },
      renderBody: ({ code }) => ({ code }),
      parseBody: ({ code }) => ({ code: String(code) }),
      renderSocketMessage,
    })

  test('defines its message', () => {
    const renderSocketMessage = vi.fn<() => object>(() => ({ own: true }))
    expect(createMessage(define(renderSocketMessage), new Overloaded(), 'event_7')).toBe('{"own":true}')
    expect(renderSocketMessage.mock.calls).toMatchObject([
      [
        { code: 'overloaded' },
        { status: 503, clientEventId: 'event_7', headers: { 'x-request-id': expect.any(String) } },
      ],
    ])
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('bug')
      },
    ],
    ['returns undefined', () => undefined as unknown as object],
  ])('whose function %s sends its body', (_, renderSocketMessage) => {
    expect(createMessage(define(renderSocketMessage), new Overloaded())).toBe('{"code":"overloaded"}')
  })

  test('is rejected if the member is not a function', () => {
    expect(() => define('text' as unknown as () => object)).toThrow('renderSocketMessage must be a function')
  })
})
