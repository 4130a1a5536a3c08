import { describe, expect, test } from 'vitest'
import { createResponder, RateLimitExceeded } from '../src/index.ts'
import { errorResponse } from '../src/web.ts'

const responder = createResponder<Request>({ envelope: 'a15t', onError: () => {} })

describe('a fetch Response', () => {
  test('is the answer', async () => {
    const response = errorResponse(
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

  test('is made for a request that hooks and envelopes see as on any server', () => {
    const seen: string[] = []
    const hearing = createResponder<Request>({
      envelope: ({ url }) => {
        seen.push(url)
        return 'a15t'
      },
      onError: (_error, _thrown, { method, url, raw }) => void seen.push(method, url, raw.url),
    })
    errorResponse(hearing, new Error('x'), new Request('http://x/v1/y?z=1'))
    expect(seen).toEqual(['/v1/y?z=1', 'GET', '/v1/y?z=1', 'http://x/v1/y?z=1'])
  })

  test('has no body in answer to HEAD, and the same headers', async () => {
    const response = errorResponse(responder, new Error('x'), new Request('http://x/y', { method: 'HEAD' }))
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0)
    expect(await response.text()).toBe('')
  })

  test('keeps the headers of the exchange, and drops those of the abandoned body', () => {
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
    const { headers } = errorResponse(responder, new Error('x'), new Request('http://x/y'), sent)
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
