import {
  InvalidRequest,
  ClientClosedRequest,
  createResponder,
  createError,
  InternalError,
  ModelOverloaded,
  QuotaExceeded,
  RateLimitExceeded,
  StreamError,
  type ApiRequest,
} from '@faultline/core'
import { expressControlValues, falsyValues, CANARY, thrownValues } from '@faultline/testing'
import {
  context,
  createContextKey,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Meter,
} from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import {
  ATTR_ERROR_TYPE,
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ERROR_TYPE_VALUE_OTHER,
  EVENT_EXCEPTION,
  HTTP_REQUEST_METHOD_VALUE_OTHER,
} from '@opentelemetry/semantic-conventions'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { recordErrors } from '../src/index.ts'
import { MemoryOtel } from './otel.ts'

class OutOfCredits extends QuotaExceeded {
  static override code = 'out_of_credits'
}

let otel: MemoryOtel

beforeEach(() => {
  otel = new MemoryOtel()
  otel.register()
})
afterEach(() => {
  otel.unregister()
  vi.restoreAllMocks()
})

const createRequest = (more: Partial<ApiRequest> = {}): ApiRequest => ({
  method: 'POST',
  url: '/v1/chat?key=planted',
  header: () => 'planted',
  raw: { body: 'planted' },
  id: 'req_1',
  ...more,
})

/** Answers an error within the span of a server, and returns the exported span. */
function recordSpan(
  thrown: unknown,
  request = createRequest(),
  how: 'respond' | 'errorEvents' | 'report' | 'reportClientClosed' = 'respond',
): ReadableSpan {
  const responder = createResponder({ envelope: 'ai-api', onError: recordErrors() })
  trace.getTracer('test').startActiveSpan('POST', { kind: SpanKind.SERVER }, (span) => {
    responder[how](thrown, request)
    span.end()
  })
  return otel.spans.getFinishedSpans().at(-1)!
}

async function recordAttributes(thrown: unknown, request = createRequest()): Promise<Attributes> {
  createResponder({ envelope: 'ai-api', onError: recordErrors() }).respond(thrown, request)
  const counts = await otel.readCounts()
  expect(counts).toHaveLength(1)
  expect(counts[0]![1]).toBe(1)
  return counts[0]![0]
}

