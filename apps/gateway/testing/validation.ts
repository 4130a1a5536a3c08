import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { send, sendChat, createChatBody, expectError, target, type SendOptions, type Body } from './send.ts'

/** The limit of the demo API, which the busy machine of a test run may exceed, is 100 ms. */
const MAX_BLOCKED_MS = 300

export function describeValidation(name: string): void {
  describe(`${name}: validation`, () => {
    const role = [{ role: 'user', content: 'x' }]
    const tooMany = Array.from({ length: 101 }, () => ({ role: 'cat' }))

    test.each<[string, unknown, string, object?]>([
      ['no model', { messages: role }, 'missing_required_field', { field: 'model' }],
      ['no messages', { model: 'echo' }, 'missing_required_field', { field: 'messages' }],
      [
        'a model that is not a string',
        createChatBody({ model: 7 }),
        'invalid_field_value',
        { field: 'model' },
      ],
      ['a model that is null', createChatBody({ model: null }), 'invalid_field_value', { field: 'model' }],
      ['an unknown model', createChatBody({ model: 'gpt-9' }), 'unsupported_model'],
      [
        'an empty list of messages',
        createChatBody({ messages: [] }),
        'invalid_field_value',
        { field: 'messages' },
      ],
      [
        '101 messages',
        createChatBody({ messages: Array(101).fill(role[0]) }),
        'invalid_field_value',
        { field: 'messages' },
      ],
      [
        'messages that are not a list',
        createChatBody({ messages: 'x' }),
        'invalid_field_value',
        { field: 'messages' },
      ],
      [
        'a message that is not an object',
        createChatBody({ messages: ['x'] }),
        'invalid_field_value',
        { field: 'messages[0]' },
      ],
      [
        'an unknown role',
        createChatBody({ messages: [...role, { role: 'cat', content: 'x' }] }),
        'invalid_field_value',
        { field: 'messages[1].role' },
      ],
      [
        'no content',
        createChatBody({ messages: [{ role: 'user' }] }),
        'missing_required_field',
        { field: 'messages[0].content' },
      ],
      [
        'no role',
        createChatBody({ messages: [{ content: 'x' }] }),
        'missing_required_field',
        { field: 'messages[0].role' },
      ],
      [
        'a temperature above 2',
        createChatBody({ temperature: 2.1 }),
        'invalid_temperature',
        { field: 'temperature' },
      ],
      ['a temperature below 0', createChatBody({ temperature: -0.1 }), 'invalid_temperature'],
      ['a temperature that is not a number', createChatBody({ temperature: '1' }), 'invalid_temperature'],
      ['max_tokens of 0', createChatBody({ max_tokens: 0 }), 'invalid_max_tokens', { field: 'max_tokens' }],
      ['max_tokens of 0.5', createChatBody({ max_tokens: 0.5 }), 'invalid_max_tokens'],
      ['max_tokens of 1.5', createChatBody({ max_tokens: 1.5 }), 'invalid_max_tokens'],
      [
        'a stream that is not a boolean',
        createChatBody({ stream: 'yes' }),
        'invalid_field_value',
        { field: 'stream' },
      ],
      [
        '8,001 characters',
        createChatBody({ messages: [{ role: 'user', content: 'x'.repeat(8001) }] }),
        'prompt_too_long',
        { field: 'prompt' },
      ],
      ['an empty object', {}, 'missing_required_field'],
      ['a list', [], 'validation_failed'],
      ['a string', '"x"', 'validation_failed'],
      ['null', 'null', 'validation_failed'],
    ])('a chat with %s', async (_, body, code, details) => {
      expectError(await send('/v1/chat/completions', { body: body as Body }), code, details)
    })

    test('a prompt of 8,000 characters is accepted', async () => {
      expect((await sendChat({ messages: [{ role: 'user', content: 'x'.repeat(8000) }] })).status).toBe(200)
    })

    test.each<[string, object, string, string[]]>([
      ['missing fields', {}, 'missing_required_field', ['model', 'messages']],
      [
        'missing fields of messages',
        { model: 'echo', messages: [{ role: 'user' }, {}] },
        'missing_required_field',
        ['messages[0].content', 'messages[1].role', 'messages[1].content'],
      ],
      ['a wrong and a missing field', { model: 7 }, 'validation_failed', ['model', 'messages']],
      [
        'wrong and missing fields of a message',
        createChatBody({ messages: [{ role: 'cat' }] }),
        'validation_failed',
        ['messages[0].role', 'messages[0].content'],
      ],
      [
        'many problems',
        { max_tokens: 0, temperature: 9, messages: [{ role: 'cat' }, 7] },
        'validation_failed',
        ['model', 'messages[0].role', 'messages[0].content', 'messages[1]', 'temperature', 'max_tokens'],
      ],
      [
        'too many messages and another wrong field',
        createChatBody({ messages: tooMany, temperature: 9 }),
        'validation_failed',
        ['messages', 'temperature'],
      ],
    ])('%s are reported together, in the order of the fields', async (_, body, code, fields) => {
      const response = await send('/v1/chat/completions', { body })
      expectError(response, code, { field: fields[0] })
      const { details } = response.json['error'] as { details: { issues: { field: string }[] } }
      expect(details.issues.map(({ field }) => field)).toEqual(fields)
    })

    test.each<[string, object, string]>([
      ['no prompt', {}, 'missing_required_field'],
      ['a forbidden prompt', { prompt: 'a forbidden thing' }, 'prompt_violation'],
      ['an unknown size', { prompt: 'x', size: '1x1' }, 'invalid_image_size'],
      ['an unknown quality', { prompt: 'x', quality: 'best' }, 'invalid_image_quality'],
      ['two problems', { size: '1x1', quality: 'best' }, 'validation_failed'],
    ])('an image with %s', async (_, body, code) => {
      expectError(await send('/v1/images/generations', { body }), code)
    })

    const upload = (filename: string, bytes: number, field = 'file'): FormData => {
      const form = new FormData()
      form.set(field, new Blob([new Uint8Array(bytes)]), filename)
      return form
    }

    test('a file is stored', async () => {
      const { status, json } = await send('/v1/files', { body: upload('notes.JSONL', 1024 * 1024) })
      expect([status, json]).toEqual([
        200,
        { id: expect.any(String) as string, bytes: 1024 * 1024, filename: 'notes.JSONL' },
      ])
    })

    test.each<[string, () => SendOptions, string]>([
      ['of more than 1 MiB', () => ({ body: upload('a.txt', 1024 * 1024 + 1) }), 'file_too_large'],
      ['with another extension', () => ({ body: upload('a.exe', 10) }), 'invalid_file_format'],
      ['under another name', () => ({ body: upload('a.txt', 10, 'avatar') }), 'missing_required_field'],
      ['that is not an upload', () => ({ body: { file: 'x' } }), 'unsupported_media_type'],
      [
        'without a boundary',
        () => ({ body: 'x', headers: { 'content-type': 'multipart/form-data' } }),
        'malformed_body',
      ],
      [
        'that is truncated',
        () => ({
          body: '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nabc',
          headers: { 'content-type': 'multipart/form-data; boundary=b' },
        }),
        'malformed_body',
      ],
    ])('a file %s', async (_, request, code) => {
      expectError(await send('/v1/files', { method: 'POST', ...request() }), code)
    })

    const createList = (item: string, count: number): string => `[${`${item},`.repeat(count - 1)}${item}]`

    test.each<[string, string, string]>([
      ['30,000 invalid messages', createList('{"role":"cat","content":7}', 30_000), 'invalid_field_value'],
      ['500,000 numbers', createList('0', 500_000), 'invalid_field_value'],
      [
        'a message of 500,000 numbers',
        `[{"role":"user","content":${createList('0', 500_000)}}]`,
        'invalid_field_value',
      ],
      [
        'a message with 20,000 unknown members',
        `[{"role":"user","content":"x",${Array.from({ length: 20_000 }, (_, i) => `"k${i}":0`).join(',')}}]`,
        '',
      ],
      ['100 invalid messages', createList('{"role":"cat","content":7}', 100), 'validation_failed'],
      // The machine may be busy.
    ])('%s are validated without blocking the event loop', { retry: 2 }, async (_, messages, code) => {
      const delay = monitorEventLoopDelay({ resolution: 5 })
      // The app runs in this process.
      delay.enable()
      const response = await send('/compat/ai-api/v1/chat/completions', {
        method: 'POST',
        body: `{"model":"echo","messages":${messages}}`,
        headers: { 'content-type': 'application/json' },
      })
      delay.disable()
      if (code === '') expect(response.status).toBe(200)
      else expectError(response, code)
      expect(delay.max / 1e6).toBeLessThan(MAX_BLOCKED_MS)
    })

    test('too many messages are one problem, of the field `messages`', async () => {
      const body = createChatBody({ messages: tooMany })
      const response = await send('/v1/chat/completions', { body })
      expectError(response, 'invalid_field_value', { field: 'messages' })
      expect(response.json['error']).not.toHaveProperty('details.issues')
    })

    test('a list that is nested 90,000 times is the caller’s error', async () => {
      const messages = '['.repeat(90_000) + ']'.repeat(90_000)
      const { status } = await send('/v1/chat/completions', {
        body: `{"model":"echo","messages":${messages}}`,
        headers: { 'content-type': 'application/json' },
      })
      expect(status).toBe(400)
    })

    test('a multipart boundary of 1,000 characters is the caller’s error', async () => {
      const boundary = 'b'.repeat(1000)
      const { status } = await send('/v1/files', {
        body: `--${boundary}--\r\n`,
        headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      })
      expect(status).toBe(400)
    })

    test('a request target that is not a URL is the caller’s error', async () => {
      const { hostname, port } = new URL(target().url)
      const request = get({ hostname, port, path: 'http://[::1/nope' })
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      expect([400, 404]).toContain(response.statusCode)
      expect(JSON.parse(await text(response))).toMatchObject({ success: false })
    })

    test.each<[string, SendOptions, string]>([
      ['of more than 1 MiB', { body: `"${'x'.repeat(1024 * 1024)}"` }, 'payload_too_large'],
      ['that is not JSON', { body: '{"model": "sk-secret' }, 'malformed_body'],
      ['that is empty', { body: '' }, 'malformed_body'],
      [
        'of another media type',
        { body: 'model=echo', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
        'unsupported_media_type',
      ],
      [
        'without a media type',
        { body: new Uint8Array([123, 125]), headers: { 'content-type': '' } },
        'unsupported_media_type',
      ],
    ])('a JSON body %s', async (_, request, code) => {
      expectError(await send('/v1/chat/completions', { method: 'POST', ...request }), code)
    })
  })
}
