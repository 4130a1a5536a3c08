import { createRequire } from 'node:module'
import { startApp, type RunningApp } from '@faultline/app-gateway/testing'
import { RawClient } from '@faultline/testing'
import { context, metrics, SpanStatusCode, trace, type Attributes } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  TracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace'
import {
  ATTR_ERROR_TYPE,
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_SERVER_PORT,
  EVENT_EXCEPTION,
} from '@opentelemetry/semantic-conventions'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { apps } from './apps.ts'

const spanExporter = new InMemorySpanExporter()
const metricExporter = new InMemoryMetricExporter(AggregationTemporality.DELTA)
const reader = new PeriodicExportingMetricReader({
  exporter: metricExporter,
  exportIntervalMillis: 3_600_000,
})
const instrumentation = new HttpInstrumentation()

/** Matches the key and the canaries below, which must not appear in a span, metric or log line. */
const SECRETS = /sk-|hunter2|planted/

const KEY = { authorization: 'Bearer sk-demo', cookie: 'session=planted-cookie' }

/** Creates an error like those of a database driver and an HTTP client, with secrets in it. */
function createFailure(): Error {
  const response = { headers: { authorization: 'Bearer planted-token' }, body: 'planted prompt' }
  const cause = Object.assign(
    new Error('401 for {"authorization":"Bearer planted-token","prompt":"planted prompt"}'),
    { response, code: 'ERR_BAD_REQUEST' },
  )
  return new TypeError('Could not reach postgres://app:hunter2@db.internal/x with sk-live-1234', { cause })
}

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(
    new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spanExporter })] }),
  )
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
  instrumentation.setTracerProvider(trace.getTracerProvider())
  // The instrumentation patches a module when it is required.
  createRequire(import.meta.url)('node:http')
})

afterAll(() => {
  instrumentation.disable()
  for (const api of [context, trace, metrics]) api.disable()
})

type Line = Readonly<Record<string, unknown>>

