import { isApiError, type ApiError } from '@faultline/core'
import { afterAll, describe, expect, test } from 'vitest'
import { fromUpstream, fromUpstreamResponse, upstreamRecognizer, type UpstreamOptions } from '../src/index.ts'
import { catchError, clients, KEY, PROMPT, type Client } from './corpus/clients.ts'
import type { Expected } from './corpus/rows.ts'
import {
  destroyConnection,
  truncateBody,
  sendMalformedJson,
  neverRespond,
  startFailingServer,
} from './corpus/server.ts'
import { responseRows, streamRows } from './corpus/wire.ts'

const server = await startFailingServer()
afterAll(() => server.close())

const urlFor = (name: string): string => (name.startsWith('@aws') ? server.http2Url : server.url)

async function toError(thrown: unknown, options: UpstreamOptions): Promise<ApiError> {
  const error =
    thrown instanceof Response
      ? await fromUpstreamResponse(thrown.clone(), options)
      : fromUpstream(thrown, options)
  expect(error.cause === undefined, 'the cause is set').toBe(false)
  return error
}

function summarize(error: ApiError): Expected {
  const { requestId } = (error.details ?? {}) as { requestId?: string }
  return {
    code: error.code,
    retryable: error.retryable,
    ...(error.retryAfter === undefined ? {} : { retryAfter: error.retryAfter as number }),
    ...(requestId === undefined ? {} : { requestId }),
  }
}

/** Returns the error of the recognizer. It cannot read the body of a Response. */
function recognize(thrown: unknown): ApiError | undefined {
  const request = { method: 'POST', url: '/', header: () => undefined, raw: undefined }
  return upstreamRecognizer({ origin: 'acme' })(thrown, request)
}

/** The node-fetch of openai 4 waits forever for the rest of a truncated body. */
const WITHOUT_TRUNCATION = new Set<string>(['openai 4'])

/** cohere-ai returns malformed JSON as a value. */
const WITHOUT_JSON_ERROR = new Set<string>(['cohere-ai'])

/** V8's SyntaxError for malformed JSON cannot be distinguished from a bug in a route. */
const WITHOUT_SIGNATURE = new Set(['SyntaxError'])

