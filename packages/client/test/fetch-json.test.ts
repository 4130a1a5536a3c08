import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, test, vi } from 'vitest'
import { ApiError, fetchJson, fetchWithRetry, UpstreamError } from '../src/index.ts'
import { serve, serveBytes } from './serve.ts'

type Answer = [status: number, body?: unknown, headers?: Record<string, string>]

/** Answers requests in turn, the last answer again and again, and keeps what they were. */
async function answering(...answers: Answer[]) {
  const requests: { method: string; body: string; type: string | undefined }[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk as string
    const [status, content, headers = {}] = answers[requests.length] ?? answers.at(-1)!
    requests.push({ method: request.method!, body, type: request.headers['content-type'] })
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(content === undefined ? '' : JSON.stringify(content))
  }
  return { url: await serve((request, response) => void answer(request, response)), requests }
}

const limited: Answer = [
  429,
  { error: { type: 'x', code: 'rate_limit_exceeded', message: 'm' } },
  { 'x-request-id': 'r' },
]
const fast = { baseDelay: 1 }

/** An address that nobody listens at. */
async function nowhere(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}

describe('fetchJson', () => {
  test('gives the JSON of a 2xx, and nothing of a 204', async () => {
    const { url } = await answering([200, { a: 1 }], [204])
    expect(await fetchJson<{ a: number }>(url)).toEqual({ a: 1 })
    expect(await fetchJson(url)).toBeUndefined()
  })

  test('tries again what was refused, and sends the same body again', async () => {
    const { url, requests } = await answering(limited, limited, [200, { ok: true }])
    const body = JSON.stringify({ model: 'echo' })
    const headers = { 'content-type': 'application/json' }
    expect(await fetchJson(url, { method: 'POST', headers, body, ...fast })).toEqual({ ok: true })
    expect(requests).toEqual(
      Array.from({ length: 3 }, () => ({ method: 'POST', body, type: headers['content-type'] })),
    )
  })

  test('sends a body that is a stream again, too, and a Request', async () => {
    const { url, requests } = await answering(limited, [200, 1], limited, [200, 2])
    const stream = new Blob(['streamed']).stream()
    expect(await fetchJson(url, { method: 'POST', body: stream, duplex: 'half', ...fast })).toBe(1)
    expect(await fetchJson(new Request(url, { method: 'POST', body: 'request' }), fast)).toBe(2)
    expect(requests.map(({ body }) => body)).toEqual(['streamed', 'streamed', 'request', 'request'])
  })

  test('throws the error that the server answered, in any envelope', async () => {
    const { url, requests } = await answering([
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
    '%s %j after a 502, which may come after the work was done: %i requests',
    async (method, options, count) => {
      const { url, requests } = await answering([502])
      await expect(fetchJson(url, { method, ...options, ...fast })).rejects.toMatchObject({
        code: 'upstream_error',
      })
      expect(requests).toHaveLength(count)
    },
  )

  test('obeys x-should-retry', async () => {
    const { url, requests } = await answering([503, {}, { 'x-should-retry': 'false' }])
    await expect(fetchJson(url, fast)).rejects.toMatchObject({ retryable: false })
    expect(requests).toHaveLength(1)
    const again = await answering([500, {}, { 'x-should-retry': 'true' }], [200, 1])
    expect(await fetchJson(again.url, { method: 'POST', ...fast })).toBe(1)
  })

  test('has model_unavailable for a connection that was never made, and tries even a POST again', async () => {
    const onRetry = vi.fn<() => void>()
    const error = await fetchJson(await nowhere(), { method: 'POST', onRetry, ...fast }).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ code: 'model_unavailable', retryable: true })
    expect((error as ApiError).cause).toBeInstanceOf(TypeError)
    expect(onRetry).toHaveBeenCalledTimes(2)
  })

  test('has upstream_error for a connection that was lost, and does not send a POST again', async () => {
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

  test('knows the errors of other runtimes by their codes', async () => {
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

  test('follows no circle of causes', async () => {
    const circle = new Error('x')
    circle.cause = circle
    await expect(
      fetchJson('http://a.test', { maxAttempts: 1, fetch: () => Promise.reject(circle) }),
    ).rejects.toMatchObject({
      code: 'upstream_error',
    })
  })

  test('leaves a caller’s abort the caller’s abort', async () => {
    const url = await serve(() => {})
    const reason = new Error('enough')
    const controller = new AbortController()
    setTimeout(() => controller.abort(reason), 20)
    await expect(fetchJson(url, { signal: controller.signal })).rejects.toBe(reason)
    await expect(fetchJson(new Request(url, { signal: AbortSignal.abort(reason) }))).rejects.toBe(reason)
    await expect(fetchJson(url, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
    const limitedFor = await answering([429, {}, { 'retry-after': '30' }])
    const waiting = fetchJson(limitedFor.url, { signal: AbortSignal.timeout(50) })
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  test('leaves an abort while the answer comes the caller’s abort', async () => {
    const url = await serve((_, response) => response.write('{"a":'))
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 30)
    await expect(fetchJson(url, { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('leaves an abort by a fetch of the caller’s own what it is', async () => {
    for (const write of [() => {}, (response: ServerResponse) => void response.write('{"a":')]) {
      const url = await serve((_, response) => write(response))
      const own = (request: Request) => fetch(request, { signal: AbortSignal.timeout(30) })
      await expect(fetchJson(url, { fetch: own })).rejects.toMatchObject({ name: 'TimeoutError' })
    }
  })

  test('throws a TypeError for what no request can be made of, and sends nothing', async () => {
    const fetch = vi.fn<() => Promise<Response>>()
    await expect(fetchJson('no url', { fetch })).rejects.toBeInstanceOf(TypeError)
    await expect(fetchJson('http://a.test', { method: 'GET', body: 'x', fetch })).rejects.toBeInstanceOf(
      TypeError,
    )
    expect(fetch).not.toHaveBeenCalled()
  })

  test('takes a redirect that is not to be followed for no answer', async () => {
    const { url, requests } = await answering([302, undefined, { location: '/' }])
    const error = await fetchJson(url, { redirect: 'manual' }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'upstream_error',
      retryable: false,
      message: 'The answer has the status 302',
    })
    expect(requests).toHaveLength(1)
  })

  test('has the request’s id in every error that an answer had one for', async () => {
    const { url } = await answering([200, undefined, { 'x-request-id': 'r' }])
    await expect(fetchJson(url)).rejects.toMatchObject({ code: 'upstream_error', requestId: 'r' })
    const failed = await answering(limited)
    await expect(fetchJson(failed.url, fast)).rejects.toMatchObject({ requestId: 'r' })
  })
})

describe('fetchWithRetry', () => {
  test('gives the answer unread, after as many attempts as it takes', async () => {
    const { url } = await answering(limited, [200, { a: 1 }])
    const response = await fetchWithRetry(url, fast)
    expect([response.bodyUsed, await response.json()]).toEqual([false, { a: 1 }])
  })

  test('goes on to end the answer by the signal, but not by the time of an attempt', async () => {
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
