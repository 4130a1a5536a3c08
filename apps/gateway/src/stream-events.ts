/** An event of a stream: data alone, or, where it has a name, as it is written. */
export type StreamEvent = object | string

const TEXTS = ['Half', ' an answer']

const chat = TEXTS.map((content) => ({
  id: 'chatcmpl-0',
  object: 'chat.completion.chunk',
  created: 0,
  model: 'echo',
  choices: [{ index: 0, delta: { content }, finish_reason: null }],
}))

const gemini = TEXTS.map((text) => ({
  candidates: [{ index: 0, content: { role: 'model', parts: [{ text }] } }],
  modelVersion: 'echo',
}))

const message = {
  id: 'msg_0',
  type: 'message',
  role: 'assistant',
  model: 'echo',
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 0 },
}

const messages = [
  named('message_start', { message }),
  named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
]

const response = {
  id: 'resp_0',
  object: 'response',
  created_at: 0,
  model: 'echo',
  status: 'in_progress',
  error: null,
  incomplete_details: null,
  output: [],
}

const responses = [
  named('response.created', { sequence_number: 0, response }),
  named('response.output_item.added', {
    sequence_number: 1,
    output_index: 0,
    item: { id: 'msg_0', type: 'message', role: 'assistant', status: 'in_progress', content: [] },
  }),
]

const surfaces: ReadonlyMap<string, readonly StreamEvent[]> = new Map<string, readonly StreamEvent[]>([
  ['anthropic', messages],
  ['openai-responses', responses],
  ['google', gemini],
])

/** How a stream begins on an envelope's surface, in two events: chat chunks, unless its clients expect others. */
export function firstEvents(envelope: string): readonly StreamEvent[] {
  return surfaces.get(envelope) ?? chat
}

function named(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`
}
