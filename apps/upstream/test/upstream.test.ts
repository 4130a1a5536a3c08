import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startUpstream, type Upstream } from '../src/index.ts'

let upstream: Upstream

beforeAll(async () => {
  upstream = await startUpstream()
})

afterAll(() => upstream.close())

function ask(model: string, options: { stream?: boolean; signal?: AbortSignal } = {}): Promise<Response> {
  return fetch(`${upstream.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
    body: JSON.stringify({
      model,
      messages: [{ role: 'user', content: 'one two  three' }],
      stream: options.stream,
    }),
    ...(options.signal ? { signal: options.signal } : {}),
  })
}

const events = (text: string) =>
  text
    .split('\n\n')
    .filter(Boolean)
    .map((event) => event.replace('data: ', ''))

describe('echo', () => {
  test('says what it heard', async () => {
    const answer = (await (await ask('echo')).json()) as { choices: { message: { content: string } }[] }
    expect(answer.choices[0]!.message.content).toBe('one two  three')
  })

  test('streams it word by word, and says when it is done', async () => {
    const list = events(await (await ask('echo', { stream: true })).text())
    expect(list.pop()).toBe('[DONE]')
    const parts = list.map(
      (event) =>
        (JSON.parse(event) as { choices: { delta: { content?: string } }[] }).choices[0]!.delta.content ?? '',
    )
    expect(parts.join('')).toBe('one two  three')
    expect(parts.length).toBeGreaterThan(3)
  })
})

describe('a model that fails', () => {
  test.each([
    ['overloaded', 503, 'overloaded'],
    ['server-error', 500, null],
    ['rate-limited', 429, 'rate_limit_exceeded'],
    ['context-length', 400, 'context_length_exceeded'],
    ['bad-credentials', 401, 'invalid_api_key'],
    ['stream-error', 500, 'server_error'],
    ['no-such-model', 404, 'model_not_found'],
  ])('%s answers %i in OpenAI’s shape', async (model, status, code) => {
    const response = await ask(model)
    expect(response.status).toBe(status)
    const { error } = (await response.json()) as { error: Record<string, unknown> }
    expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code'])
    expect(error['code']).toBe(code)
    expect(response.headers.get('retry-after')).toBe(model === 'rate-limited' ? '7' : null)
  })

  test('bad-json answers 200 with what is no JSON', async () => {
    const response = await ask('bad-json')
    expect(response.status).toBe(200)
    await expect(response.json()).rejects.toThrow(SyntaxError)
  })

  test('timeout never answers', async () => {
    await expect(ask('timeout', { signal: AbortSignal.timeout(100) })).rejects.toThrow(/timeout/)
  })

  test('unreachable and stream-cut end the connection', async () => {
    await expect(ask('unreachable')).rejects.toThrow('fetch failed')
    await expect((await ask('stream-cut')).text()).rejects.toThrow('terminated')
    await expect((await ask('stream-cut', { stream: true })).text()).rejects.toThrow('terminated')
  })

  test('stream-error ends its stream with an error event and no [DONE]', async () => {
    const list = events(await (await ask('stream-error', { stream: true })).text())
    expect(list).toHaveLength(3)
    expect(JSON.parse(list[2]!)).toMatchObject({ error: { code: 'server_error' } })
  })
})

test('a stream stops when its client leaves', async () => {
  const response = await ask('slow-stream', { stream: true })
  const reader = response.body!.getReader()
  await reader.read()
  expect(upstream.openStreams).toBe(1)
  await reader.cancel()
  await expect.poll(() => upstream.openStreams).toBe(0)
})

test('calls are counted by model', async () => {
  const before = upstream.calls('echo')
  await ask('echo')
  expect(upstream.calls('echo')).toBe(before + 1)
})

describe('a bad request', () => {
  const post = (body: string, headers: Record<string, string> = { authorization: 'Bearer x' }) =>
    fetch(`${upstream.url}/v1/chat/completions`, { method: 'POST', headers, body })

  test.each([
    ['without a key', () => post('{}', {}), 401],
    ['with JSON that is none', () => post('{'), 400],
    ['without a model', () => post('{}'), 400],
    ['without messages', () => post('{"model":"echo","messages":[]}'), 400],
    ['of more than 2 MiB', () => post('x'.repeat(3_000_000)), 413],
    [
      'for an unknown path',
      () => fetch(`${upstream.url}/v2`, { headers: { authorization: 'Bearer x' } }),
      404,
    ],
  ])('%s gets OpenAI’s error', async (_, request, status) => {
    const response = await request()
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } })
  })
})

test('the other routes answer', async () => {
  const headers = { authorization: 'Bearer x' }
  const list = (await (await fetch(`${upstream.url}/v1/models`, { headers })).json()) as {
    data: { id: string }[]
  }
  expect(list.data.map(({ id }) => id)).toContain('echo')
  const image = await fetch(`${upstream.url}/v1/images/generations`, {
    method: 'POST',
    headers,
    body: '{"prompt":"x"}',
  })
  expect(await image.json()).toMatchObject({ data: [{ url: expect.stringMatching(/^https:/) as string }] })
})

test('close ends what hangs', async () => {
  const other = await startUpstream()
  const hanging = fetch(`${other.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer x' },
    body: JSON.stringify({ model: 'timeout', messages: [{ role: 'user', content: 'x' }] }),
  })
  await expect.poll(() => other.calls('timeout')).toBe(1)
  await Promise.all([other.close(), expect(hanging).rejects.toThrow('fetch failed')])
})
