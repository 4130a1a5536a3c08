import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  createResponder,
  defineEnvelope,
  getTraceId,
  InternalError,
  type ApiRequest,
  type ResponderOptions,
} from '../src/index.ts'

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const TRACEPARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`

function createRequest(headers: Record<string, string> = {}): ApiRequest {
  return { method: 'GET', url: '/', header: (name) => headers[name], raw: null, exchange: {} }
}

function createSilent(options: Partial<ResponderOptions>) {
  return createResponder({ envelope: 'problem-details', onError() {}, ...options })
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the option `generateRequestId`', () => {
  test('creates the id of header and body, once per exchange', () => {
    const generateRequestId = vi.fn<(request: ApiRequest) => string>(() => 'own-1')
    const responder = createSilent({ generateRequestId })
    const request = createRequest()
    const { headers, body } = responder.respond(new InternalError(), request)
    expect([headers['x-request-id'], JSON.parse(body)]).toMatchObject(['own-1', { request_id: 'own-1' }])
    expect(responder.requestId({ ...createRequest(), exchange: request.exchange })).toBe('own-1')
    expect(generateRequestId.mock.calls).toEqual([[request]])
  })

  test('is not called for a request that has a trusted id, or a response with an id', () => {
    const generateRequestId = vi.fn<() => string>(() => 'own-1')
    const responder = createSilent({ generateRequestId, trustRequestId: true })
    expect(responder.requestId(createRequest({ 'x-request-id': 'sent' }))).toBe('sent')
    expect(responder.requestId({ ...createRequest(), responseHeader: () => 'set' })).toBe('set')
    expect(generateRequestId).not.toHaveBeenCalled()
    expect(responder.requestId(createRequest({ 'x-request-id': 'in valid' }))).toBe('own-1')
  })

  test.each([
    ['an invalid id', () => 'a b'],
    ['an id that is too long', () => 'x'.repeat(65)],
    ['a promise', async () => 'own-1'],
    [
      'an exception',
      () => {
        throw new Error('no id')
      },
    ],
  ])('with %s has no effect and is reported once', (_, generate) => {
    const log = vi.spyOn(console, 'error').mockReturnValue()
    const responder = createSilent({ generateRequestId: generate as () => string })
    for (let count = 0; count < 3; count++)
      expect(responder.requestId(createRequest())).toMatch(/^req_[\da-z]{24}$/)
    expect(log.mock.calls).toEqual([
      [expect.stringMatching(/^Faultline: `generateRequestId` did not return a valid id: /)],
    ])
  })

  test('is silent if it returns undefined', () => {
    const log = vi.spyOn(console, 'error').mockReturnValue()
    expect(createSilent({ generateRequestId: () => undefined }).requestId(createRequest())).toMatch(/^req_/)
    expect(log).not.toHaveBeenCalled()
  })

  test('is checked', () => {
    expect(() => createSilent({ generateRequestId: 'uuid' as never })).toThrow(
      /^faultline: option `generateRequestId` must be a function that takes the request, not "uuid"$/,
    )
  })

  test('makes the trace id the request id with getTraceId, also in an own envelope', () => {
    const envelope = defineEnvelope({
      id: 'traced',
      codes: { FAIL: { status: 500 } },
      mapping: { default: 'FAIL' },
      renderBody: ({ code, requestId }) => ({ code, trace_id: requestId }),
      parseBody: () => undefined,
    })
    const responder = createSilent({ envelope, generateRequestId: getTraceId })
    const { headers, body } = responder.respond(
      new InternalError(),
      createRequest({ traceparent: TRACEPARENT }),
    )
    expect([headers['x-request-id'], JSON.parse(body)]).toMatchObject([TRACE_ID, { trace_id: TRACE_ID }])
    expect(responder.requestId(createRequest())).toMatch(/^req_/)
  })
})

describe('getTraceId', () => {
  test.each([
    ['version 00', TRACEPARENT],
    ['unknown flags', TRACEPARENT.replace(/01$/, 'ff')],
    ['a later version', TRACEPARENT.replace(/^00/, '01')],
    ['a later version with further fields', `${TRACEPARENT.replace(/^00/, 'cc')}-what-the-future`],
  ])('reads %s', (_, traceparent) => {
    expect(getTraceId(createRequest({ traceparent }))).toBe(TRACE_ID)
  })

  // The invalid values of the test suite of W3C Trace Context.
  test.each([
    ['no header', undefined],
    ['version ff', TRACEPARENT.replace(/^00/, 'ff')],
    ['version 00 with a further field', `${TRACEPARENT}-01`],
    ['version 00 with a hyphen at the end', `${TRACEPARENT}-`],
    ['a later version with further characters', `${TRACEPARENT.replace(/^00/, 'cc')}.what`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
    ['a parent id of zeros', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    ['upper case', TRACEPARENT.toUpperCase()],
    ['a short trace id', `00-${TRACE_ID.slice(1)}-b7ad6b7169203331-01`],
    ['a long parent id', `00-${TRACE_ID}-b7ad6b71692033311-01`],
    ['a version of one digit', TRACEPARENT.slice(1)],
    ['no flags', TRACEPARENT.slice(0, -3)],
    ['characters that are not hexadecimal', TRACEPARENT.replace('af', 'ag')],
    ['two headers', `${TRACEPARENT}, ${TRACEPARENT}`],
    ['a line break at the end', `${TRACEPARENT}\n`],
  ])('returns undefined for %s', (_, traceparent) => {
    expect(getTraceId(createRequest(traceparent === undefined ? {} : { traceparent }))).toBeUndefined()
  })

  test('never throws, and returns a valid request id or undefined', () => {
    const failing = {
      header() {
        throw new Error('x')
      },
    }
    expect(getTraceId(failing)).toBeUndefined()
    const hex = fc.constantFrom(...'0123456789abcdef-gF '.split(''))
    fc.assert(
      fc.property(fc.string({ unit: hex, minLength: 50, maxLength: 60 }), (traceparent) => {
        expect(getTraceId(createRequest({ traceparent })) ?? TRACE_ID).toMatch(/^[\da-f]{32}$/)
      }),
    )
  })
})
