/** A stream event: an object to send as `data`, or, for a named event, its text on the wire. */
export type StreamEvent = object | string

const DELTAS = ['Half', ' an answer']

const chatChunks = DELTAS.map((content) => ({
  id: 'chatcmpl-0',
  object: 'chat.completion.chunk',
  created: 0,
  model: 'echo',
  choices: [{ index: 0, delta: { content }, finish_reason: null }],
}))

const geminiChunks = DELTAS.map((text) => ({
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

const anthropicEvents = [
  namedEvent('message_start', { message }),
  namedEvent('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
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

const responsesEvents = [
  namedEvent('response.created', { sequence_number: 0, response }),
  namedEvent('response.output_item.added', {
    sequence_number: 1,
    output_index: 0,
    item: { id: 'msg_0', type: 'message', role: 'assistant', status: 'in_progress', content: [] },
  }),
]

const eventsByEnvelope: ReadonlyMap<string, readonly StreamEvent[]> = new Map<string, readonly StreamEvent[]>(
  [
    ['anthropic', anthropicEvents],
    ['openai-responses', responsesEvents],
    ['google', geminiChunks],
  ],
)

/** The first two events of a stream, as the clients of an envelope expect them. */
export function firstEvents(envelope: string): readonly StreamEvent[] {
  return eventsByEnvelope.get(envelope) ?? chatChunks
}

function namedEvent(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`
}
