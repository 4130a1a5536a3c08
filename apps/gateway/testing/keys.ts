import { describe, expect, test } from 'vitest'
import { ask, chat, expectError } from './ask.ts'

export function describeKeys(name: string): void {
  describe(`${name}: keys`, () => {
    test.each([
      [null, 'missing_api_key'],
      ['sk-expired', 'expired_api_key'],
      ['sk-revoked', 'revoked_api_key'],
      ['sk-suspended', 'account_suspended'],
      ['sk-nope', 'invalid_api_key'],
    ])('%s is %s', async (key, code) => {
      const answer = await ask('/v1/models', { key })
      expectError(answer, code)
      expect(answer.headers.get('www-authenticate')).toBe(answer.status === 401 ? 'Bearer' : null)
    })

    test.each(['Basic abc', 'Bearer', 'Bearer a b', 'sk-demo', ''])(
      'Authorization: %j is no key',
      async (authorization) => {
        expectError(await ask('/v1/models', { key: null, headers: { authorization } }), 'invalid_api_key')
      },
    )

    test('X-API-Key brings one, too', async () => {
      expect((await ask('/v1/models', { key: null, headers: { 'x-api-key': 'sk-demo' } })).status).toBe(200)
      expectError(
        await ask('/v1/models', { key: null, headers: { 'x-api-key': 'sk-expired' } }),
        'expired_api_key',
      )
    })

    test('sk-readonly may list models, and nothing else', async () => {
      expect((await ask('/v1/models', { key: 'sk-readonly' })).status).toBe(200)
      expectError(await chat({}, { key: 'sk-readonly' }), 'permission_denied')
      expectError(await ask('/v1/errors/conflict', { key: 'sk-readonly' }), 'permission_denied')
    })

    test('sk-quota is spent on any POST', async () => {
      expect((await ask('/v1/models', { key: 'sk-quota' })).status).toBe(200)
      expectError(await chat({}, { key: 'sk-quota' }), 'quota_exceeded')
      expectError(await ask('/v1/resources/x', { method: 'POST', key: 'sk-quota' }), 'quota_exceeded')
    })

    test('sk-limited makes two requests a minute, and is told the seconds that are left', async () => {
      const answers = [
        await ask('/v1/models', { key: 'sk-limited' }),
        await ask('/v1/models', { key: 'sk-limited' }),
      ]
      expect(answers.map(({ status }) => status)).toEqual([200, 200])
      expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining-requests'))).toEqual(['1', '0'])
      const refused = await ask('/v1/models', { key: 'sk-limited' })
      expectError(refused, 'rate_limit_exceeded')
      const seconds = Number(refused.headers.get('retry-after'))
      expect(seconds).toBeGreaterThan(50)
      expect(seconds).toBeLessThanOrEqual(60)
      expect(refused.headers.get('x-ratelimit-remaining-requests')).toBe('0')
    })

    test('sk-single makes one request at a time, and another when that one has ended', async () => {
      const left = new AbortController()
      const first = chat({ model: 'timeout' }, { key: 'sk-single', signal: left.signal }).catch(() => 'left')
      await expect.poll(async () => (await ask('/v1/models', { key: 'sk-single' })).status).toBe(429)
      expectError(await ask('/v1/models', { key: 'sk-single' }), 'concurrent_limit_exceeded')
      left.abort()
      expect(await first).toBe('left')
      await expect.poll(async () => (await ask('/v1/models', { key: 'sk-single' })).status).toBe(200)
      expect((await ask('/v1/models', { key: 'sk-single' })).status).toBe(200)
    })
  })
}
