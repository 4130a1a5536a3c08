import { describe, expect, test, vi } from 'vitest'
import { createResponder, ModelOverloaded, RateLimitExceeded, type ApiError } from '../src/index.ts'
import { createErrorResponse, guardResponse } from '../src/web.ts'

const responder = createResponder<Request>({ envelope: 'a15t', onError: () => {} })

describe('createErrorResponse', () => {
  test('returns the error response', async () => {
    const response = createErrorResponse(
      responder,
      new RateLimitExceeded({ retryAfter: 3 }),
      new Request('http://x/y'),
    )
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('3')
    expect(await response.json()).toEqual({
      error: { type: 'rate_limit_exceeded', code: 'rate_limit_exceeded', message: 'Rate limit exceeded' },
    })
  })

  test('passes the path and the query of the URL to hooks and envelope functions', () => {
    const seen: string[] = []
    const recording = createResponder<Request>({
      envelope: ({ url }) => {
        seen.push(url)
        return 'a15t'
      },
      onError: (_error, _thrown, { method, url, raw }) => void seen.push(method, url, raw.url),
    })
    createErrorResponse(recording, new Error('x'), new Request('http://x/v1/y?z=1'))
    expect(seen).toEqual(['/v1/y?z=1', 'GET', '/v1/y?z=1', 'http://x/v1/y?z=1'])
  })

  test('returns no body for HEAD, and the same headers', async () => {
    const response = createErrorResponse(
      responder,
      new Error('x'),
      new Request('http://x/y', { method: 'HEAD' }),
    )
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0)
    expect(await response.text()).toBe('')
  })

  test('keeps the headers of the handler, except those that describe its body', () => {
    const sent = new Headers({
      'access-control-allow-origin': '*',
      vary: 'origin',
      'x-request-id': 'mine',
      etag: '"1"',
      'cache-control': 'public',
      'content-encoding': 'gzip',
      'content-security-policy': "default-src 'none'",
    })
    sent.append('set-cookie', 'a=1')
    sent.append('set-cookie', 'b=2')
    const { headers } = createErrorResponse(responder, new Error('x'), new Request('http://x/y'), sent)
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(headers.get('vary')).toBe('origin')
    expect(headers.get('x-request-id')).toBe('mine')
    expect(headers.get('content-security-policy')).toBe("default-src 'none'")
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(headers.get('etag')).toBeNull()
    expect(headers.get('content-encoding')).toBeNull()
    expect(headers.get('cache-control')).toBe('no-store')
  })
})

describe('guardResponse', () => {
  async function* chunks(count: number, thrown?: unknown): AsyncGenerator<Uint8Array> {
    for (let sent = 0; sent < count; sent++) yield new TextEncoder().encode(`data: ${sent}\n\n`)
    if (thrown !== undefined) throw thrown
  }

  const guard = async (
    body: ReadableStream | null,
    type = 'application/json',
    abort?: (reason: Error) => void,
    request = new Request('http://x/y'),
  ): Promise<{ response: Response; reported: ApiError[] }> => {
    const reported: ApiError[] = []
    const guarding = createResponder<Request>({
      envelope: 'a15t',
      onError: (error) => void reported.push(error),
    })
    const original = new Response(body, { status: 201, headers: { 'content-type': type, vary: 'origin' } })
    return {
      response: await guardResponse(guarding, original, request, abort && { destroy: abort }),
      reported,
    }
  }

  test('passes a body that does not fail', async () => {
    const { response, reported } = await guard(ReadableStream.from(chunks(3)))
    expect([response.status, response.headers.get('vary'), await response.text()]).toEqual([
      201,
      'origin',
      'data: 0\n\ndata: 1\n\ndata: 2\n\n',
    ])
    expect((await guard(null)).response.body).toBeNull()
    expect(reported).toEqual([])
  })

  test.each(['application/json', 'text/event-stream'])(
    'returns an error response if the first chunk of %s fails',
    async (type) => {
      const { response, reported } = await guard(ReadableStream.from(chunks(0, new ModelOverloaded())), type)
      expect([response.status, response.headers.get('vary')]).toEqual([503, 'origin'])
      expect(reported).toHaveLength(1)
    },
  )

  test('ends an event stream that fails with an error event', async () => {
    const { response, reported } = await guard(
      ReadableStream.from(chunks(2, new Error('secret'))),
      'text/event-stream; charset=utf-8',
    )
    const text = await response.text()
    expect(text).toMatch(/^data: 0\n\ndata: 1\n\nevent: error\ndata: .*internal/)
    expect(text).not.toContain('secret')
    expect(reported).toHaveLength(1)
  })

  test('truncates any other body without the message of the failure, or closes the connection', async () => {
    const failing = await guard(ReadableStream.from(chunks(2, new Error('secret'))))
    await expect(failing.response.text()).rejects.toThrow('The response was aborted')
    expect(failing.reported).toHaveLength(1)

    const abort = vi.fn<(reason: Error) => void>()
    const { response, reported } = await guard(
      ReadableStream.from(chunks(1, new Error('secret'))),
      'a/b',
      abort,
    )
    const reader = response.body!.getReader()
    await reader.read()
    const rest = reader.read()
    await vi.waitFor(() => expect(abort).toHaveBeenCalledOnce())
    expect(abort.mock.calls[0]![0].message).toBe('The response was aborted')
    await reader.cancel().catch(() => {})
    expect((await rest).done).toBe(true)
    expect(reported).toHaveLength(1)
  })

  test('cancels the body when the client disconnects, and reports client_closed_request', async () => {
    const cancel = vi.fn<() => void>()
    const early = new AbortController()
    const pending = guard(
      new ReadableStream({ cancel }),
      undefined,
      undefined,
      new Request('http://x', early),
    )
    early.abort()
    expect(await (await pending).response.text()).toBe('')
    expect(cancel).toHaveBeenCalledOnce()
    await guard(new ReadableStream({ cancel }), undefined, undefined, new Request('http://x', early))
    expect(cancel).toHaveBeenCalledTimes(2)

    const late = new AbortController()
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(1))
        late.signal.addEventListener('abort', () => controller.error(new Error('aborted')))
      },
    })
    const { response, reported } = await guard(body, undefined, undefined, new Request('http://x', late))
    late.abort()
    await response.text().catch(() => {})
    expect(reported.map(({ code }) => code)).toEqual(['client_closed_request'])
  })
})
