/** A complete, successful stream. */
export interface Recording {
  readonly bytes: Uint8Array
  /**
   * Number of bytes after which the last event is complete: its lines, and the first character of its blank line. The
   * event format ends a line with LF, CRLF or CR, so the CR of a CRLF already is a line end.
   */
  readonly lastEventEnd: number
  readonly contentType: string
}

/** Creates a recording. `after` is sent after the last event. */
function record(events: readonly string[], { lineEnd = '\n', after = '' } = {}): Recording {
  const text = events.map((event) => `${event}\n\n`).join('')
  const encode = (lines: string): Uint8Array => new TextEncoder().encode(lines.replaceAll('\n', lineEnd))
  return {
    bytes: encode(text + after),
    lastEventEnd: encode(text).length - lineEnd.length + 1,
    contentType: 'text/event-stream; charset=utf-8',
  }
}

/** Creates a recording of newline-delimited JSON, whose last line is complete with its line feed. */
function recordLines(values: readonly object[]): Recording {
  const bytes = new TextEncoder().encode(values.map((value) => `${JSON.stringify(value)}\n`).join(''))
  return { bytes, lastEventEnd: bytes.length, contentType: 'application/x-ndjson' }
}

function toData(data: object): string {
  return `data: ${JSON.stringify(data)}`
}

/** An event whose name is the `type` of its data. */
function toNamedEvent(data: { readonly type: string; readonly sequence_number?: number }): string {
  return `event: ${data.type}\n${toData(data)}`
}

const HEARTBEAT = ': heartbeat'
const DONE = 'data: [DONE]'

function createChunk(delta: object, finishReason: string | null = null): string {
  return toData({
    id: 'c1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  })
}

/** OpenAI's chat completions. A proxy adds a comment after the last event. */
export const chatCompletions = record(
  [
    createChunk({ role: 'assistant', content: 'Café ' }),
    HEARTBEAT,
    createChunk({ content: '漢字 ' }),
    createChunk({ content: '🎉👩‍🚀' }),
    createChunk({}, 'stop'),
    DONE,
  ],
  { after: `${HEARTBEAT}\n\n` },
)

/** Azure's chat completions: a comment first, then a chunk with the results of the content filter and without choices. */
export const azureChatCompletions = record([
  HEARTBEAT,
  toData({
    id: '',
    object: '',
    created: 0,
    model: '',
    choices: [],
    prompt_filter_results: [{ prompt_index: 0, content_filter_results: { hate: { filtered: false } } }],
  }),
  createChunk({ role: 'assistant', content: 'Café 漢字' }),
  createChunk({ content: ' 🎉' }),
  createChunk({}, 'stop'),
  DONE,
])

function createResponse(status: string, rest: object = {}): object {
  return { id: 'r1', object: 'response', created_at: 1, status, model: 'm', output: [], ...rest }
}

const outputPlace = { item_id: 'msg_1', output_index: 0, content_index: 0 }

/** OpenAI's Responses API. */
export const responses = record(
  [
    { type: 'response.created', response: createResponse('in_progress') },
    {
      type: 'response.output_item.added',
      output_index: 0,
      item: { id: 'msg_1', type: 'message', content: [] },
    },
    { type: 'response.output_text.delta', ...outputPlace, delta: 'Café 漢' },
    { type: 'response.output_text.delta', ...outputPlace, delta: '字 🎉' },
    {
      type: 'response.completed',
      response: createResponse('completed', { usage: { input_tokens: 1, output_tokens: 2 } }),
    },
  ].flatMap((event, index) => [
    toNamedEvent({ ...event, sequence_number: index }),
    ...(index === 1 ? [HEARTBEAT] : []),
  ]),
)

/** Anthropic's messages. */
export const messages = record(
  [
    {
      type: 'message_start',
      message: {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'm',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 1, output_tokens: 1 },
      },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Café 漢' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: '字 🎉' } },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 9 },
    },
    { type: 'message_stop' },
  ]
    .map(toNamedEvent)
    .toSpliced(5, 0, HEARTBEAT),
)

function createContent(text: string, rest: object = {}): object {
  return {
    candidates: [{ content: { parts: [{ text }], role: 'model' }, ...rest, index: 0 }],
    usageMetadata: { promptTokenCount: 1, totalTokenCount: 9 },
    modelVersion: 'm',
  }
}

/** Google's `streamGenerateContent?alt=sse`, which has CRLF as line end and no event that ends the stream. */
export const generatedContent = record(
  [
    toData(createContent('Café ')),
    HEARTBEAT,
    toData(createContent('漢字 ')),
    toData(createContent('🎉👩‍🚀', { finishReason: 'STOP' })),
  ],
  { lineEnd: '\r\n' },
)

/** The UI message stream of the AI SDK, which `useChat` reads. */
export const uiMessages = record([
  toData({ type: 'start', messageId: 'm1' }),
  toData({ type: 'start-step' }),
  toData({ type: 'text-start', id: 't1' }),
  toData({ type: 'text-delta', id: 't1', delta: 'Café 漢' }),
  HEARTBEAT,
  toData({ type: 'text-delta', id: 't1', delta: '字 🎉👩‍🚀' }),
  toData({ type: 'text-delta', id: 't1', delta: ' naïve' }),
  toData({ type: 'text-end', id: 't1' }),
  toData({ type: 'finish-step' }),
  toData({ type: 'finish' }),
  DONE,
])

/** A run of the AG-UI protocol. */
export const runEvents = record([
  toData({ type: 'RUN_STARTED', threadId: 't1', runId: 'r1' }),
  toData({ type: 'TEXT_MESSAGE_START', messageId: 'm1', role: 'assistant' }),
  toData({ type: 'TEXT_MESSAGE_CONTENT', messageId: 'm1', delta: 'Café 漢' }),
  HEARTBEAT,
  toData({ type: 'TEXT_MESSAGE_CONTENT', messageId: 'm1', delta: '字 🎉👩‍🚀' }),
  toData({ type: 'TEXT_MESSAGE_END', messageId: 'm1' }),
  toData({ type: 'RUN_FINISHED', threadId: 't1', runId: 'r1' }),
])

function createChatLine(content: string, rest: object): object {
  return { model: 'm', created_at: '2026-01-01T00:00:00Z', message: { role: 'assistant', content }, ...rest }
}

/** Ollama's chat, in newline-delimited JSON. */
export const chatLines = recordLines([
  createChatLine('Café ', { done: false }),
  createChatLine('漢字 🎉👩‍🚀', { done: false }),
  createChatLine('', { done: true, done_reason: 'stop' }),
])

/** Events for the documents that define no stream: names, ids, a reconnection time, data of several lines. */
export const plainEvents = record([
  'retry: 3000',
  `id: 1\nevent: progress\n${toData({ step: 'Café', percent: 25 })}`,
  HEARTBEAT,
  'id: 2\nevent: progress\ndata: {"step":\ndata: "漢字",\ndata: "percent": 50}',
  `id: 3\nevent: progress\n${toData({ step: '🎉👩‍🚀', percent: 75, error: null })}`,
  `id: 4\nevent: progress\n${toData({ step: 'The word "error" is not an error', percent: 99 })}`,
  `id: 5\nevent: done\n${toData({ step: 'naïve', percent: 100, took: '12 ms' })}`,
])