describe.each(Object.entries(clients) as [keyof typeof clients, Client][])('%s', (name, client) => {
  const rows = responseRows.filter(({ via }) => via.includes(name))
  test.skipIf(rows.length === 0).each(rows)(
    'reports $name',
    async ({ behavior, service, caller = service }) => {
      server.setBehavior(behavior)
      const thrown = await catchError(client.ask(urlFor(name)))
      // These SDKs do not keep the request id.
      const losesRequestId = name === 'groq-sdk' || name === '@google/genai'
      for (const [credentials, expected] of [
        ['service', service],
        ['caller', caller],
      ] as const) {
        const error = await toError(thrown, { origin: 'acme', credentials })
        const { requestId, ...rest } = expected
        expect(summarize(error)).toEqual(losesRequestId && requestId !== undefined ? rest : expected)
        expect(error.origin).toBe('acme')
        expect(JSON.stringify([error, error.headers])).not.toContain(PROMPT)
        expect(JSON.stringify([error, error.headers])).not.toContain(KEY)
      }
      if (!(thrown instanceof Response)) {
        expect(recognize(thrown)).toMatchObject({ code: service.code, origin: 'acme' })
      }
    },
  )

  const streamFailures = streamRows.filter(({ via }) => via.includes(name))
  test.skipIf(streamFailures.length === 0).each(streamFailures)(
    'reports $name within a stream',
    async ({ behavior, service, caller = service }) => {
      server.setBehavior(behavior)
      const thrown = await catchError(client.stream!(urlFor(name)))
      for (const [credentials, { code, retryable }] of [
        ['service', service],
        ['caller', caller],
      ] as const) {
        expect(fromUpstream(thrown, { credentials })).toMatchObject({ code, retryable })
      }
      expect(recognize(thrown)).toMatchObject({ code: service.code })
    },
  )

  test('reports a refused connection', async () => {
    const thrown = await catchError(client.ask(server.closedUrl))
    const error = fromUpstream(thrown, { origin: 'acme' })
    expect(error).toMatchObject({ code: 'model_unavailable', status: 503, retryable: true, origin: 'acme' })
    expect(recognize(thrown)).toMatchObject({ code: 'model_unavailable' })
    expect(JSON.stringify(error)).not.toContain('127.0.0.1')
  })

  test('reports an unknown host name', async () => {
    const thrown = await catchError(client.ask('http://nobody.invalid'))
    expect(['upstream_error', 'model_unavailable']).toContain(fromUpstream(thrown).code)
  })

  test('reports a connection that closes before the response', async () => {
    server.setBehavior(destroyConnection)
    const thrown = await catchError(client.ask(urlFor(name)))
    expect(fromUpstream(thrown)).toMatchObject({ code: 'upstream_error', retryable: true })
    expect(recognize(thrown)).toMatchObject({ code: 'upstream_error' })
  })

  test.skipIf(WITHOUT_TRUNCATION.has(name))('reports a truncated body', async () => {
    server.setBehavior(truncateBody)
    const thrown = await catchError(client.ask(urlFor(name)))
    // undici reports the same error before and within a body; Bedrock's client parses the truncated body.
    const exceptions = {
      undici: 'upstream_error',
      '@aws-sdk/client-bedrock-runtime': 'failed_request',
    } as const
    const code = (exceptions as Partial<Record<string, string>>)[name] ?? 'stream_terminated'
    expect(fromUpstream(thrown)).toMatchObject({ code, retryable: code !== 'failed_request' })
    expect(recognize(thrown)).toMatchObject({ code })
  })

  test('reports a timeout', async () => {
    server.setBehavior(neverRespond)
    const thrown = await catchError(client.ask(urlFor(name), { timeoutMs: 150 }))
    expect(fromUpstream(thrown)).toMatchObject({
      code: 'model_timeout',
      status: 504,
      retryable: true,
      details: { abortedBy: 'deadline' },
    })
    expect(recognize(thrown)).toMatchObject({ code: 'model_timeout' })
  })

  test('reports a caller that disconnects', async () => {
    server.setBehavior(neverRespond)
    const caller = new AbortController()
    setTimeout(() => caller.abort(), 20)
    const thrown = await catchError(client.ask(urlFor(name), { signal: caller.signal }))
    expect(fromUpstream(thrown, { signal: caller.signal })).toMatchObject({
      code: 'client_closed_request',
      details: { abortedBy: 'caller' },
    })
    // Without the caller's signal, the abort is a timeout of this service.
    expect(fromUpstream(thrown, { signal: new AbortController().signal })).toMatchObject({
      code: 'model_timeout',
      details: { abortedBy: 'deadline' },
    })
  })

  test.skipIf(WITHOUT_JSON_ERROR.has(name))('reports malformed JSON', async () => {
    server.setBehavior(sendMalformedJson)
    const thrown = await catchError(client.ask(urlFor(name)))
    expect(fromUpstream(thrown)).toMatchObject({ code: 'failed_request', retryable: false })
    if (!WITHOUT_SIGNATURE.has((thrown as Error).name))
      expect(recognize(thrown)).toMatchObject({ code: 'failed_request' })
  })
})

test('fromUpstreamResponse reads an error from the body of a 200', async () => {
  for (const [body, code] of [
    [{ error: { code: 429, message: 'x' } }, 'rate_limit_exceeded'],
    [{ error: { code: 'server_is_overloaded', message: 'x' } }, 'model_overloaded'],
    [{ choices: [] }, 'failed_request'],
    ['{"half', 'failed_request'],
  ] as const) {
    const response = new Response(typeof body === 'string' ? body : JSON.stringify(body))
    const error = await fromUpstreamResponse(response, { origin: 'openrouter' })
    expect(isApiError(error) && error.code).toBe(code)
  }
})
