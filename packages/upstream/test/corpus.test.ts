import { isApiError, type ApiError } from '@faultline/core'
import { afterAll, describe, expect, test } from 'vitest'
import { fromUpstream, fromUpstreamResponse, upstreamRecognizer, type UpstreamOptions } from '../src/index.ts'
import { clients, KEY, PROMPT, thrownBy, type Client } from './corpus/clients.ts'
import type { Expected } from './corpus/rows.ts'
import { breaks, breaksWithin, garbles, hangs, startMisbehaving } from './corpus/server.ts'
import { answered, streamed } from './corpus/wire.ts'

const server = await startMisbehaving()
afterAll(() => server.close())

const urlFor = (name: string): string => (name.startsWith('@aws') ? server.http2Url : server.url)

async function errorOf(thrown: unknown, options: UpstreamOptions): Promise<ApiError> {
  const error =
    thrown instanceof Response
      ? await fromUpstreamResponse(thrown.clone(), options)
      : fromUpstream(thrown, options)
  expect(error.cause === undefined, 'has its cause').toBe(false)
  return error
}

function factsOf(error: ApiError): Expected {
  const { requestId } = (error.details ?? {}) as { requestId?: string }
  return {
    code: error.code,
    retryable: error.retryable,
    ...(error.retryAfter === undefined ? {} : { retryAfter: error.retryAfter as number }),
    ...(requestId === undefined ? {} : { requestId }),
  }
}

/** What the recognizer says of it, which can't read a Response. */
function recognized(thrown: unknown): ApiError | undefined {
  const request = { method: 'POST', url: '/', header: () => undefined, raw: undefined }
  return upstreamRecognizer({ origin: 'acme' })(thrown, request)
}

/** openai 4's node-fetch never ends. */
const CUT_UNSEEN = new Set<string>(['openai 4'])

/** cohere-ai gives such an answer as a value. */
const BROKEN_JSON_UNSEEN = new Set<string>(['cohere-ai'])

/** What is thrown where JSON is broken is V8's own SyntaxError: nothing tells it from a bug of the route's. */
const UNSIGNED = new Set(['SyntaxError'])

describe.each(Object.entries(clients) as [keyof typeof clients, Client][])('%s', (name, client) => {
  const rows = answered.filter(({ via }) => via.includes(name))
  test.skipIf(rows.length === 0).each(rows)('$is', async ({ behaviour, service, caller = service }) => {
    server.behave(behaviour)
    const thrown = await thrownBy(client.ask(urlFor(name)))
    // What the SDK does not keep of an answer can't be told.
    const lost = name === 'groq-sdk' || name === '@google/genai'
    for (const [credentials, expected] of [
      ['service', service],
      ['caller', caller],
    ] as const) {
      const error = await errorOf(thrown, { origin: 'acme', credentials })
      const { requestId, ...rest } = expected
      expect(factsOf(error)).toEqual(lost && requestId !== undefined ? rest : expected)
      expect(error.origin).toBe('acme')
      expect(JSON.stringify([error, error.headers])).not.toContain(PROMPT)
      expect(JSON.stringify([error, error.headers])).not.toContain(KEY)
    }
    if (!(thrown instanceof Response)) {
      expect(recognized(thrown)).toMatchObject({ code: service.code, origin: 'acme' })
    }
  })

  const inStream = streamed.filter(({ via }) => via.includes(name))
  test.skipIf(inStream.length === 0).each(inStream)(
    'in the middle of a stream: $is',
    async ({ behaviour, service, caller = service }) => {
      server.behave(behaviour)
      const thrown = await thrownBy(client.stream!(urlFor(name)))
      for (const [credentials, { code, retryable }] of [
        ['service', service],
        ['caller', caller],
      ] as const) {
        expect(fromUpstream(thrown, { credentials })).toMatchObject({ code, retryable })
      }
      expect(recognized(thrown)).toMatchObject({ code: service.code })
    },
  )

  test('a server that nobody is at', async () => {
    const thrown = await thrownBy(client.ask(server.nobodyUrl))
    const error = fromUpstream(thrown, { origin: 'acme' })
    expect(error).toMatchObject({ code: 'model_unavailable', status: 503, retryable: true, origin: 'acme' })
    expect(recognized(thrown)).toMatchObject({ code: 'model_unavailable' })
    expect(JSON.stringify(error)).not.toContain('127.0.0.1')
  })

  test('a name that nobody has', async () => {
    const thrown = await thrownBy(client.ask('http://nobody.invalid'))
    expect(['upstream_error', 'model_unavailable']).toContain(fromUpstream(thrown).code)
  })

  test('a connection that breaks before the answer', async () => {
    server.behave(breaks)
    const thrown = await thrownBy(client.ask(urlFor(name)))
    expect(fromUpstream(thrown)).toMatchObject({ code: 'upstream_error', retryable: true })
    expect(recognized(thrown)).toMatchObject({ code: 'upstream_error' })
  })

  test.skipIf(CUT_UNSEEN.has(name))('a body that is cut', async () => {
    server.behave(breaksWithin)
    const thrown = await thrownBy(client.ask(urlFor(name)))
    // undici's own body says the same of a socket, whenever it breaks; Bedrock's client parses half a body.
    const odd = { undici: 'upstream_error', '@aws-sdk/client-bedrock-runtime': 'failed_request' } as const
    const code = (odd as Partial<Record<string, string>>)[name] ?? 'stream_terminated'
    expect(fromUpstream(thrown)).toMatchObject({ code, retryable: code !== 'failed_request' })
    expect(recognized(thrown)).toMatchObject({ code })
  })

  test('an answer that does not come in time', async () => {
    server.behave(hangs)
    const thrown = await thrownBy(client.ask(urlFor(name), { patience: 150 }))
    expect(fromUpstream(thrown)).toMatchObject({
      code: 'model_timeout',
      status: 504,
      retryable: true,
      details: { abortedBy: 'deadline' },
    })
    expect(recognized(thrown)).toMatchObject({ code: 'model_timeout' })
  })

  test('a caller who leaves', async () => {
    server.behave(hangs)
    const caller = new AbortController()
    setTimeout(() => caller.abort(), 20)
    const thrown = await thrownBy(client.ask(urlFor(name), { signal: caller.signal }))
    expect(fromUpstream(thrown, { signal: caller.signal })).toMatchObject({
      code: 'client_closed_request',
      details: { abortedBy: 'caller' },
    })
    // The same abort, of a signal that is not the caller's.
    expect(fromUpstream(thrown, { signal: new AbortController().signal })).toMatchObject({
      code: 'model_timeout',
      details: { abortedBy: 'deadline' },
    })
  })

  test.skipIf(BROKEN_JSON_UNSEEN.has(name))('an answer that is no JSON', async () => {
    server.behave(garbles)
    const thrown = await thrownBy(client.ask(urlFor(name)))
    expect(fromUpstream(thrown)).toMatchObject({ code: 'failed_request', retryable: false })
    if (!UNSIGNED.has((thrown as Error).name))
      expect(recognized(thrown)).toMatchObject({ code: 'failed_request' })
  })
})

test('an error in a 200 is read from its body', async () => {
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