describe('the span of the request', () => {
  test('of a 4xx has the code and the HTTP status, an unset span status and no event', () => {
    const span = recordSpan(new RateLimitExceeded({ retryAfter: 3, origin: 'OpenAI' }))
    expect(span.attributes).toEqual({
      [ATTR_ERROR_TYPE]: 'rate_limit_exceeded',
      [ATTR_HTTP_RESPONSE_STATUS_CODE]: 429,
      'faultline.retryable': true,
      'faultline.request_id': 'req_1',
      'faultline.origin': 'OpenAI',
    })
    expect(span.status).toEqual({ code: SpanStatusCode.UNSET })
    expect(span.events).toEqual([])
  })

  test('of a 5xx has the span status error, and the redacted thrown value as an event', () => {
    const cause = new TypeError('Could not reach postgres://app:hunter2@db/x', { cause: 'sk-live-abcdef' })
    const span = recordSpan(Object.assign(new RangeError('boom', { cause }), { config: { key: 'planted' } }))
    expect(span.attributes).toEqual({
      [ATTR_ERROR_TYPE]: 'internal_error',
      [ATTR_HTTP_RESPONSE_STATUS_CODE]: 500,
      'faultline.retryable': false,
      'faultline.request_id': 'req_1',
    })
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR })
    expect(span.events).toMatchObject([
      {
        name: EVENT_EXCEPTION,
        attributes: {
          [ATTR_EXCEPTION_TYPE]: 'RangeError',
          [ATTR_EXCEPTION_MESSAGE]: 'boom',
          [ATTR_EXCEPTION_STACKTRACE]: expect.stringMatching(
            /^RangeError: boom\n {4}at [^]+\n\[cause\]: TypeError: Could not reach postgres:\/\/\[redacted\]@db\/x\n {4}at [^]+\n\[cause\]: string: \[redacted\]$/,
          ) as string,
        },
      },
    ])
    expect(JSON.stringify([span.attributes, span.events])).not.toMatch(/planted|hunter2|sk-/)
  })

  test('of a truncated response keeps the HTTP status, and has the span status error', () => {
    for (const error of [new StreamError(), new RateLimitExceeded({ retryAfter: 3 })]) {
      const span = recordSpan(error, createRequest({ sentStatus: 200 }), 'errorEvents')
      expect(span.attributes).toMatchObject({
        [ATTR_ERROR_TYPE]: error.code,
        [ATTR_HTTP_RESPONSE_STATUS_CODE]: 200,
      })
      expect(span.status.code).toBe(SpanStatusCode.ERROR)
      expect(span.events).toHaveLength(error.status < 500 ? 0 : 1)
    }
  })

  test('of a disconnected client has client_closed_request, and an unset span status', () => {
    for (const request of [createRequest(), createRequest({ sentStatus: 200 })]) {
      const span = recordSpan(new Error('aborted'), request, 'reportClientClosed')
      expect(span.attributes[ATTR_ERROR_TYPE]).toBe('client_closed_request')
      expect(span.attributes[ATTR_HTTP_RESPONSE_STATUS_CODE]).toBe(request.sentStatus)
      expect([span.status.code, span.events.length]).toEqual([SpanStatusCode.UNSET, 0])
    }
  })

  test('is that of the HTTP instrumentation, regardless of the active span', () => {
    const tracer = trace.getTracer('test')
    const server = tracer.startSpan('POST', { kind: SpanKind.SERVER })
    const key = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA')
    const onError = recordErrors()
    context.with(context.active().setValue(key, { type: 'http', span: server }), () => {
      tracer.startActiveSpan('handler', (inner) => {
        createResponder({ envelope: 'ai-api', onError }).respond(new InvalidRequest(), createRequest())
        inner.end()
      })
    })
    server.end()
    const [inner, outer] = otel.spans.getFinishedSpans()
    expect(inner?.attributes).toEqual({})
    expect(outer?.attributes).toMatchObject({ [ATTR_ERROR_TYPE]: 'invalid_request' })
  })

  test('keeps the code when an instrumentation overwrites it with the status, and accepts other changes', () => {
    const onError = recordErrors()
    trace.getTracer('test').startActiveSpan('POST', (span) => {
      createResponder({ envelope: 'ai-api', onError }).respond(new ModelOverloaded(), createRequest())
      span.setAttribute(ATTR_ERROR_TYPE, '503').setAttribute('x', '503')
      span.setAttributes({ [ATTR_ERROR_TYPE]: '503', y: 1 })
      span.end()
    })
    trace.getTracer('test').startActiveSpan('POST', (span) => {
      createResponder({ envelope: 'ai-api', onError }).respond(new ModelOverloaded(), createRequest())
      span.setAttribute(ATTR_ERROR_TYPE, 'mine').end()
    })
    const [first, second] = otel.spans.getFinishedSpans()
    expect(first?.attributes).toMatchObject({ [ATTR_ERROR_TYPE]: 'model_overloaded', x: '503', y: 1 })
    expect(second?.attributes).toMatchObject({ [ATTR_ERROR_TYPE]: 'mine' })
  })
})

