import { describe, expect, test } from 'vitest'
import { send, sendChat, createChatBody, expectError, target } from './send.ts'

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
      ['cut-in-event', 'stream_terminated'],
      ['error-in-200', 'model_overloaded'],
    ])('%s is %s, without headers of the upstream', async (model, code) => {
      const response = await sendChat({ model })
      expectError(response, code)
      expect(response.headers.get('retry-after')).toBe(model === 'rate-limited' ? '7' : null)
      expect(response.headers.get('openai-organization')).toBeNull()
      expect(response.headers.get('set-cookie')).toBeNull()
    })

    test('the origin is sent, and the provider’s message if it is about the request', async () => {
      const getDetail = async (model: string): Promise<unknown> =>
        (await send('/compat/humanloop/v1/chat/completions', { body: createChatBody({ model }) })).json[
          'detail'
        ]
      expect(await getDetail('context-length')).toMatchObject({
        origin: 'upstream',
        message: expect.stringContaining('4097') as string,
      })
      expect(await getDetail('rate-limited')).toMatchObject({ origin: 'upstream', code: 429 })
      expect(await getDetail('echo-9')).toMatchObject({ origin: 'gateway' })
    })

    test('five consecutive failures open a model’s circuit, and the upstream is not called', async () => {
      for (let i = 0; i < 6; i++) await sendChat({ model: 'server-error' })
      const before = target().calls('server-error')
      const response = await sendChat({ model: 'server-error' })
      expectError(response, 'service_unavailable')
      const seconds = Number(response.headers.get('retry-after'))
      expect(seconds).toBeGreaterThanOrEqual(1)
      expect(seconds).toBeLessThanOrEqual(5)
      expect(target().calls('server-error')).toBe(before)
      expect((await sendChat()).status).toBe(200)
    })

    test('client errors do not open a circuit', async () => {
      for (let i = 0; i < 6; i++) expectError(await sendChat({ model: 'context-length' }), 'prompt_too_long')
    })
  })
}
