import { createResponder, InvalidRequest, ModelOverloaded, type ApiRequest } from '@faultline/core'
import { context, createContextKey, diag, DiagLogLevel, trace } from '@opentelemetry/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { recordErrors } from '../src/index.ts'
import { MemoryOtel } from './otel.ts'

let otel: MemoryOtel
let warnings: string[]

beforeEach(() => {
  otel = new MemoryOtel()
  otel.register()
  warnings = []
  const ignore = (): void => {}
  const warn = (message: string): void => void warnings.push(message)
  const logger = { error: ignore, warn, info: ignore, debug: ignore, verbose: ignore }
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
})
afterEach(() => {
  otel.unregister()
  diag.disable()
})

const request: ApiRequest = { method: 'GET', url: '/', header: () => undefined, raw: {} }

test('with other RPC metadata errors are recorded on the active span, and one warning is logged', () => {
  const key = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA')
  const responder = createResponder({ envelope: 'ai-api', onError: recordErrors() })
  for (let i = 0; i < 2; i += 1) {
    context.with(context.active().setValue(key, { type: 'http', serverSpan: {} }), () => {
      trace.getTracer('test').startActiveSpan('GET', (span) => {
        expect(responder.respond(new InvalidRequest(), request).status).toBe(400)
        span.end()
      })
    })
  }
  const types = otel.spans.getFinishedSpans().map(({ attributes }) => attributes['error.type'])
  expect(types).toEqual(['invalid_request', 'invalid_request'])
  expect(warnings).toEqual([expect.stringMatching(/RPC metadata .* on the active span instead/)])
})

test('with a span whose methods are read-only errors are recorded, and one warning is logged', () => {
  const responder = createResponder({ envelope: 'ai-api', onError: recordErrors() })
  for (let i = 0; i < 2; i += 1) {
    trace.getTracer('test').startActiveSpan('GET', (span) => {
      Object.defineProperty(span, 'setAttribute', { value: span.setAttribute.bind(span), writable: false })
      expect(responder.respond(new ModelOverloaded(), request).status).toBe(503)
      expect(Reflect.get(span, 'attributes')).toMatchObject({ 'error.type': 'model_overloaded' })
      span.setAttribute('error.type', '503').end()
    })
  }
  expect(otel.spans.getFinishedSpans()).toHaveLength(2)
  expect(warnings).toEqual([expect.stringMatching(/setAttribute .* overwrites the attribute error\.type/)])
})