describe.each(Object.entries(apps))('%s', (_name, createServer) => {
  const lines: string[] = []
  let app: RunningApp

  beforeAll(async () => {
    app = await startApp(
      (gateway) => {
        vi.spyOn(gateway, 'throwKind').mockImplementation(() => Promise.reject(createFailure()))
        return createServer(gateway)
      },
      { LOG_LEVEL: 'info' },
      { write: (line) => void lines.push(line) },
    )
  })
  afterAll(() => app.close())
  afterEach(() => {
    lines.length = 0
    spanExporter.reset()
    metricExporter.reset()
  })

  /** Returns the span of the only request, the data points of the error counter, and the log lines. */
  async function collect(): Promise<{
    span: ReadableSpan
    counted: [Attributes, unknown][]
    logged: Line[]
  }> {
    await vi.waitFor(() => expect(serverSpans()).toHaveLength(1))
    await reader.forceFlush()
    const [span] = serverSpans()
    if (span === undefined) throw new Error('No span of the app was exported')
    const all = metricExporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
    const errors = all.filter(({ descriptor: { name } }) => name === 'faultline.errors')
    const everything = [
      spanExporter
        .getFinishedSpans()
        .map(({ name, attributes, events, status }) => [name, attributes, events, status]),
      all.flatMap(({ dataPoints }) => dataPoints.map(({ attributes }) => attributes)),
      lines,
    ]
    expect(SECRETS.exec(JSON.stringify(everything))).toBeNull()
    return {
      span,
      counted: errors.flatMap(({ dataPoints }) =>
        dataPoints.map(({ attributes, value }) => [attributes, value] as [Attributes, unknown]),
      ),
      logged: lines.map((line) => JSON.parse(line) as Line),
    }
  }

  // The upstream also runs in this process, so select by port.
  const serverSpans = (): ReadableSpan[] => {
    const { port } = new URL(app.url)
    return spanExporter
      .getFinishedSpans()
      .filter(({ attributes }) => attributes[ATTR_SERVER_PORT] === Number(port))
  }

  const send = (path: string, body?: object, more: RequestInit = {}): Promise<Response> =>
    fetch(app.url + path, {
      headers: { ...KEY, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      ...more,
    })

  const fetchText = async (path: string, body?: object): Promise<string> => {
    const response = await send(path, body)
    return `${response.status} ${await response.text()}`
  }

  test('a 4xx sets code and status on the span and in the metric, and is logged as one line of level info', async () => {
    expect(await fetchText('/v1/errors/rate_limit_exceeded?origin=OpenAI&retry_after=3')).toMatch(/^429 /)
    const { span, counted, logged } = await collect()
    expect(span.attributes).toMatchObject({
      [ATTR_ERROR_TYPE]: 'rate_limit_exceeded',
      [ATTR_HTTP_RESPONSE_STATUS_CODE]: 429,
      'faultline.request_id': expect.stringMatching(/^req_/),
      'faultline.origin': 'OpenAI',
      'faultline.retryable': true,
    })
    expect([span.status.code, span.events]).toEqual([SpanStatusCode.UNSET, []])
    expect(counted).toEqual([
      [
        {
          [ATTR_ERROR_TYPE]: 'rate_limit_exceeded',
          [ATTR_HTTP_REQUEST_METHOD]: 'GET',
          [ATTR_HTTP_RESPONSE_STATUS_CODE]: 429,
          'faultline.origin': 'OpenAI',
        },
        1,
      ],
    ])
    expect(logged).toEqual([
      {
        level: 30,
        time: expect.any(Number) as number,
        code: 'rate_limit_exceeded',
        status: 429,
        retryable: true,
        origin: 'OpenAI',
        requestId: expect.stringMatching(/^req_/),
        method: 'GET',
        path: '/v1/errors/rate_limit_exceeded',
        msg: 'client error',
      },
    ])
  })

  test('a 5xx is recorded as an exception on the span, counted, and logged with its causes', async () => {
    expect(await fetchText('/v1/throw/error')).toMatch(/^500 /)
    const { span, counted, logged } = await collect()
    expect(span.attributes).toMatchObject({
      [ATTR_ERROR_TYPE]: 'internal_error',
      [ATTR_HTTP_RESPONSE_STATUS_CODE]: 500,
      'faultline.request_id': expect.stringMatching(/^req_/),
      'faultline.retryable': false,
    })
    expect(span.status.code).toBe(SpanStatusCode.ERROR)
    const message = 'Could not reach postgres://[redacted]@db.internal/x with [redacted]'
    const root = '401 for {"authorization":"[redacted]","prompt":"[redacted]"}'
    expect(span.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      [
        EVENT_EXCEPTION,
        {
          [ATTR_EXCEPTION_TYPE]: 'TypeError',
          [ATTR_EXCEPTION_MESSAGE]: message,
          [ATTR_EXCEPTION_STACKTRACE]: expect.stringContaining(`[cause]: Error: ${root}`) as string,
        },
      ],
    ])
    expect(counted).toEqual([
      [
        {
          [ATTR_ERROR_TYPE]: 'internal_error',
          [ATTR_HTTP_REQUEST_METHOD]: 'GET',
          [ATTR_HTTP_RESPONSE_STATUS_CODE]: 500,
        },
        1,
      ],
    ])
    expect(logged).toMatchObject([
      {
        level: 50,
        code: 'internal_error',
        status: 500,
        requestId: expect.stringMatching(/^req_/),
        path: '/v1/throw/error',
        causes: [
          { name: 'TypeError', message, stack: expect.stringContaining('observability.test') as string },
          { name: 'Error', message: root, code: 'ERR_BAD_REQUEST' },
        ],
        msg: 'server error',
      },
    ])
  })

  test('a failed stream is recorded as an error with the status that was sent', async () => {
    const messages = [{ role: 'user', content: 'planted prompt' }]
    const text = await fetchText('/v1/chat/completions', { model: 'stream-error', stream: true, messages })
    expect(text).toMatch(/^200 [^]+STREAM_ERROR/)
    const { span, counted, logged } = await collect()
    expect(span.attributes).toMatchObject({
      [ATTR_ERROR_TYPE]: 'stream_error',
      [ATTR_HTTP_RESPONSE_STATUS_CODE]: 200,
      'faultline.request_id': expect.stringMatching(/^req_/),
      'faultline.origin': 'upstream',
    })
    expect(span.status.code).toBe(SpanStatusCode.ERROR)
    expect(span.events.map(({ name, attributes }) => [name, attributes?.[ATTR_EXCEPTION_TYPE]])).toEqual([
      [EVENT_EXCEPTION, 'StreamError'],
    ])
    expect(counted).toEqual([
      [
        {
          [ATTR_ERROR_TYPE]: 'stream_error',
          [ATTR_HTTP_REQUEST_METHOD]: 'POST',
          [ATTR_HTTP_RESPONSE_STATUS_CODE]: 200,
          'faultline.origin': 'upstream',
        },
        1,
      ],
    ])
    expect(logged).toMatchObject([
      {
        level: 50,
        code: 'stream_error',
        status: 502,
        sentStatus: 200,
        origin: 'upstream',
        requestId: expect.stringMatching(/^req_/),
        path: '/v1/chat/completions',
        msg: 'server error',
      },
    ])
    const [{ causes = [] } = {}] = logged as { causes?: object[] }[]
    expect(causes.length).toBeGreaterThan(1)
  })

  test('a disconnected client is counted and logged with level info, and is not an error on the span', async () => {
    const messages = [{ role: 'user', content: 'planted prompt' }]
    const abort = new AbortController()
    const chat = { model: 'slow-stream', stream: true, messages }
    const { body } = await send('/v1/chat/completions', chat, { signal: abort.signal })
    await body!.getReader().read()
    abort.abort()
    await vi.waitFor(() => expect(lines).toHaveLength(1))
    const { span, counted, logged } = await collect()
    expect([span.status.code, span.events]).toEqual([SpanStatusCode.UNSET, []])
    expect(counted).toEqual([
      [
        {
          [ATTR_ERROR_TYPE]: 'client_closed_request',
          [ATTR_HTTP_REQUEST_METHOD]: 'POST',
          [ATTR_HTTP_RESPONSE_STATUS_CODE]: 200,
        },
        1,
      ],
    ])
    expect(logged).toMatchObject([
      {
        level: 30,
        code: 'client_closed_request',
        status: 499,
        sentStatus: 200,
        requestId: expect.stringMatching(/^req_/),
      },
    ])
    // The instrumentation ends the span when the connection closes.
    expect(span.attributes).not.toHaveProperty(ATTR_ERROR_TYPE)
  })

  test('invalid HTTP is counted and logged, but has no span', async () => {
    const client = await RawClient.open(Number(new URL(app.url).port))
    expect(await client.send('GET /planted HTTP/9.9\r\nHost: a\r\n\r\n').response()).toMatchObject({
      status: 400,
    })
    client.close()
    // Only this second request has a span.
    await (await fetch(`${app.url}/health`)).text()
    const { span, counted, logged } = await collect()
    expect(span.attributes).not.toHaveProperty(ATTR_ERROR_TYPE)
    expect(counted.map(([attributes]) => attributes)).toMatchObject([
      { [ATTR_ERROR_TYPE]: 'invalid_request', [ATTR_HTTP_RESPONSE_STATUS_CODE]: 400 },
    ])
    expect(logged).toMatchObject([{ code: 'invalid_request', status: 400 }])
  })
})
