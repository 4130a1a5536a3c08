import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startUpstream, type Upstream } from '../src/index.ts'

let upstream: Upstream

beforeAll(async () => {
  upstream = await startUpstream()
})

afterAll(() => upstream.close())

function sendChat(
  model: string,
  options: { stream?: boolean; signal?: AbortSignal } = {},
): Promise<Response> {
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

const parseEvents = (text: string) =>
  text
    .split('\n\n')
    .filter(Boolean)
    .map((event) => event.replace('data: ', ''))

describe('echo', () => {
  test('returns the last message', async () => {
    const completion = (await (await sendChat('echo')).json()) as {
      choices: { message: { content: string } }[]
    }
    expect(completion.choices[0]!.message.content).toBe('one two  three')
  })

  test('streams the message word by word and ends with [DONE]', async () => {
    const list = parseEvents(await (await sendChat('echo', { stream: true })).text())
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
  ])('%s responds with %i in OpenAI’s shape', async (model, status, code) => {
    const response = await sendChat(model)
    expect(response.status).toBe(status)
    const { error } = (await response.json()) as { error: Record<string, unknown> }
    expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code'])
    expect(error['code']).toBe(code)
    expect(response.headers.get('retry-after')).toBe(model === 'rate-limited' ? '7' : null)
  })

  test('bad-json responds with status 200 and invalid JSON', async () => {
    const response = await sendChat('bad-json')
    expect(response.status).toBe(200)
    await expect(response.json()).rejects.toThrow(SyntaxError)
  })

  test('timeout never responds', async () => {
    await expect(sendChat('timeout', { signal: AbortSignal.timeout(100) })).rejects.toThrow(/timeout/)
  })

  test('unreachable and stream-cut close the connection', async () => {
    await expect(sendChat('unreachable')).rejects.toThrow('fetch failed')
    await expect((await sendChat('stream-cut')).text()).rejects.toThrow('terminated')
    await expect((await sendChat('stream-cut', { stream: true })).text()).rejects.toThrow('terminated')
  })

  test('cut-in-event closes the connection in the middle of an event', async () => {
    const response = await sendChat('cut-in-event', { stream: true })
    let text = ''
    await expect(
      (async () => {
        for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString()
      })(),
    ).rejects.toThrow('terminated')
    const events = text.split('\n\n')
    expect([events.length, events[2]]).toEqual([3, expect.stringMatching(/^data: \{.*half$/)])
  })

  test.each([false, true])(
    'error-in-200 responds with status 200 and an error (stream: %s)',
    async (stream) => {
      const response = await sendChat('error-in-200', { stream })
      expect([response.status, await response.json()]).toMatchObject([200, { error: { code: 'overloaded' } }])
    },
  )

  test('stream-error ends its stream with an error event and no [DONE]', async () => {
    const list = parseEvents(await (await sendChat('stream-error', { stream: true })).text())
    expect(list).toHaveLength(3)
    expect(JSON.parse(list[2]!)).toMatchObject({ error: { code: 'server_error' } })
  })
})

test('a stream stops when its client disconnects', async () => {
  const response = await sendChat('slow-stream', { stream: true })
  const reader = response.body!.getReader()
  await reader.read()
  expect(upstream.openStreams).toBe(1)
  await reader.cancel()
  await expect.poll(() => upstream.openStreams).toBe(0)
})

test('calls are counted by model', async () => {
  const before = upstream.calls('echo')
  await sendChat('echo')
  expect(upstream.calls('echo')).toBe(before + 1)
})

describe('a bad request', () => {
  const post = (body: string, headers: Record<string, string> = { authorization: 'Bearer x' }) =>
    fetch(`${upstream.url}/v1/chat/completions`, { method: 'POST', headers, body })

  test.each([
    ['without a key', () => post('{}', {}), 401],
    ['with invalid JSON', () => post('{'), 400],
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

test('models and images are served', async () => {
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

test('close ends requests that hang', async () => {
  const other = await startUpstream()
  const hanging = fetch(`${other.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer x' },
    body: JSON.stringify({ model: 'timeout', messages: [{ role: 'user', content: 'x' }] }),
  })
  await expect.poll(() => other.calls('timeout')).toBe(1)
  await Promise.all([other.close(), expect(hanging).rejects.toThrow('fetch failed')])
})
