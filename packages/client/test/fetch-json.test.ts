import type { IncomingMessage, ServerResponse } from 'node:http'
import { reserveClosedPort, serve } from '@faultline/test-kit'
import { describe, expect, test, vi } from 'vitest'
import { ApiError, fetchJson, fetchWithRetry, UpstreamError } from '../src/index.ts'
import { serveBytes } from './serve-bytes.ts'

type TestResponse = [status: number, body?: unknown, headers?: Record<string, string>]

/** Starts a server that sends the responses in turn, then the last one again, and records the requests. */
async function serveResponses(...responses: TestResponse[]) {
  const requests: { method: string; body: string; type: string | undefined }[] = []
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk as string
    const [status, content, headers = {}] = responses[requests.length] ?? responses.at(-1)!
    requests.push({ method: request.method!, body, type: request.headers['content-type'] })
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(content === undefined ? '' : JSON.stringify(content))
  }
  return { url: await serve((request, response) => void respond(request, response)), requests }
}

const limited: TestResponse = [
  429,
  { error: { type: 'x', code: 'rate_limit_exceeded', message: 'm' } },
  { 'x-request-id': 'r' },
]
const fast = { baseDelay: 1 }

describe('fetchJson', () => {
  test('returns the JSON of a 2xx, and undefined for a 204', async () => {
    const { url } = await serveResponses([200, { a: 1 }], [204])
    expect(await fetchJson<{ a: number }>(url)).toEqual({ a: 1 })
    expect(await fetchJson(url)).toBeUndefined()
  })

  test('retries a rate limited request with the same body', async () => {
    const { url, requests } = await serveResponses(limited, limited, [200, { ok: true }])
    const body = JSON.stringify({ model: 'echo' })
    const headers = { 'content-type': 'application/json' }
    expect(await fetchJson(url, { method: 'POST', headers, body, ...fast })).toEqual({ ok: true })
    expect(requests).toEqual(
      Array.from({ length: 3 }, () => ({ method: 'POST', body, type: headers['content-type'] })),
    )
  })

  test('retries with a body that is a stream, and with a Request', async () => {
    const { url, requests } = await serveResponses(limited, [200, 1], limited, [200, 2])
    const stream = new Blob(['streamed']).stream()
    expect(await fetchJson(url, { method: 'POST', body: stream, duplex: 'half', ...fast })).toBe(1)
    expect(await fetchJson(new Request(url, { method: 'POST', body: 'request' }), fast)).toBe(2)
    expect(requests.map(({ body }) => body)).toEqual(['streamed', 'streamed', 'request', 'request'])
  })

  test('throws the error of the response, in any envelope', async () => {
    const { url, requests } = await serveResponses([
      404,
      { error: { type: 'not_found', code: 'unknown_model', message: 'm' } },
    ])
    await expect(fetchJson(url)).rejects.toMatchObject({ code: 'model_not_found', status: 404, message: 'm' })
    await expect(fetchJson(url, { envelope: 'openai' })).rejects.toMatchObject({ code: 'unknown_model' })
    expect(requests).toHaveLength(2)
  })

  test.each([
    ['GET', {}, 3],
    ['PUT', {}, 3],
    ['DELETE', {}, 3],
    ['POST', {}, 1],
    ['PATCH', {}, 1],
    ['POST', { headers: { 'Idempotency-Key': 'k' } }, 3],
    ['POST', { idempotent: true }, 3],
    ['GET', { idempotent: false }, 1],
  ])(
    'after a 502, which may follow the processing of the request, %s %j sends %i requests',
    async (method, options, count) => {
      const { url, requests } = await serveResponses([502])
      await expect(fetchJson(url, { method, ...options, ...fast })).rejects.toMatchObject({
        code: 'upstream_error',
      })
      expect(requests).toHaveLength(count)
    },
  )

  test('follows x-should-retry', async () => {
    const { url, requests } = await serveResponses([503, {}, { 'x-should-retry': 'false' }])
    await expect(fetchJson(url, fast)).rejects.toMatchObject({ retryable: false })
    expect(requests).toHaveLength(1)
    const retried = await serveResponses([500, {}, { 'x-should-retry': 'true' }], [200, 1])
    expect(await fetchJson(retried.url, { method: 'POST', ...fast })).toBe(1)
  })

  test('throws model_unavailable if no connection was made, and retries even a POST', async () => {
    const onRetry = vi.fn<() => void>()
    const error = await fetchJson(await reserveClosedPort(), { method: 'POST', onRetry, ...fast }).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ code: 'model_unavailable', retryable: true })
    expect((error as ApiError).cause).toBeInstanceOf(TypeError)
    expect(onRetry).toHaveBeenCalledTimes(2)
  })

  test('throws upstream_error if the connection was lost, and does not retry a POST', async () => {
    let requests = 0
    const url = await serveBytes((socket) => {
      requests += 1
      socket.resetAndDestroy()
    })
    const error = await fetchJson(url, { method: 'POST', ...fast }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UpstreamError)
    expect(error).toMatchObject({ code: 'upstream_error', message: 'The connection failed' })
    expect(requests).toBe(1)
    await expect(fetchJson(url, fast)).rejects.toMatchObject({ code: 'upstream_error' })
    expect(requests).toBe(4)
  })

  test('recognizes the network errors of other runtimes by their codes', async () => {
    const failing = (cause: unknown) =>
      fetchJson('http://a.test', { maxAttempts: 1, fetch: () => Promise.reject(cause) })
    const withCode = (code: string): Error => Object.assign(new Error('x'), { code })
    for (const [cause, code] of [
      [withCode('ConnectionRefused'), 'model_unavailable'],
      [new TypeError('x', { cause: withCode('ENOTFOUND') }), 'model_unavailable'],
      [new TypeError('fetch failed', { cause: withCode('UND_ERR_CONNECT_TIMEOUT') }), 'model_unavailable'],
      [
        new TypeError('x', { cause: new AggregateError([{ code: 'ETIMEDOUT', syscall: 'connect' }]) }),
        'model_unavailable',
      ],
      [new TypeError('x', { cause: withCode('UND_ERR_HEADERS_TIMEOUT') }), 'gateway_timeout'],
      [new TypeError('Failed to fetch'), 'upstream_error'],
      ['text', 'upstream_error'],
      [undefined, 'upstream_error'],
    ] as const) {
      await expect(failing(cause)).rejects.toMatchObject({ code, cause })
    }
  })

  test('accepts circular causes', async () => {
    const error = new Error('x')
    error.cause = error
    await expect(
      fetchJson('http://a.test', { maxAttempts: 1, fetch: () => Promise.reject(error) }),
    ).rejects.toMatchObject({
      code: 'upstream_error',
    })
  })

  test('rejects with the reason of the caller’s abort', async () => {
    const reason = new Error('enough')
    const controller = new AbortController()
    const url = await serve(() => controller.abort(reason))
    await expect(fetchJson(url, { signal: controller.signal })).rejects.toBe(reason)
    await expect(fetchJson(new Request(url, { signal: AbortSignal.abort(reason) }))).rejects.toBe(reason)
    await expect(fetchJson(url, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
    const rateLimited = await serveResponses([429, {}, { 'retry-after': '30' }])
    const waiting = fetchJson(rateLimited.url, { signal: AbortSignal.timeout(50) })
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  test('rejects with the reason of an abort while the response arrives', async () => {
    const url = await serve((_, response) => response.write('{"a":'))
    const controller = new AbortController()
    const { signal } = controller
    const abortAfterHead = async (request: Request): Promise<Response> => {
      const response = await fetch(request, { signal })
      controller.abort()
      return response
    }
    const result = fetchJson(url, { signal, fetch: abortAfterHead })
    await expect(result).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('rejects with the abort reason of a custom fetch', async () => {
    for (const write of [() => {}, (response: ServerResponse) => void response.write('{"a":')]) {
      const url = await serve((_, response) => write(response))
      const customFetch = (request: Request) => fetch(request, { signal: AbortSignal.timeout(30) })
      await expect(fetchJson(url, { fetch: customFetch })).rejects.toMatchObject({ name: 'TimeoutError' })
    }
  })

  test('throws a TypeError for invalid arguments, and sends nothing', async () => {
    const fetch = vi.fn<() => Promise<Response>>()
    await expect(fetchJson('no url', { fetch })).rejects.toBeInstanceOf(TypeError)
    await expect(fetchJson('http://a.test', { method: 'GET', body: 'x', fetch })).rejects.toBeInstanceOf(
      TypeError,
    )
    expect(fetch).not.toHaveBeenCalled()
  })

  test('throws upstream_error for a redirect that is not followed', async () => {
    const { url, requests } = await serveResponses([302, undefined, { location: '/' }])
    const error = await fetchJson(url, { redirect: 'manual' }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'upstream_error',
      retryable: false,
      message: 'Unexpected response status 302',
    })
    expect(requests).toHaveLength(1)
  })

  test('sets the request id of the response on every error', async () => {
    const { url } = await serveResponses([200, undefined, { 'x-request-id': 'r' }])
    await expect(fetchJson(url)).rejects.toMatchObject({ code: 'upstream_error', requestId: 'r' })
    const failed = await serveResponses(limited)
    await expect(fetchJson(failed.url, fast)).rejects.toMatchObject({ requestId: 'r' })
  })
})

describe('fetchWithRetry', () => {
  test('returns the response after retries, without reading its body', async () => {
    const { url } = await serveResponses(limited, [200, { a: 1 }])
    const response = await fetchWithRetry(url, fast)
    expect([response.bodyUsed, await response.json()]).toEqual([false, { a: 1 }])
  })

  test('lets the signal abort the body, but not the timeouts', async () => {
    const url = await serve((_, response) => {
      response.write('a')
      setTimeout(() => response.write('b'), 150)
    })
    const controller = new AbortController()
    const response = await fetchWithRetry(url, {
      signal: controller.signal,
      attemptTimeout: 100,
      totalTimeout: 100,
    })
    const reader = response.body!.getReader()
    const read = async (): Promise<string> => new TextDecoder().decode((await reader.read()).value)
    expect([await read(), await read()]).toEqual(['a', 'b'])
    controller.abort(new Error('enough'))
    await expect(reader.read()).rejects.toThrow('enough')
  })
})
