import fc from 'fast-check'
import { serve } from '@faultline/test-kit'
import { describe, expect, test } from 'vitest'
import { ApiError, readEvents, readStreamFailure, type ReadEventsOptions } from '../src/index.ts'

/** `npm run fuzz` sets a higher number. */
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 300)

const EVENT_STREAM = { 'content-type': 'text/event-stream' }

/** Reads a response to its end. Returns the data of its events, and the error. */
async function readResponse(response: Response, options?: ReadEventsOptions) {
  const data: string[] = []
  try {
    for await (const event of readEvents(response, options)) data.push(event.data)
    return { data }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return { data, code: error.code, retryable: error.retryable, message: error.message }
  }
}
const read = (text: string, options?: ReadEventsOptions, headers: Record<string, string> = {}) =>
  readResponse(new Response(text, { headers: { ...EVENT_STREAM, ...headers } }), options)

const chunk = (content: string, finishReason: string | null = null): string =>
  JSON.stringify({
    id: 'c',
    object: 'chat.completion.chunk',
    error: null,
    choices: [{ index: 0, delta: { content }, finish_reason: finishReason }],
  })
const toEvent = (data: string, name?: string): string =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${data}\n\n`
const toNamedEvent = (data: { readonly type: string }): string => toEvent(JSON.stringify(data), data.type)

describe('an event that reports an error', () => {
  test.each([
    [
      'response.failed with a full context',
      '{"type":"response.failed","response":{"error":{"code":"context_length_exceeded","message":"m"}}}',
      { code: 'prompt_too_long', retryable: false, message: 'm' },
    ],
    [
      'response.failed with an exceeded quota',
      '{"type":"response.failed","response":{"error":{"code":"insufficient_quota","message":"m"}}}',
      { code: 'quota_exceeded', retryable: false },
    ],
    [
      'response.failed with an overload',
      '{"type":"response.failed","response":{"error":{"code":"server_is_overloaded","message":"m"}}}',
      { code: 'overloaded', retryable: true },
    ],
    [
      'response.failed with a policy',
      '{"type":"response.failed","response":{"error":{"code":"bio_policy","message":"m"}}}',
      { code: 'bio_policy', retryable: false },
    ],
    [
      'response.failed without an error',
      '{"type":"response.failed","response":{"error":null}}',
      { code: 'stream_error', retryable: true },
    ],
    [
      'AG-UI’s',
      '{"type":"RUN_ERROR","message":"m","code":"rate_limit_exceeded"}',
      { code: 'rate_limit_exceeded' },
    ],
    ['AG-UI’s without a code', '{"type":"RUN_ERROR","message":"m"}', { code: 'stream_error', message: 'm' }],
    [
      'the AI SDK’s',
      '{"type":"error","errorText":"m"}',
      { code: 'stream_error', retryable: true, message: 'm' },
    ],
    ['Ollama’s', '{"error":"m"}', { code: 'stream_error', retryable: true, message: 'm' }],
    [
      'Gemini’s of the Interactions API',
      '{"event_type":"error","error":{"code":"quota_exceeded","message":"m"}}',
      { code: 'quota_exceeded', retryable: false },
    ],
    [
      'API Management’s',
      '{"statusCode":429,"message":"m"}',
      { code: 'rate_limit_exceeded', retryable: true },
    ],
    [
      'vLLM’s flat one',
      '{"object":"error","message":"m","type":"BadRequestError","code":400}',
      { code: 'invalid_request' },
    ],
    [
      'an unknown code of the server',
      '{"error":{"message":"m","type":"server_error","code":"worker_lost"}}',
      { code: 'worker_lost', retryable: true },
    ],
    [
      'an error of the request without a code',
      '{"error":{"message":"m","type":"invalid_request_error"}}',
      { code: 'invalid_request', retryable: false },
    ],
    ['OpenRouter’s without an error', chunk('', 'error'), { code: 'stream_error', retryable: true }],
    [
      'Cohere’s',
      '{"type":"message-end","delta":{"finish_reason":"ERROR"}}',
      { code: 'stream_error', retryable: true },
    ],
    [
      'Gemini’s malformed call',
      '{"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL"}]}',
      { code: 'stream_error', retryable: true },
    ],
    [
      'DeepSeek’s overload',
      chunk('', 'insufficient_system_resource'),
      { code: 'model_overloaded', retryable: true },
    ],
  ])('is thrown: %s', async (_, data, error) => {
    expect(await read(toEvent('{"a":1}') + toEvent(data) + toEvent('never'))).toMatchObject({
      data: ['{"a":1}'],
      ...error,
    })
  })

  test.each([
    ['a JSON string', '"m"', 'm'],
    ['text', 'm', 'm'],
    ['a flat error', '{"type":"server_error","message":"m"}', 'm'],
    ['a nested error', '{"error":{"message":"m"}}', 'm'],
    ['an empty object', '{}', 'The response stream failed'],
  ])('is thrown if it is named error and has %s', async (_, data, message) => {
    expect(await read(toEvent(data, 'error'))).toMatchObject({ data: [], retryable: true, message })
  })

  test('is thrown if its event line is glued to a part of an event', async () => {
    const half = chunk('Hello').slice(0, 30)
    for (const [rest, code] of [
      ['event: error\ndata: {"error":{"message":"m","type":"rate_limit_error"}}', 'rate_limit_exceeded'],
      ['event: error\ndata: "error": it broke', 'stream_error'],
      ['\ndata: {"error":{"message":"m"}}', 'stream_error'],
      ['data: {"error":{"message":"m"}}', 'stream_error'],
    ] as const)
      expect(await read(`data: ${half}${rest}\n\n`)).toMatchObject({ data: [], code, retryable: true })
  })

  test('is thrown if it is a field named error, unless the event has data', async () => {
    expect(await read('data: a\n\nerror: {"code":503,"message":"m"}\n\n')).toMatchObject({
      data: ['a'],
      code: 'service_unavailable',
    })
    expect(await read('error: x\ndata: a\n\n')).toEqual({ data: ['a'] })
  })

  test.each([
    ['JSON', '{"error":{"code":503,"message":"m"}}\n', 'service_unavailable'],
    [
      'formatted JSON',
      '{\n  "error": {\n    "code": 503,\n    "message": "m"\n  }\n}\n',
      'service_unavailable',
    ],
    ['lines of JSON', '{"response":"a"}\n{"error":"m"}\n', 'stream_error'],
    ['an HTML page', '<html>\n<head></head>\n\n<body>502</body>\n</html>\n', 'stream_terminated'],
    ['an HTML page with a doctype', '<!DOCTYPE html>\n<p>502\n', 'stream_terminated'],
  ])('is thrown if it is %s instead of an event', async (_, document, code) => {
    expect(await read(`data: a\n\n${document}`)).toMatchObject({ data: ['a'], code, retryable: true })
    expect(await read(`data: a\n\n${document}\ndata: b\n\n`)).toMatchObject({ data: ['a'], code })
  })
})

describe('an answer that a content filter ended', () => {
  const filtered: [string, string, string][] = [
    ['OpenAI', chunk('He', 'content_filter'), 'unsafe_content'],
    ['Anthropic', '{"type":"message_delta","delta":{"stop_reason":"refusal"}}', 'unsafe_content'],
    ['Gemini', '{"candidates":[{"content":{"parts":[]},"finishReason":"SAFETY"}]}', 'unsafe_content'],
    ['Gemini’s prompt', '{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}', 'prompt_violation'],
    [
      'the Responses API',
      '{"type":"response.incomplete","response":{"incomplete_details":{"reason":"content_filter"}}}',
      'unsafe_content',
    ],
    ['the AI SDK', '{"type":"finish","finishReason":"content-filter"}', 'unsafe_content'],
  ]

  test.each(filtered)('is yielded and then thrown: %s', async (_, data, code) => {
    const result = await read(toEvent('{"a":1}') + toEvent(data) + toEvent('[DONE]'))
    expect(result).toMatchObject({ data: ['{"a":1}', data], code, retryable: false })
  })

  test.each(filtered)('is only yielded with the option: %s', async (_, data) => {
    const events = toEvent('{"a":1}') + toEvent(data) + toEvent('[DONE]')
    expect(await read(events, { contentFilter: 'yield' })).toEqual({ data: ['{"a":1}', data, '[DONE]'] })
  })

  test('is thrown at the terminator as well', async () => {
    const isFinish = ({ data }: { data: string }): boolean => data.includes('content_filter')
    const events = toEvent(chunk('He', 'content_filter'))
    expect(await read(events, { terminator: isFinish })).toMatchObject({ code: 'unsafe_content' })
    expect(await read(events, { terminator: isFinish, contentFilter: 'yield' })).toEqual({
      data: [chunk('He', 'content_filter')],
    })
  })
})

test.each([
  chunk('', 'stop'),
  chunk('', 'length'),
  chunk('', 'tool_calls'),
  '{"type":"message_delta","delta":{"stop_reason":"max_tokens"}}',
  '{"type":"response.incomplete","response":{"error":null,"incomplete_details":{"reason":"max_output_tokens"}}}',
  '{"type":"response.completed","response":{"error":null}}',
  '{"candidates":[{"finishReason":"MAX_TOKENS"}]}',
  '{"candidates":[{"finishReason":"OTHER"}]}',
  '{"type":"codex.rate_limits","rate_limits":{"limit_reached":true}}',
  '{"type":"response.output_item.done","item":{"type":"mcp_call","error":{"message":"m"}}}',
  '{"statusCode":200,"message":"m"}',
  '{"statusCode":500}',
  '{"step":1,"error":0.02}',
  '{"half an "error"',
])('yields an event that is not a failure: %s', async (data) => {
  expect(await read(toEvent(data))).toEqual({ data: [data] })
  expect(readStreamFailure({ data })).toBeUndefined()
})

describe('a stream without a terminator', () => {
  const start: [string, string][] = [
    ['OpenAI', toEvent(chunk('Hello'))],
    ['Anthropic', toNamedEvent({ type: 'message_start' })],
    ['the Responses API', toNamedEvent({ type: 'response.created' })],
    ['AG-UI', toEvent('{"type":"RUN_STARTED"}')],
  ]

  test.each(start)('of %s is truncated before its last event', async (_, events) => {
    expect(await read(events)).toMatchObject({ code: 'stream_terminated', retryable: true })
    expect(await read(`${events}data: [DONE]\n\n`)).not.toHaveProperty('code')
  })

  test.each([
    ['OpenAI, at the end of the answer', toEvent(chunk('Hello')) + toEvent(chunk('', 'stop'))],
    ['Anthropic', toNamedEvent({ type: 'message_start' }) + toNamedEvent({ type: 'message_stop' })],
    [
      'the Responses API',
      toNamedEvent({ type: 'response.created' }) + toNamedEvent({ type: 'response.completed' }),
    ],
    ['AG-UI', toEvent('{"type":"RUN_STARTED"}') + toEvent('{"type":"RUN_FINISHED"}')],
    ['an unknown format', toEvent('{"type":"start"}') + toEvent('{"type":"text"}')],
    ['Azure, which begins with the results of its filter', toEvent('{"choices":[],"object":""}')],
  ])('of %s is complete', async (_, events) => {
    expect(await read(events)).not.toHaveProperty('code')
  })

  test('of the AI SDK is recognized by its header', async () => {
    const events = toEvent('{"type":"start"}')
    const headers = { 'x-vercel-ai-ui-message-stream': 'v1' }
    expect(await read(events, {}, headers)).toMatchObject({ code: 'stream_terminated' })
    expect(await read(`${events}data: [DONE]\n\n`, {}, headers)).not.toHaveProperty('code')
  })

  test('is truncated at the part of an event that a gateway ended with a blank line', async () => {
    const half = chunk('Hello').slice(0, 40)
    expect(await read(toEvent(chunk('He')) + toEvent(half) + toEvent('{"error":{}}'))).toEqual({
      data: [chunk('He')],
      code: 'stream_terminated',
      retryable: true,
      message: 'The response stream ended unexpectedly',
    })
    // Tokens of a stream without JSON.
    expect(await read(toEvent('{') + toEvent('a'))).toEqual({ data: ['{', 'a'] })
  })
})

test('a response with status 200 that is not a stream is an error only if its body is one', async () => {
  const url = await serve(({ url: path }, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(path === '/error' ? '[{"error":{"code":503,"message":"m"}}]' : '{"choices":[]}')
  })
  expect(await readResponse(await fetch(`${url}/error`))).toMatchObject({
    code: 'service_unavailable',
    retryable: true,
  })
  expect(await readResponse(await fetch(url))).toMatchObject({
    code: 'upstream_error',
    retryable: false,
    message: 'The response is not an event stream',
  })
})

describe('a complete stream of ordinary events', () => {
  const content = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '"error"',
      '{"error":{}}',
      'event: error',
      '<html>',
      '"finish_reason":"error"',
      '{',
      '"RUN_ERROR"',
    ),
    fc.constantFrom(
      '{"type":"response.failed"}',
      '"statusCode":500',
      'error: x',
      '\n\nevent: error\ndata: x\n\n',
    ),
  )
  const streams = {
    chat: (tokens: readonly string[]) =>
      [...tokens.map((text) => chunk(text)), chunk('', 'stop'), '[DONE]'].map((data) => toEvent(data)),
    messages: (tokens: readonly string[]) =>
      [
        { type: 'message_start', message: { stop_reason: null } },
        { type: 'ping' },
        ...tokens.map((text) => ({ type: 'content_block_delta', delta: { type: 'text_delta', text } })),
        { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
        { type: 'message_stop' },
      ].map(toNamedEvent),
    responses: (tokens: readonly string[]) =>
      [
        { type: 'response.created', response: { error: null, incomplete_details: null } },
        ...tokens.map((delta) => ({ type: 'response.output_text.delta', delta })),
        { type: 'response.completed', response: { error: null, incomplete_details: null } },
      ].map(toNamedEvent),
    gemini: (tokens: readonly string[]) =>
      [...tokens, ''].map((text, index) =>
        toEvent(
          JSON.stringify({
            candidates: [
              { content: { parts: [{ text }] }, ...(index < tokens.length ? {} : { finishReason: 'STOP' }) },
            ],
          }),
        ),
      ),
    agUi: (tokens: readonly string[]) =>
      [
        { type: 'RUN_STARTED' },
        ...tokens.map((delta) => ({ type: 'TEXT_MESSAGE_CONTENT', delta })),
        { type: 'RUN_FINISHED' },
      ].map((data) => toEvent(JSON.stringify(data))),
    cohere: (tokens: readonly string[]) =>
      [
        ...tokens.map((text) => ({ type: 'content-delta', delta: { message: { content: { text } } } })),
        { type: 'message-end', delta: { finish_reason: 'COMPLETE' } },
      ].map((data) => toEvent(JSON.stringify(data))),
  }

  test.each(Object.entries(streams))(
    'of %s is yielded, regardless of the chunks',
    async (_, createEvents) => {
      await fc.assert(
        fc.asyncProperty(fc.array(content), fc.array(fc.nat(2000)), async (tokens, offsets) => {
          const events = createEvents(tokens)
          const bytes = new TextEncoder().encode(events.join(': ping\n\n'))
          const ends = [
            ...offsets.filter((end) => end < bytes.length).toSorted((a, b) => a - b),
            bytes.length,
          ]
          const body = new ReadableStream<Uint8Array>({
            start(controller) {
              for (const [index, end] of ends.entries())
                controller.enqueue(bytes.slice(ends[index - 1] ?? 0, end))
              controller.close()
            },
          })
          const { data, code } = await readResponse(new Response(body, { headers: EVENT_STREAM }))
          expect([data.length, code]).toEqual([events.length, undefined])
        }),
        { numRuns },
      )
    },
  )
})
