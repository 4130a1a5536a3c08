import { sendEvents } from './server.ts'
import { failed, error, type Row } from './rows.ts'

const chunk =
  'data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"echo","choices":[{"index":0,"delta":{"role":"assistant","content":"a"}}]}\n\n'
const event = (type: string, code: string | null, message = 'x') =>
  `event: error\ndata: ${JSON.stringify({ type: 'error', error: { type, message, param: null, code } })}\n\n`
const streaming = [
  'openai 7',
  'openai 6',
  'openai 4',
  'ai 7',
  'ai 6',
  'groq-sdk',
  '@anthropic-ai/sdk 1',
  '@anthropic-ai/sdk 0',
] as const
// The SDK parses each chunk of the body as an error before it parses events.
const gemini = (code: number, status: string) => JSON.stringify({ error: { code, message: 'x', status } })

/** Failures within a stream. */
export const streamed: readonly Row[] = [
  {
    name: 'an overload',
    via: streaming,
    behavior: sendEvents([chunk, event('overloaded_error', 'server_is_overloaded', 'Overloaded')]),
    service: error('model_overloaded', true),
  },
  {
    name: 'a rate limit',
    via: streaming,
    behavior: sendEvents([chunk, event('rate_limit_error', 'rate_limit_exceeded')]),
    service: error('rate_limit_exceeded', true),
  },
  {
    name: 'an exceeded quota',
    via: streaming,
    behavior: sendEvents([chunk, event('insufficient_quota', 'insufficient_quota')]),
    service: failed,
    caller: error('quota_exceeded'),
  },
  {
    name: 'a content filter',
    via: streaming,
    behavior: sendEvents([chunk, event('invalid_request_error', 'content_filter')]),
    service: error('prompt_violation'),
  },
  {
    name: 'a server error',
    via: streaming,
    behavior: sendEvents([chunk, event('api_error', 'server_error')]),
    service: error('stream_error', true),
  },
  {
    name: 'a truncated stream',
    via: [...streaming, '@google/genai'],
    behavior: sendEvents([chunk], 'destroy'),
    service: error('stream_terminated', true),
  },
  {
    name: 'Gemini’s overload',
    via: ['@google/genai'],
    behavior: sendEvents([gemini(503, 'UNAVAILABLE')]),
    service: error('model_overloaded', true),
  },
  {
    name: 'Gemini’s error',
    via: ['@google/genai'],
    behavior: sendEvents([gemini(500, 'INTERNAL')]),
    service: error('stream_error', true),
  },
]
