import { afterAll, expect, test, vi } from 'vitest'
import { answers, startMisbehaving } from './corpus/server.ts'

const server = await startMisbehaving()
vi.stubEnv('UPSTREAM_URL', server.url)
vi.stubEnv('OPENAI_API_KEY', 'sk-service')
afterAll(() => {
  server.close()
  vi.unstubAllEnvs()
})

const refusal = (status: number, code: string, message: string) =>
  answers(
    status,
    { error: { message, type: 'invalid_request_error', param: null, code } },
    { 'retry-after': '7' },
  )

async function post(): Promise<[number, string | null, unknown]> {
  const { app } = await import('./snippets/gateway.ts')
  const request = new Request('http://localhost/v1/chat/completions', {
    method: 'POST',
    body: '{"model":"echo"}',
  })
  const response = await app.fetch(request)
  const { error } = (await response.json()) as { error: object }
  return [response.status, response.headers.get('retry-after'), error]
}

test('the README’s gateway answers as the README says', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  server.behave(refusal(400, 'context_length_exceeded', 'Too many tokens'))
  expect(await post()).toEqual([
    400,
    null,
    expect.objectContaining({ code: 'context_length_exceeded', message: 'Too many tokens' }),
  ])
  server.behave(refusal(429, 'rate_limit_exceeded', 'Slow down, org-a1b2c3d4'))
  expect(await post()).toEqual([429, '7', expect.objectContaining({ message: 'Rate limit exceeded' })])
  server.behave(refusal(401, 'invalid_api_key', 'Incorrect API key provided: sk-service'))
  const [status, , error] = await post()
  expect([status, JSON.stringify(error).includes('key')]).toEqual([500, false])
  server.behave((response) => response.destroy())
  expect((await post())[0]).toBe(502)
})

test('the README’s SDK call tells the caller of the caller’s key', async () => {
  const { ask } = await import('./snippets/sdk.ts')
  server.behave(refusal(401, 'invalid_api_key', 'Incorrect API key provided: sk-caller.'))
  await expect(ask('Hello', 'sk-caller', new AbortController().signal)).rejects.toMatchObject({
    code: 'invalid_api_key',
    origin: 'openai',
    message: 'Incorrect API key provided: [redacted]',
  })
})
