import { parseEvents } from '@faultline/core'
import { describe, expect, test } from 'vitest'
import { send, sendChat, createChatBody, expectError, target } from './send.ts'

/** Parses the data of each event, except `[DONE]`. */
function parseEventData(text: string): unknown[] {
  return parseEvents(text).map(({ data }) => (data === '[DONE]' ? data : (JSON.parse(data) as unknown)))
}

export function describeStreams(name: string): void {
  describe(`${name}: streams`, () => {
    test('a chat is streamed in chunks and ends with [DONE]', async () => {
      const { status, headers, text } = await sendChat({ stream: true })
      expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8'])
      expect(headers.get('x-request-id')).toMatch(/^req_/)
      const events = parseEventData(text) as { choices: { delta: { content?: string } }[] }[]
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
      ['error-in-200', 'model_overloaded'],
    ])('%s fails before the first chunk and gets the status of %s', async (model, code) => {
      const response = await sendChat({ model, stream: true })
      expectError(response, code)
      expect(response.headers.get('retry-after')).toBe(model === 'rate-limited' ? '7' : null)
    })

    test.each([
      ['stream-error', 'STREAM_ERROR'],
      ['stream-cut', 'STREAM_TERMINATED'],
      ['cut-in-event', 'STREAM_TERMINATED'],
    ])('%s fails after two chunks and ends with the error event %s', async (model, code) => {
      const { status, text } = await sendChat({ model, stream: true })
      expect(status).toBe(200)
      const events = parseEventData(text) as { error?: { code: string }; choices?: unknown }[]
      expect(events.map(({ error, choices }) => error?.code ?? typeof choices)).toEqual([
        'object',
        'object',
        code,
      ])
      expect(text).toMatch(/\n\nevent: error\ndata: .*\n\n$/)
      expect(text).not.toMatch(/\[DONE\]|worker|10\.0|half/)
    })

    test('an error thrown in a stream follows two chunks, in the envelope of the path', async () => {
      const { text } = await send('/compat/a15t/v1/errors/rate_limit_exceeded?stream=1&message=Own')
      expect(parseEventData(text).at(-1)).toEqual({
        error: { type: 'rate_limit_exceeded', code: 'rate_limit_exceeded', message: 'Own' },
      })
      expect(parseEventData(text)).toHaveLength(3)
    })

    test.each([
      [
        'openai',
        [/^data: .*"chat.completion.chunk"/, /^data: .*"chat.completion.chunk"/, /^data: \{"error"/],
      ],
      [
        'openai-responses',
        [
          /^event: response.created\n/,
          /^event: response.output_item.added\n/,
          /^event: error\n/,
          /^event: response.failed\n/,
        ],
      ],
      ['anthropic', [/^event: message_start\n/, /^event: content_block_start\n/, /^event: error\n/]],
      ['google', [/^data: \{"candidates"/, /^data: \{"candidates"/, /^data: \{"error"/]],
    ])('the chunks before the error are those that clients of %s expect', async (id, events) => {
      const read = async (path: string): Promise<string[]> =>
        (await send(path)).text.split(/\n\n+/).filter((event) => event !== '')
      const stream = await read(`/compat/${id}/v1/errors/conflict?stream=1`)
      expect(stream).toEqual(events.map((event) => expect.stringMatching(event) as string))
      // `universal` has several kinds of clients, so the query selects their events.
      const selected = await read(`/compat/universal/v1/errors/conflict?stream=${id}`)
      expect(selected.slice(0, 2)).toEqual(stream.slice(0, 2))
    })

    test('a client that disconnects stops the upstream', async () => {
      const abort = new AbortController()
      const response = await fetch(`${target().url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk-demo', 'content-type': 'application/json' },
        body: JSON.stringify(createChatBody({ model: 'slow-stream', stream: true })),
        signal: abort.signal,
      })
      await response.body!.getReader().read()
      expect(target().openStreams()).toBe(1)
      abort.abort()
      await expect.poll(() => target().openStreams()).toBe(0)
    })
  })
}
