import { envelopes, errorClasses, type Envelope, type ErrorCode } from '@faultline/express'
import { describe, expect, test } from 'vitest'

/** Where an app under test listens. */
export interface Target {
  readonly url: string
  /** How often the upstream was called for a model, where the suite can know. */
  calls(model: string): number
}

type Body = string | object | FormData | Uint8Array

interface Ask {
  readonly method?: string
  /** @default sk-demo; null for none */
  readonly key?: string | null
  readonly headers?: Record<string, string>
  readonly body?: Body
  readonly signal?: AbortSignal
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: Record<string, unknown>
}

const chatOf = (change: object = {}): object => ({
  model: 'echo',
  messages: [{ role: 'user', content: 'Hello there' }],
  ...change,
})

/** Every row of spec/demo-api.md, asked of a running app. */
export function describeDemoApi(name: string, target: () => Target): void {
  async function ask(
    path: string,
    { method, key = 'sk-demo', headers = {}, body, signal }: Ask = {},
  ): Promise<Answer> {
    const isJson =
      body !== undefined &&
      typeof body === 'object' &&
      !(body instanceof FormData) &&
      !(body instanceof Uint8Array)
    const response = await fetch(target().url + path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body !== undefined && !(body instanceof FormData) ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : (body as string) }),
      ...(signal ? { signal } : {}),
    })
    const text = await response.text()
    let json: Record<string, unknown> = {}
    try {
      json = JSON.parse(text) as Record<string, unknown>
    } catch {
      // A HEAD has none.
    }
    return { status: response.status, headers: response.headers, text, json }
  }

  const chat = (change: object = {}, rest: Ask = {}): Promise<Answer> =>
    ask('/v1/chat/completions', { body: chatOf(change), ...rest })

  /** An answer in ai-api is that of a code: body, status, and headers. */
  function expectError({ status, headers, text, json }: Answer, code: string, details?: object): void {
    const row = new (errorClasses[code as ErrorCode] as new (options: object) => Error)({
      field: 'x',
      model: 'x',
    })
    const { code: wire, status: expected } = envelopes['ai-api'].lookup(row as never)
    expect({ status, code: (json['error'] as { code?: string } | undefined)?.code }, text).toEqual({
      status: expected,
      code: wire,
    })
    if (details !== undefined) expect(json['error']).toMatchObject({ details })
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-request-id')).toBe((json['meta'] as { request_id: string }).request_id)
    expect(text).not.toMatch(/sk-|secret|10\.0\.0\.5|node_modules/)
  }

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

  describe(`${name}: routes`, () => {
    test('health needs no key', async () => {
      const { status, json } = await ask('/health', { key: null })
      expect([status, json]).toEqual([
        200,
        { status: 'ok', framework: expect.any(String) as string, envelope: 'ai-api' },
      ])
    })

    test('openapi.json is not there yet, and says so', async () => {
      expectError(await ask('/openapi.json', { key: null }), 'not_implemented')
    })

    test('models are listed, and told one by one', async () => {
      const { json } = await ask('/v1/models')
      const ids = (json['data'] as { id: string }[]).map(({ id }) => id)
      expect(json).toMatchObject({ object: 'list' })
      expect(ids).toContain('echo')
      expect((await ask('/v1/models/echo')).json).toEqual({ id: 'echo', object: 'model' })
      expectError(await ask('/v1/models/gpt-9'), 'model_not_found')
    })

    test('a chat is completed', async () => {
      const { status, json } = await chat({ temperature: 2, max_tokens: 1 })
      expect(status).toBe(200)
      expect(json).toMatchObject({
        object: 'chat.completion',
        choices: [{ message: { role: 'assistant', content: 'Hello there' } }],
      })
    })

    test('a streamed chat is not implemented', async () => {
      expectError(await chat({ stream: true }), 'not_implemented')
    })

    test('an image is made', async () => {
      const { status, json } = await ask('/v1/images/generations', {
        body: { prompt: 'a cat', size: '512x512', quality: 'hd' },
      })
      expect([status, json]).toEqual([200, { data: [{ url: expect.stringMatching(/^https:/) as string }] }])
    })

    test('a resource is made once', async () => {
      const path = `/v1/resources/${crypto.randomUUID()}`
      expect((await ask(path, { method: 'POST' })).status).toBe(201)
      expectError(await ask(path, { method: 'POST' }), 'conflict')
    })

    test.each(Object.keys(errorClasses))('/v1/errors/%s throws it', async (code) => {
      expectError(await ask(`/v1/errors/${code}`), code)
    })

    test('an error takes what the query says', async () => {
      const answer = await ask('/v1/errors/rate_limit_exceeded?message=Own%20words&retry_after=17')
      expectError(answer, 'rate_limit_exceeded')
      expect(answer.json['error']).toMatchObject({ message: 'Own words' })
      expect(answer.headers.get('retry-after')).toBe('17')
      expectError(
        await ask('/v1/errors/invalid_field_value?field=a[0].b&issue=too%20odd'),
        'invalid_field_value',
        { field: 'a[0].b', issue: 'too odd' },
      )
      expectError(await ask('/v1/errors/validation_failed?field=seed&issue=odd'), 'validation_failed', {
        field: 'seed',
        issue: 'odd',
      })
      expectError(await ask('/v1/errors/internal_error?message=a%20secret'), 'internal_error')
      const told = await ask('/compat/humanloop/v1/errors/overloaded?origin=OpenAI&message=m')
      expect(told.json).toEqual({
        detail: { type: 'overloaded_error', message: 'm', code: 529, origin: 'OpenAI' },
      })
      const model = await ask('/compat/a15t/v1/errors/model_not_found?model=m-1')
      expect(model.json).toMatchObject({ error: { message: "Model 'm-1' not found" } })
    })

    test('an error that there is not, or a query that is none, is told', async () => {
      expectError(await ask('/v1/errors/nope'), 'resource_not_found')
      expectError(await ask('/v1/errors/constructor'), 'resource_not_found')
      expectError(await ask('/v1/errors/conflict?retry_after=soon'), 'invalid_field_value', {
        field: 'retry_after',
      })
      expectError(await ask('/v1/errors/conflict?stream=1'), 'not_implemented')
    })

    test.each([
      ...[
        'error',
        'string',
        'null',
        'undefined',
        'number',
        'object',
        'rejection',
        'frozen',
        'proxy',
        'getter',
        'circular',
      ],
      ...['huge', 'aggregate', 'abort', 'econnrefused', 'bigint', 'nested'],
    ])('/v1/throw/%s is an internal error that tells nothing', async (kind) => {
      expectError(await ask(`/v1/throw/${kind}`), 'internal_error')
    })

    test('/v1/throw/http-errors and boom say what they call public', async () => {
      const taken = await ask('/v1/throw/http-errors')
      expectError(taken, 'conflict')
      expect(taken.json['error']).toMatchObject({ message: 'The pet is taken' })
      const gone = await ask('/v1/throw/boom')
      expectError(gone, 'not_found')
      expect(gone.json['error']).toMatchObject({ message: 'There is no such pet' })
      expectError(await ask('/v1/throw/nope'), 'resource_not_found')
    })

    test('/v1/throw/after-headers never looks like a whole answer', async () => {
      await expect(ask('/v1/throw/after-headers')).rejects.toThrow(/terminated|fetch failed/)
    })
  })

  describe(`${name}: validation`, () => {
    const role = [{ role: 'user', content: 'x' }]

    test.each<[string, unknown, string, object?]>([
      [
        'no model',
        { messages: role },
        'missing_required_field',
        { field: 'model', issue: "Required field 'model' is missing" },
      ],
      ['no messages', { model: 'echo' }, 'missing_required_field', { field: 'messages' }],
      [
        'a model that is no text',
        chatOf({ model: 7 }),
        'invalid_field_value',
        { field: 'model', issue: 'must be a text' },
      ],
      ['a model that is null', chatOf({ model: null }), 'invalid_field_value', { field: 'model' }],
      ['an unknown model', chatOf({ model: 'gpt-9' }), 'unsupported_model'],
      [
        'no message',
        chatOf({ messages: [] }),
        'invalid_field_value',
        { field: 'messages', issue: 'must be a list of 1 to 100 messages' },
      ],
      [
        '101 messages',
        chatOf({ messages: Array(101).fill(role[0]) }),
        'invalid_field_value',
        { field: 'messages' },
      ],
      ['messages that are no list', chatOf({ messages: 'x' }), 'invalid_field_value', { field: 'messages' }],
      [
        'a message that is no object',
        chatOf({ messages: ['x'] }),
        'invalid_field_value',
        { field: 'messages[0]' },
      ],
      [
        'an unknown role',
        chatOf({ messages: [...role, { role: 'cat', content: 'x' }] }),
        'invalid_field_value',
        { field: 'messages[1].role', issue: 'must be system, user or assistant' },
      ],
      [
        'no content',
        chatOf({ messages: [{ role: 'user' }] }),
        'missing_required_field',
        { field: 'messages[0].content' },
      ],
      [
        'a temperature above 2',
        chatOf({ temperature: 2.1 }),
        'invalid_temperature',
        { field: 'temperature' },
      ],
      ['a temperature below 0', chatOf({ temperature: -0.1 }), 'invalid_temperature'],
      ['a temperature that is no number', chatOf({ temperature: '1' }), 'invalid_temperature'],
      ['max_tokens of 0', chatOf({ max_tokens: 0 }), 'invalid_max_tokens', { field: 'max_tokens' }],
      ['max_tokens of 1.5', chatOf({ max_tokens: 1.5 }), 'invalid_max_tokens'],
      ['a stream that is no boolean', chatOf({ stream: 'yes' }), 'invalid_field_value', { field: 'stream' }],
      [
        '8,001 characters',
        chatOf({ messages: [{ role: 'user', content: 'x'.repeat(8001) }] }),
        'prompt_too_long',
        { field: 'prompt' },
      ],
      ['an empty object', {}, 'validation_failed'],
      ['a list', [], 'invalid_request'],
      ['a text', '"x"', 'invalid_request'],
      ['null', 'null', 'invalid_request'],
    ])('a chat with %s', async (_, body, code, details) => {
      expectError(await ask('/v1/chat/completions', { body: body as Body }), code, details)
    })

    test('8,000 characters are not too long', async () => {
      expect((await chat({ messages: [{ role: 'user', content: 'x'.repeat(8000) }] })).status).toBe(200)
    })

    test('several problems are told together, in the order of the fields', async () => {
      const body = { max_tokens: 0, temperature: 9, messages: [{ role: 'cat' }, 7] }
      expectError(await ask('/v1/chat/completions', { body }), 'validation_failed', {
        field: 'model',
        issues: [
          { field: 'model', issue: "Required field 'model' is missing", code: 'missing_required_field' },
          {
            field: 'messages[0].role',
            issue: 'must be system, user or assistant',
            code: 'invalid_field_value',
          },
          {
            field: 'messages[0].content',
            issue: "Required field 'messages[0].content' is missing",
            code: 'missing_required_field',
          },
          {
            field: 'messages[1]',
            issue: 'must be an object with a role and a content',
            code: 'invalid_field_value',
          },
          { field: 'temperature', issue: 'Temperature must be between 0 and 2', code: 'invalid_temperature' },
          { field: 'max_tokens', issue: 'Max tokens must be positive', code: 'invalid_max_tokens' },
        ],
      })
    })

    test.each<[string, object, string]>([
      ['no prompt', {}, 'missing_required_field'],
      ['a forbidden prompt', { prompt: 'a forbidden thing' }, 'prompt_violation'],
      ['an unknown size', { prompt: 'x', size: '1x1' }, 'invalid_image_size'],
      ['an unknown quality', { prompt: 'x', quality: 'best' }, 'invalid_image_quality'],
      ['two problems', { size: '1x1', quality: 'best' }, 'validation_failed'],
    ])('an image with %s', async (_, body, code) => {
      expectError(await ask('/v1/images/generations', { body }), code)
    })

    const upload = (filename: string, bytes: number, field = 'file'): FormData => {
      const form = new FormData()
      form.set(field, new Blob([new Uint8Array(bytes)]), filename)
      return form
    }

    test('a file is stored', async () => {
      const { status, json } = await ask('/v1/files', { body: upload('notes.JSONL', 1024 * 1024) })
      expect([status, json]).toEqual([
        200,
        { id: expect.any(String) as string, bytes: 1024 * 1024, filename: 'notes.JSONL' },
      ])
    })

    test.each<[string, () => Ask, string]>([
      ['of more than 1 MiB', () => ({ body: upload('a.txt', 1024 * 1024 + 1) }), 'file_too_large'],
      ['of another kind', () => ({ body: upload('a.exe', 10) }), 'invalid_file_format'],
      ['under another name', () => ({ body: upload('a.txt', 10, 'avatar') }), 'missing_required_field'],
      ['that is no upload', () => ({ body: { file: 'x' } }), 'unsupported_media_type'],
      [
        'without a boundary',
        () => ({ body: 'x', headers: { 'content-type': 'multipart/form-data' } }),
        'malformed_body',
      ],
      [
        'cut off',
        () => ({
          body: '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nabc',
          headers: { 'content-type': 'multipart/form-data; boundary=b' },
        }),
        'malformed_body',
      ],
    ])('a file %s', async (_, request, code) => {
      expectError(await ask('/v1/files', { method: 'POST', ...request() }), code)
    })

    test.each<[string, Ask, string]>([
      ['of more than 1 MiB', { body: `"${'x'.repeat(1024 * 1024)}"` }, 'payload_too_large'],
      ['that is no JSON', { body: '{"model": "sk-secret' }, 'malformed_body'],
      ['that is empty', { body: '' }, 'malformed_body'],
      [
        'of another type',
        { body: 'model=echo', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
        'unsupported_media_type',
      ],
      [
        'of no type',
        { body: new Uint8Array([123, 125]), headers: { 'content-type': '' } },
        'unsupported_media_type',
      ],
      [
        'in another charset',
        { body: '{}', headers: { 'content-type': 'application/json; charset=klingon' } },
        'unsupported_media_type',
      ],
      ['with a false encoding', { body: '{}', headers: { 'content-encoding': 'gzip' } }, 'malformed_body'],
    ])('a JSON body %s', async (_, request, code) => {
      expectError(await ask('/v1/chat/completions', { method: 'POST', ...request }), code)
    })
  })

  describe(`${name}: order of judgement`, () => {
    test.each<[string, string, Ask, string]>([
      ['percent-encoding before the key', '/v1/models/%zz', { key: null }, 'invalid_request'],
      ['path before the key', '/v1/nope', { key: null }, 'endpoint_not_found'],
      ['method before the key', '/v1/models', { key: null, method: 'DELETE' }, 'method_not_allowed'],
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
      [
        'media type before size',
        '/v1/chat/completions',
        { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x'.repeat(2_000_000) },
        'unsupported_media_type',
      ],
      ['size before parsing', '/v1/chat/completions', { body: '{'.repeat(2_000_000) }, 'payload_too_large'],
      [
        'validation before the upstream',
        '/v1/chat/completions',
        { body: chatOf({ model: 'server-error', temperature: 9 }) },
        'invalid_temperature',
      ],
    ])('%s', async (_, path, request, code) => {
      expectError(await ask(path, request), code)
    })

    test('a known path with another method tells the methods that it takes', async () => {
      const allow = async (path: string, method: string): Promise<string | null> =>
        (await ask(path, { method })).headers.get('allow')
      expect(await allow('/v1/models', 'POST')).toBe('GET, HEAD')
      expect(await allow('/v1/chat/completions', 'GET')).toBe('POST')
      expect(await allow('/health', 'PUT')).toBe('GET, HEAD')
      expect(await allow('/compat/a15t/v1/files', 'PATCH')).toBe('POST')
      expectError(await ask('/v1/models', { method: 'PUT' }), 'method_not_allowed')
    })

    test('HEAD is answered as GET without the body', async () => {
      for (const path of ['/v1/models', '/v1/models/gpt-9', '/nope', '/v1/throw/error']) {
        const [head, get] = await Promise.all([ask(path, { method: 'HEAD' }), ask(path)])
        expect(head.text).toBe('')
        expect([head.status, head.headers.get('content-length'), head.headers.get('content-type')]).toEqual([
          get.status,
          get.headers.get('content-length'),
          get.headers.get('content-type'),
        ])
      }
    })

    test('OPTIONS is answered as the framework does', async () => {
      expect((await ask('/v1/models', { method: 'OPTIONS', key: null })).status).toBeLessThan(300)
    })

    test('a request id comes back, on success and on failure', async () => {
      for (const path of ['/v1/models', '/v1/nope']) {
        expect((await ask(path, { headers: { 'x-request-id': 'mine-1' } })).headers.get('x-request-id')).toBe(
          'mine-1',
        )
        expect(
          (await ask(path, { headers: { 'x-request-id': 'not mine' } })).headers.get('x-request-id'),
        ).toMatch(/^req_[a-z0-9]{24}$/)
      }
    })
  })

  describe(`${name}: compatible surfaces`, () => {
    const surfaces = Object.values(envelopes).flatMap((envelope): [string, Envelope][] => [
      [envelope.id, envelope],
      [`${envelope.id}:strict`, envelope.strict],
    ])

    test.each(surfaces)('/compat/%s/v1 answers in its envelope', async (id, envelope) => {
      for (const [path, request] of [
        ['/models', { key: null }],
        ['/nope', {}],
        ['/models', { method: 'DELETE' }],
        ['/chat/completions', { body: '{' }],
        ['/throw/error', {}],
      ] as [string, Ask][]) {
        const { status, headers, text } = await ask(`/compat/${id}/v1${path}`, request)
        const error = envelope.parse({ status, headers, body: text })
        expect(error, `${id} ${path} ${text}`).toBeDefined()
        expect(envelope.lookup(error!)).toMatchObject({ status })
      }
      expect((await ask(`/compat/${id}/v1/models`)).status).toBe(200)
    })

    test('an unknown envelope is an unknown endpoint, in the default one, whatever the method', async () => {
      expectError(await ask('/compat/nope/v1/models'), 'endpoint_not_found')
      expectError(await ask('/compat/nope/v1/models', { method: 'DELETE' }), 'endpoint_not_found')
      expectError(await ask('/compat/a15t'), 'endpoint_not_found')
    })
  })

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
