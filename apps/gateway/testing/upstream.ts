import { describe, expect, test } from 'vitest'
import { ask, chat, chatOf, expectError, target } from './ask.ts'

export function describeUpstream(name: string): void {
  describe(`${name}: upstream models`, () => {
    test.each([
      ['overloaded', 'model_overloaded'],
      ['server-error', 'model_server_error'],
      ['bad-json', 'failed_request'],
      ['timeout', 'model_timeout'],
      ['unreachable', 'model_unavailable'],
      ['rate-limited', 'rate_limit_exceeded'],
      ['context-length', 'prompt_too_long'],
      ['bad-credentials', 'failed_request'],
      ['stream-cut', 'stream_terminated'],
    ])('%s is %s, and nothing of the upstream’s own is passed on', async (model, code) => {
      const answer = await chat({ model })
      expectError(answer, code)
      expect(answer.headers.get('retry-after')).toBe(model === 'rate-limited' ? '7' : null)
      expect(answer.headers.get('openai-organization')).toBeNull()
      expect(answer.headers.get('set-cookie')).toBeNull()
    })

    test('the origin is told, and the provider’s message where it is the caller’s business', async () => {
      const at = async (model: string): Promise<unknown> =>
        (await ask('/compat/humanloop/v1/chat/completions', { body: chatOf({ model }) })).json['detail']
      expect(await at('context-length')).toMatchObject({
        origin: 'upstream',
        message: expect.stringContaining('4097') as string,
      })
      expect(await at('rate-limited')).toMatchObject({ origin: 'upstream', code: 429 })
      expect(await at('echo-9')).toMatchObject({ origin: 'gateway' })
    })

    test('five failures in a row open a model’s circuit, and the upstream is left alone', async () => {
      for (let failed = 0; failed < 6; failed++) await chat({ model: 'server-error' })
      const before = target().calls('server-error')
      const answer = await chat({ model: 'server-error' })
      expectError(answer, 'service_unavailable')
      const seconds = Number(answer.headers.get('retry-after'))
      expect(seconds).toBeGreaterThanOrEqual(1)
      expect(seconds).toBeLessThanOrEqual(5)
      expect(target().calls('server-error')).toBe(before)
      expect((await chat()).status).toBe(200)
    })

    test('what the caller is to mend opens no circuit', async () => {
      for (let asked = 0; asked < 6; asked++)
        expectError(await chat({ model: 'context-length' }), 'prompt_too_long')
    })
  })
}
