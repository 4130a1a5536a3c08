import { afterAll, expect, test, vi } from 'vitest'
import { respondWith, startFailingServer } from './corpus/server.ts'

const server = await startFailingServer()
vi.stubEnv('UPSTREAM_URL', server.url)
vi.stubEnv('OPENAI_API_KEY', 'sk-service')
afterAll(() => {
  server.close()
  vi.unstubAllEnvs()
})

const respondWithError = (status: number, code: string, message: string) =>
  respondWith(
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

test('the gateway of the README works as documented', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  server.setBehavior(respondWithError(400, 'context_length_exceeded', 'Too many tokens'))
  expect(await post()).toEqual([
    400,
    null,
    expect.objectContaining({ code: 'context_length_exceeded', message: 'Too many tokens' }),
  ])
  server.setBehavior(respondWithError(429, 'rate_limit_exceeded', 'Slow down, org-a1b2c3d4'))
  expect(await post()).toEqual([429, '7', expect.objectContaining({ message: 'Rate limit exceeded' })])
  server.setBehavior(respondWithError(401, 'invalid_api_key', 'Incorrect API key provided: sk-service'))
  const [status, , error] = await post()
  expect([status, JSON.stringify(error).includes('key')]).toEqual([500, false])
  server.setBehavior((response) => response.destroy())
  expect((await post())[0]).toBe(502)
})

test('the SDK call of the README reports an invalid key to the caller', async () => {
  const { generate } = await import('./snippets/sdk.ts')
  server.setBehavior(respondWithError(401, 'invalid_api_key', 'Incorrect API key provided: sk-caller.'))
  await expect(generate('Hello', 'sk-caller', new AbortController().signal)).rejects.toMatchObject({
    code: 'invalid_api_key',
    origin: 'openai',
    message: 'Incorrect API key provided: [redacted]',
  })
})
