import { describe, expect, test } from 'vitest'
import { send, sendChat, expectError } from './send.ts'

export function describeKeys(name: string): void {
  describe(`${name}: keys`, () => {
    test.each([
      [null, 'missing_api_key'],
      ['sk-expired', 'expired_api_key'],
      ['sk-revoked', 'revoked_api_key'],
      ['sk-suspended', 'account_suspended'],
      ['sk-nope', 'invalid_api_key'],
    ])('%s is %s', async (key, code) => {
      const response = await send('/v1/models', { key })
      expectError(response, code)
      expect(response.headers.get('www-authenticate')).toBe(response.status === 401 ? 'Bearer' : null)
    })

    test.each(['Basic abc', 'Bearer', 'Bearer a b', 'sk-demo', ''])(
      'Authorization: %j is an invalid key',
      async (authorization) => {
        expectError(await send('/v1/models', { key: null, headers: { authorization } }), 'invalid_api_key')
      },
    )

    test('X-API-Key may contain the key', async () => {
      expect((await send('/v1/models', { key: null, headers: { 'x-api-key': 'sk-demo' } })).status).toBe(200)
      expectError(
        await send('/v1/models', { key: null, headers: { 'x-api-key': 'sk-expired' } }),
        'expired_api_key',
      )
    })

    test('sk-readonly may only list models', async () => {
      expect((await send('/v1/models', { key: 'sk-readonly' })).status).toBe(200)
      expectError(await sendChat({}, { key: 'sk-readonly' }), 'permission_denied')
      expectError(await send('/v1/errors/conflict', { key: 'sk-readonly' }), 'permission_denied')
    })

    test('sk-quota has no quota for POST requests', async () => {
      expect((await send('/v1/models', { key: 'sk-quota' })).status).toBe(200)
      expectError(await sendChat({}, { key: 'sk-quota' }), 'quota_exceeded')
      expectError(await send('/v1/resources/x', { method: 'POST', key: 'sk-quota' }), 'quota_exceeded')
    })

    test('sk-broke cannot pay for a chat', async () => {
      expect((await send('/v1/models', { key: 'sk-broke' })).status).toBe(200)
      const response = await sendChat({}, { key: 'sk-broke' })
      expectError(response, 'out_of_credits')
      expect(response.status).toBe(402)
      expect(response.json['error']).toMatchObject({ message: "The balance of 'project-broke' is used up" })
    })

    test('sk-limited allows two requests per minute and then reports the remaining seconds', async () => {
      const responses = [
        await send('/v1/models', { key: 'sk-limited' }),
        await send('/v1/models', { key: 'sk-limited' }),
      ]
      expect(responses.map(({ status }) => status)).toEqual([200, 200])
      expect(responses.map(({ headers }) => headers.get('x-ratelimit-remaining-requests'))).toEqual([
        '1',
        '0',
      ])
      const rejected = await send('/v1/models', { key: 'sk-limited' })
      expectError(rejected, 'rate_limit_exceeded')
      const seconds = Number(rejected.headers.get('retry-after'))
      expect(seconds).toBeGreaterThan(50)
      expect(seconds).toBeLessThanOrEqual(60)
      expect(rejected.headers.get('x-ratelimit-remaining-requests')).toBe('0')
    })

    test('sk-single allows one concurrent request', async () => {
      const abort = new AbortController()
      const first = sendChat({ model: 'timeout' }, { key: 'sk-single', signal: abort.signal }).catch(
        () => 'aborted',
      )
      await expect.poll(async () => (await send('/v1/models', { key: 'sk-single' })).status).toBe(429)
      expectError(await send('/v1/models', { key: 'sk-single' }), 'concurrent_limit_exceeded')
      abort.abort()
      expect(await first).toBe('aborted')
      await expect.poll(async () => (await send('/v1/models', { key: 'sk-single' })).status).toBe(200)
      expect((await send('/v1/models', { key: 'sk-single' })).status).toBe(200)
    })
  })
}