describe('the metric', () => {
  test('has attributes with a limited number of values, without paths, ids and messages', async () => {
    expect(await recordAttributes(new RateLimitExceeded({ retryAfter: 3, origin: 'OpenAI' }))).toEqual({
      [ATTR_ERROR_TYPE]: 'rate_limit_exceeded',
      [ATTR_HTTP_REQUEST_METHOD]: 'POST',
      [ATTR_HTTP_RESPONSE_STATUS_CODE]: 429,
      'faultline.origin': 'OpenAI',
    })
  })

  test('does not have a status without a response, or an unknown method', async () => {
    const onError = recordErrors()
    createResponder({ envelope: 'ai-api', onError }).report(
      new StreamError(),
      createRequest({ method: 'PLANTED' }),
    )
    expect(await otel.readCounts()).toEqual([
      [{ [ATTR_ERROR_TYPE]: 'stream_error', [ATTR_HTTP_REQUEST_METHOD]: HTTP_REQUEST_METHOD_VALUE_OTHER }, 1],
    ])
  })

  test('has the codes of the application’s classes, and the code of the class for a received code', async () => {
    expect((await recordAttributes(new OutOfCredits()))[ATTR_ERROR_TYPE]).toBe('out_of_credits')
    const type = (error: unknown): unknown => recordSpan(error).attributes[ATTR_ERROR_TYPE]
    expect(type(createError('planted_4711', {}, { status: 429 }))).toBe('rate_limit_exceeded')
    expect(type({ status: 418 })).toBe('invalid_request')
    expect(type(new ClientClosedRequest())).toBe('client_closed_request')
    const pretender = { [Symbol.for('faultline.codes')]: ['planted'] }
    const span = recordSpan(pretender, createRequest(), 'report')
    expect(span.attributes[ATTR_ERROR_TYPE]).toBe(ERROR_TYPE_VALUE_OTHER)
  })

  test('distinguishes at most 64 origins', async () => {
    const onError = recordErrors()
    const responder = createResponder({ envelope: 'ai-api', onError })
    for (let i = 0; i < 70; i++) responder.respond(new ModelOverloaded({ origin: `o${i}` }), createRequest())
    responder.respond(new ModelOverloaded({ origin: 'o1' }), createRequest())
    responder.respond(new ModelOverloaded({ origin: 'x'.repeat(65) }), createRequest())
    const counts = new Map(
      (await otel.readCounts()).map(([attributes, count]) => [attributes['faultline.origin'], count]),
    )
    expect(counts.size).toBe(65)
    expect([counts.get('o1'), counts.get(ERROR_TYPE_VALUE_OTHER)]).toEqual([2, 7])
  })

  test('counts in an SDK that is registered later, and in the meter of the option', async () => {
    otel.unregister()
    const onError = recordErrors()
    const responder = createResponder({ envelope: 'ai-api', onError })
    responder.respond(new InvalidRequest(), createRequest())
    otel.register()
    responder.respond(new InvalidRequest(), createRequest())
    responder.respond(new InvalidRequest(), createRequest())
    expect((await otel.readCounts()).map(([, count]) => count)).toEqual([2])
    const own = new MemoryOtel()
    const onErrorWithMeter = recordErrors({ meter: own.meters.getMeter('mine') })
    createResponder({ envelope: 'ai-api', onError: onErrorWithMeter }).respond(
      new InvalidRequest(),
      createRequest(),
    )
    expect((await own.readCounts()).map(([, count]) => count)).toEqual([1])
  })
})

describe('the response is the same', () => {
  const respond = (onError: ReturnType<typeof recordErrors>): unknown =>
    createResponder({ envelope: 'openai', onError }).respond(new InternalError(), createRequest()).body
  const expected = respond(() => {})

  test('without an SDK, and without a span', () => {
    otel.unregister()
    const warned = vi.spyOn(console, 'error').mockImplementation(() => {})
    expect(respond(recordErrors())).toBe(expected)
    otel.register()
    expect(respond(recordErrors())).toBe(expected)
    expect(warned).not.toHaveBeenCalled()
  })

  test('with a meter or a span that fails, and the other one still records', async () => {
    const warned = vi.spyOn(console, 'error').mockImplementation(() => {})
    const fail = (): never => {
      throw new Error('telemetry')
    }
    const meter = { createCounter: () => ({ add: fail }) } as Partial<Meter> as Meter
    trace.getTracer('test').startActiveSpan('POST', (span) => {
      expect(respond(recordErrors({ meter }))).toBe(expected)
      span.end()
    })
    expect(otel.spans.getFinishedSpans()[0]?.attributes[ATTR_ERROR_TYPE]).toBe('internal_error')
    trace.getTracer('test').startActiveSpan('POST', (span) => {
      span.setAttributes = fail
      expect(respond(recordErrors())).toBe(expected)
    })
    expect((await otel.readCounts()).map(([, count]) => count)).toEqual([1])
    expect(warned).toHaveBeenCalledTimes(2)
  })
})

test.each([...thrownValues, ...falsyValues, ...expressControlValues])(
  '$name is recorded without its other properties',
  async (kind) => {
    const warned = vi.spyOn(console, 'error').mockImplementation(() => {})
    const thrown = kind.make()
    const { attributes, events } = recordSpan(thrown)
    const counts = await otel.readCounts()
    expect(counts).toHaveLength(1)
    expect(warned).not.toHaveBeenCalled()
    expect(JSON.stringify(events).length).toBeLessThan(40_000)
    // Only the message and the stack of an error are recorded.
    const named = events.map((event) => [event.name, event.attributes?.[ATTR_EXCEPTION_TYPE]])
    expect(JSON.stringify([attributes, counts, named])).not.toContain(CANARY)
  },
)
