import { errorClasses } from '@faultline/core'
import { describe, expect, test } from 'vitest'
import { send, sendChat, expectError, target } from './send.ts'

export function describeRoutes(name: string): void {
  describe(`${name}: routes`, () => {
    test('health needs no key', async () => {
      const { status, json } = await send('/health', { key: null })
      expect([status, json]).toEqual([
        200,
        { status: 'ok', framework: expect.any(String) as string, envelope: 'ai-api' },
      ])
    })

    test('models are listed, and returned one by one', async () => {
      const { json } = await send('/v1/models')
      const ids = (json['data'] as { id: string }[]).map(({ id }) => id)
      expect(json).toMatchObject({ object: 'list' })
      expect(ids).toContain('echo')
      expect((await send('/v1/models/echo')).json).toEqual({ id: 'echo', object: 'model' })
      expectError(await send('/v1/models/gpt-9'), 'model_not_found')
    })

    test('a chat is completed', async () => {
      const { status, json } = await sendChat({ temperature: 2, max_tokens: 1 })
      expect(status).toBe(200)
      expect(json).toMatchObject({
        object: 'chat.completion',
        choices: [{ message: { role: 'assistant', content: 'Hello there' } }],
      })
    })

    test('an image is created', async () => {
      const { status, json } = await send('/v1/images/generations', {
        body: { prompt: 'a cat', size: '512x512', quality: 'hd' },
      })
      expect([status, json]).toEqual([200, { data: [{ url: expect.stringMatching(/^https:/) as string }] }])
    })

    test('a resource can be created once', async () => {
      const path = `/v1/resources/${crypto.randomUUID()}`
      expect((await send(path, { method: 'POST' })).status).toBe(201)
      expectError(await send(path, { method: 'POST' }), 'conflict')
    })

    test.each(Object.keys(errorClasses))('/v1/errors/%s throws the error', async (code) => {
      expectError(await send(`/v1/errors/${code}`), code)
    })

    test('the query sets the options of an error', async () => {
      const response = await send('/v1/errors/rate_limit_exceeded?message=Own%20words&retry_after=17')
      expectError(response, 'rate_limit_exceeded')
      expect(response.json['error']).toMatchObject({ message: 'Own words' })
      expect(response.headers.get('retry-after')).toBe('17')
      expectError(
        await send('/v1/errors/invalid_field_value?field=a[0].b&issue=too%20odd'),
        'invalid_field_value',
        { field: 'a[0].b', issue: 'too odd' },
      )
      expectError(await send('/v1/errors/validation_failed?field=seed&issue=odd'), 'validation_failed', {
        field: 'seed',
        issue: 'odd',
      })
      expectError(await send('/v1/errors/internal_error?message=a%20secret'), 'internal_error')
      const overloaded = await send('/compat/humanloop/v1/errors/overloaded?origin=OpenAI&message=m')
      expect(overloaded.json).toEqual({
        detail: { type: 'overloaded_error', message: 'm', code: 529, origin: 'OpenAI' },
      })
      const model = await send('/compat/a15t/v1/errors/model_not_found?model=m-1')
      expect(model.json).toMatchObject({ error: { message: "Model 'm-1' not found" } })
    })

    test('an unknown error and an invalid query are rejected', async () => {
      expectError(await send('/v1/errors/nope'), 'resource_not_found')
      expectError(await send('/v1/errors/constructor'), 'resource_not_found')
      expectError(await send('/v1/errors/conflict?retry_after=soon'), 'invalid_field_value', {
        field: 'retry_after',
      })
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
    ])('/v1/throw/%s is an internal error without details', async (kind) => {
      expectError(await send(`/v1/throw/${kind}`), 'internal_error')
    })

    test('/v1/throw/http-errors and boom keep their public messages', async () => {
      const taken = await send('/v1/throw/http-errors')
      expectError(taken, 'conflict')
      expect(taken.json['error']).toMatchObject({ message: 'The pet is taken' })
      const gone = await send('/v1/throw/boom')
      expectError(gone, 'not_found')
      expect(gone.json['error']).toMatchObject({ message: 'There is no such pet' })
      expectError(await send('/v1/throw/nope'), 'resource_not_found')
    })

    test('/v1/throw/after-headers sends a detectably truncated response', async () => {
      const { url } = target()
      const response = await fetch(`${url}/v1/throw/after-headers`, { headers: { 'x-api-key': 'sk-demo' } })
      expect(response.status).toBe(200)
      await expect(response.text()).rejects.toThrow('terminated')
    })
  })
}
