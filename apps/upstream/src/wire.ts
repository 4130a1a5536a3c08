/** The error object of OpenAI's API. */
interface OpenAiError {
  readonly message: string
  readonly type: string
  readonly param: string | null
  readonly code: string | null
}

/** An error response: status, OpenAI's error object and additional headers. */
export interface Failure {
  readonly status: number
  readonly error: OpenAiError
  readonly headers?: Readonly<Record<string, string>>
}

/** The parts of a chat request that the upstream uses. */
export interface ChatRequest {
  readonly model: string
  readonly stream: boolean
  /** The content of the last message. */
  readonly content: string
}

/** Creates a 400 response. */
export function createInvalidRequest(
  message: string,
  code: string | null = null,
  param: string | null = null,
): Failure {
  return { status: 400, error: { message, type: 'invalid_request_error', param, code } }
}

/** Parses the body of a chat request. */
export function parseChat(body: unknown): ChatRequest | Failure {
  if (typeof body !== 'object' || body === null) return createInvalidRequest('The body must be an object.')
  const { model, messages, stream } = body as Record<string, unknown>
  if (typeof model !== 'string') return createInvalidRequest('You must provide a model.', null, 'model')
  if (!Array.isArray(messages) || messages.length === 0)
    return createInvalidRequest('You must provide messages.', null, 'messages')
  const { content } = (messages.at(-1) ?? {}) as { content?: unknown }
  return { model, stream: stream === true, content: typeof content === 'string' ? content : '' }
}

const created = 1_700_000_000
let completions = 0

/** Creates a chat completion object that repeats the last message. */
export function createCompletion({ model, content }: ChatRequest): object {
  const tokens = splitWords(content).length
  return {
    id: `chatcmpl-${++completions}`,
    object: 'chat.completion',
    created,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: tokens, completion_tokens: tokens, total_tokens: tokens * 2 },
  }
}

/** Creates the chunks of a streamed completion, one per word. */
export function* createChunks({ model, content }: ChatRequest): Generator<object> {
  const id = `chatcmpl-${++completions}`
  const chunk = (delta: object, reason: string | null = null): object => ({
    id,
    object: 'chat.completion.chunk',
    created,
    model,
    choices: [{ index: 0, delta, finish_reason: reason }],
  })
  yield chunk({ role: 'assistant', content: '' })
  for (const word of splitWords(content)) yield chunk({ content: word })
  yield chunk({}, 'stop')
}

/** Splits a string into words that keep the space before them, so that joining them gives the string. */
function splitWords(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? []
}
