import { PROMPT, type Client } from './client.ts'

/** The errors that the Codex CLI distinguishes. `stream` is its error for a stream that ends early. */
type Kind =
  | 'context_window_exceeded'
  | 'http_status'
  | 'invalid_request'
  | 'quota_exceeded'
  | 'retryable'
  | 'server_overloaded'
  | 'stream'

/** The error of the reader below. */
class CodexError extends Error {
  override readonly name = 'CodexError'
  readonly kind: Kind

  constructor(kind: Kind, message: string) {
    super(message)
    this.kind = kind
  }
}

const kindsByCode: Readonly<Record<string, Kind>> = {
  context_length_exceeded: 'context_window_exceeded',
  insufficient_quota: 'quota_exceeded',
  invalid_prompt: 'invalid_request',
  server_is_overloaded: 'server_overloaded',
}

interface CodexEvent {
  readonly type?: string
  readonly response?: { readonly error?: { readonly code?: string; readonly message?: string } }
}

/**
 * Reads a stream of the Responses API as OpenAI's Codex CLI does, which is written in Rust: it selects by the `type` of
 * the data and ignores names of events and types that it does not know, `error` among them.
 */
async function readAsCodex(url: string): Promise<void> {
  const response = await fetch(`${url}/v1/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', input: PROMPT, stream: true }),
  })
  if (!response.ok) throw new CodexError('http_status', `${response.status} ${await response.text()}`)
  for (const event of (await response.text()).split(/\r\n\r\n|\n\n|\r\r/)) {
    const data = event
      .split(/\r\n|\n|\r/)
      .flatMap((line) => (line.startsWith('data:') ? [line.slice('data:'.length).trimStart()] : []))
    if (handleEvent(parseEvent(data.join('\n')))) return
  }
  throw new CodexError('stream', 'stream closed before response.completed')
}

/** The CLI skips data that it cannot parse. */
function parseEvent(data: string): CodexEvent {
  try {
    return JSON.parse(data) as CodexEvent
  } catch {
    return {}
  }
}

/** Returns whether an event ends the response. @throws CodexError for a failed one */
function handleEvent({ type, response }: CodexEvent): boolean {
  if (type === 'response.failed') {
    const { code = '', message = '' } = response?.error ?? {}
    throw new CodexError(kindsByCode[code] ?? 'retryable', message)
  }
  return type === 'response.completed'
}

export const codexClient: Client = {
  sdk: 'codex',
  name: 'Codex CLI (its rules)',
  formats: ['responses'],
  read: readAsCodex,
  isTyped: (error, expected) =>
    error instanceof CodexError && error.kind !== 'stream' && error.message.includes(expected.message),
}
