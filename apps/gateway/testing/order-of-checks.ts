import { describe, expect, test } from 'vitest'
import { send, createChatBody, expectError, type SendOptions } from './send.ts'

/** @param readsBodyFirst Whether the framework reads a body before it checks the key. */
export function describeOrderOfChecks(name: string, readsBodyFirst: boolean): void {
  describe(`${name}: order of checks`, () => {
    test.each<[string, string, SendOptions, string]>([
      ['percent-encoding before the key', '/v1/models/%zz', { key: null }, 'invalid_request'],
      ['percent-encoding before the path', '/nope/%zz', {}, 'invalid_request'],
      ['path before the key', '/v1/nope', { key: null }, 'endpoint_not_found'],
      ['method before the key', '/v1/models', { key: null, method: 'DELETE' }, 'method_not_allowed'],
      ['size before parsing', '/v1/chat/completions', { body: '{'.repeat(2_000_000) }, 'payload_too_large'],
      [
        'validation before the upstream',
        '/v1/chat/completions',
        { body: createChatBody({ model: 'server-error', temperature: 9 }) },
        'invalid_temperature',
      ],
    ])('%s', async (_, path, request, code) => {
      expectError(await send(path, request), code)
    })

    test.skipIf(readsBodyFirst).each<[string, string, SendOptions, string]>([
      [
        'key before the media type',
        '/v1/chat/completions',
        { key: null, method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' },
        'missing_api_key',
      ],
      [
        'permission before parsing',
        '/v1/chat/completions',
        { key: 'sk-readonly', body: '{' },
        'permission_denied',
      ],
      ['quota before parsing', '/v1/chat/completions', { key: 'sk-quota', body: '{' }, 'quota_exceeded'],
      ['credits before parsing', '/v1/chat/completions', { key: 'sk-broke', body: '{' }, 'out_of_credits'],
      [
        'media type before size',
        '/v1/chat/completions',
        { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x'.repeat(2_000_000) },
        'unsupported_media_type',
      ],
    ])('%s', async (_, path, request, code) => {
      expectError(await send(path, request), code)
    })

    test.runIf(readsBodyFirst)(
      'a request with a wrong key and an unparsable body gets the error of either',
      async () => {
        const request = { key: 'sk-readonly', body: '{' }
        const { status } = await send('/v1/chat/completions', request)
        expect([400, 403]).toContain(status)
      },
    )

    test('the response to an unsupported method lists the supported ones', async () => {
      const allow = async (path: string, method: string): Promise<string | null> =>
        (await send(path, { method })).headers.get('allow')
      expect(await allow('/v1/models', 'POST')).toBe('GET, HEAD')
      expect(await allow('/v1/chat/completions', 'GET')).toBe('POST')
      expect(await allow('/health', 'PUT')).toBe('GET, HEAD')
      expect(await allow('/compat/a15t/v1/files', 'PATCH')).toBe('POST')
      expectError(await send('/v1/models', { method: 'PUT' }), 'method_not_allowed')
    })

    test('HEAD gets the same response as GET without the body', async () => {
      for (const path of ['/v1/models', '/v1/models/gpt-9', '/nope', '/v1/throw/error']) {
        const [head, get] = await Promise.all([send(path, { method: 'HEAD' }), send(path)])
        expect(head.text).toBe('')
        expect([head.status, head.headers.get('content-type')]).toEqual([
          get.status,
          get.headers.get('content-type'),
        ])
        // RFC 9110, section 9.3.2: a header that needs the body may be left out, as Hono does.
        const length = head.headers.get('content-length')
        if (length !== null || head.status >= 400) expect(length).toBe(get.headers.get('content-length'))
      }
    })

    test('OPTIONS gets the response of the framework', async () => {
      expect([200, 204, 404, 405]).toContain(
        (await send('/v1/models', { method: 'OPTIONS', key: null })).status,
      )
    })

    test('each response has a new request id, on success and on failure', async () => {
      for (const path of ['/v1/models', '/v1/nope']) {
        for (const sent of ['mine-1', 'not mine']) {
          const { headers } = await send(path, { headers: { 'x-request-id': sent } })
          expect(headers.get('x-request-id')).toMatch(/^req_[a-z0-9]{24}$/)
        }
      }
    })
  })
}
