import { streams } from './server.ts'
import { failed, is, type Row } from './rows.ts'

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
// The SDK looks for an error in each piece of the body before it looks for events.
const gemini = (code: number, status: string) => JSON.stringify({ error: { code, message: 'x', status } })

/** What fails in the middle of a stream. */
export const streamed: readonly Row[] = [
  {
    is: 'an overload',
    via: streaming,
    behaviour: streams([chunk, event('overloaded_error', 'server_is_overloaded', 'Overloaded')]),
    service: is('model_overloaded', true),
  },
  {
    is: 'a rate limit',
    via: streaming,
    behaviour: streams([chunk, event('rate_limit_error', 'rate_limit_exceeded')]),
    service: is('rate_limit_exceeded', true),
  },
  {
    is: 'a spent quota',
    via: streaming,
    behaviour: streams([chunk, event('insufficient_quota', 'insufficient_quota')]),
    service: failed,
    caller: is('quota_exceeded'),
  },
  {
    is: 'a filter',
    via: streaming,
    behaviour: streams([chunk, event('invalid_request_error', 'content_filter')]),
    service: is('prompt_violation'),
  },
  {
    is: 'a server’s error',
    via: streaming,
    behaviour: streams([chunk, event('api_error', 'server_error')]),
    service: is('stream_error', true),
  },
  {
    is: 'a cut',
    via: [...streaming, '@google/genai'],
    behaviour: streams([chunk], 'breaks'),
    service: is('stream_terminated', true),
  },
  {
    is: 'Gemini’s overload',
    via: ['@google/genai'],
    behaviour: streams([gemini(503, 'UNAVAILABLE')]),
    service: is('model_overloaded', true),
  },
  {
    is: 'Gemini’s error',
    via: ['@google/genai'],
    behaviour: streams([gemini(500, 'INTERNAL')]),
    service: is('stream_error', true),
  },
]
