/** An error as OpenAI's API words it. */
interface OpenAiError {
  readonly message: string
  readonly type: string
  readonly param: string | null
  readonly code: string | null
}

/** A failure of the upstream: a status, OpenAI's error body, and headers beside it. */
export interface Failure {
  readonly status: number
  readonly error: OpenAiError
  readonly headers?: Readonly<Record<string, string>>
}

/** A chat request as far as the upstream cares. */
export interface ChatRequest {
  readonly model: string
  readonly stream: boolean
  /** The content of the last message. */
  readonly content: string
}

/** A request's problem that the caller is to mend. */
export function invalid(message: string, code: string | null = null, param: string | null = null): Failure {
  return { status: 400, error: { message, type: 'invalid_request_error', param, code } }
}

/** Reads a chat request. */
export function readChat(body: unknown): ChatRequest | Failure {
  if (typeof body !== 'object' || body === null) return invalid('The body must be an object.')
  const { model, messages, stream } = body as Record<string, unknown>
  if (typeof model !== 'string') return invalid('You must provide a model.', null, 'model')
  if (!Array.isArray(messages) || messages.length === 0)
    return invalid('You must provide messages.', null, 'messages')
  const { content } = (messages.at(-1) ?? {}) as { content?: unknown }
  return { model, stream: stream === true, content: typeof content === 'string' ? content : '' }
}

const created = 1_700_000_000
let answered = 0

/** A chat completion object. */
export function completion({ model, content }: ChatRequest): object {
  const tokens = words(content).length
  return {
    id: `chatcmpl-${++answered}`,
    object: 'chat.completion',
    created,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: tokens, completion_tokens: tokens, total_tokens: tokens * 2 },
  }
}

/** The chunks of a streamed completion, a word each. */
export function* chunks({ model, content }: ChatRequest): Generator<object> {
  const id = `chatcmpl-${++answered}`
  const chunk = (delta: object, reason: string | null = null): object => ({
    id,
    object: 'chat.completion.chunk',
    created,
    model,
    choices: [{ index: 0, delta, finish_reason: reason }],
  })
  yield chunk({ role: 'assistant', content: '' })
  for (const word of words(content)) yield chunk({ content: word })
  yield chunk({}, 'stop')
}

/** A text in words, the space before each kept, so that they join to the text again. */
function words(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? []
}
