import { describe, expect, test } from 'vitest'
import { ask, chat, chatOf, expectError, target } from './ask.ts'

/** The data of each event, parsed, but for the last of a stream that is whole. */
function eventsOf(text: string): unknown[] {
  return text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => {
      const data = /^data: (.*)$/m.exec(event)?.[1] ?? ''
      return data === '[DONE]' ? data : (JSON.parse(data) as unknown)
    })
}

export function describeStreams(name: string): void {
  describe(`${name}: streams`, () => {
    test('a chat is streamed, in chunks, to its end', async () => {
      const { status, headers, text } = await chat({ stream: true })
      expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8'])
      expect(headers.get('x-request-id')).toMatch(/^req_/)
      const events = eventsOf(text) as { choices: { delta: { content?: string } }[] }[]
      expect(events.at(-1)).toBe('[DONE]')
      const content = events.slice(0, -1).map(({ choices }) => choices[0]?.delta.content ?? '')
      expect(content.join('')).toBe('Hello there')
    })

    test.each([
      ['overloaded', 'model_overloaded'],
      ['server-error', 'model_server_error'],
      ['timeout', 'model_timeout'],
      ['unreachable', 'model_unavailable'],
      ['rate-limited', 'rate_limit_exceeded'],
      ['context-length', 'prompt_too_long'],
      ['bad-credentials', 'failed_request'],
      ['bad-json', 'failed_request'],
    ])('%s fails before its first chunk, and is %s with its true status', async (model, code) => {
      const answer = await chat({ model, stream: true })
      expectError(answer, code)
      expect(answer.headers.get('retry-after')).toBe(model === 'rate-limited' ? '7' : null)
    })

    test.each([
      ['stream-error', 'STREAM_ERROR'],
      ['stream-cut', 'STREAM_TERMINATED'],
    ])('%s fails after two chunks, which an error event tells', async (model, code) => {
      const { status, text } = await chat({ model, stream: true })
      expect(status).toBe(200)
      const events = eventsOf(text) as { error?: { code: string }; choices?: unknown }[]
      expect(events.map(({ error, choices }) => error?.code ?? typeof choices)).toEqual([
        'object',
        'object',
        code,
      ])
      expect(text).toMatch(/\n\nevent: error\ndata: .*\n\n$/)
      expect(text).not.toMatch(/\[DONE\]|worker|10\.0/)
    })

    test('an error of the catalog comes after two chunks, in the envelope of the surface', async () => {
      const { text } = await ask('/compat/a15t/v1/errors/rate_limit_exceeded?stream=1&message=Own')
      expect(eventsOf(text).at(-1)).toEqual({
        error: { type: 'rate_limit_exceeded', code: 'rate_limit_exceeded', message: 'Own' },
      })
      expect(eventsOf(text)).toHaveLength(3)
    })

    test.each([
      [
        'openai',
        [/^data: .*"chat.completion.chunk"/, /^data: .*"chat.completion.chunk"/, /^data: \{"error"/],
      ],
      [
        'openai-responses',
        [/^event: response.created\n/, /^event: response.output_item.added\n/, /^event: error\n/],
      ],
      ['anthropic', [/^event: message_start\n/, /^event: content_block_start\n/, /^event: error\n/]],
      ['google', [/^data: \{"candidates"/, /^data: \{"candidates"/, /^data: \{"error"/]],
    ])('what comes before it is what the clients of %s read', async (id, events) => {
      const read = async (path: string): Promise<string[]> =>
        (await ask(path)).text.split(/\n\n+/).filter((event) => event !== '')
      const begun = await read(`/compat/${id}/v1/errors/conflict?stream=1`)
      expect(begun).toEqual(events.map((event) => expect.stringMatching(event) as string))
      // A surface that several kinds of clients read is asked for the events of one.
      const asked = await read(`/compat/universal/v1/errors/conflict?stream=${id}`)
      expect(asked.slice(0, -1)).toEqual(begun.slice(0, -1))
    })

    test('a client that leaves stops the upstream', async () => {
      const left = new AbortController()
      const response = await fetch(`${target().url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk-demo', 'content-type': 'application/json' },
        body: JSON.stringify(chatOf({ model: 'slow-stream', stream: true })),
        signal: left.signal,
      })
      await response.body!.getReader().read()
      expect(target().openStreams()).toBe(1)
      left.abort()
      await expect.poll(() => target().openStreams()).toBe(0)
    })
  })
}
