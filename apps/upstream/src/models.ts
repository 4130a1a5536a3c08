import type { Failure } from './wire.ts'

/** How a model answers. */
export type Behaviour =
  | { readonly kind: 'answer' }
  | { readonly kind: 'fail'; readonly failure: Failure }
  /** Never answers. */
  | { readonly kind: 'hang' }
  /** Ends the connection: at once, or after half an answer. */
  | { readonly kind: 'cut'; readonly after: 'nothing' | 'half' }
  /** Answers 200 with a body that is no JSON. */
  | { readonly kind: 'garbage' }
  /** Streams some chunks and then an error, or nothing more. */
  | { readonly kind: 'stream'; readonly chunks: number; readonly end: 'error' | 'cut' }
  /** Streams a chunk at a time. */
  | { readonly kind: 'slow'; readonly every: number; readonly chunks: number }

const fail = (
  status: number,
  message: string,
  type: string,
  code: string | null,
  rest: { param?: string; headers?: Readonly<Record<string, string>> } = {},
): Behaviour => ({
  kind: 'fail',
  failure: { status, error: { message, type, param: rest.param ?? null, code }, headers: rest.headers ?? {} },
})

/** What each model does. `echo` answers, all others misbehave. */
export const models: Readonly<Record<string, Behaviour>> = {
  echo: { kind: 'answer' },
  overloaded: fail(503, 'The engine is overloaded, try again later.', 'server_error', 'overloaded'),
  'server-error': fail(500, 'The server had an error on worker 10.0.4.17.', 'server_error', null),
  'bad-json': { kind: 'garbage' },
  timeout: { kind: 'hang' },
  // A server that listens can't refuse a connection; a gateway sends this model to a port where nobody does.
  unreachable: { kind: 'cut', after: 'nothing' },
  'rate-limited': fail(
    429,
    'Rate limit reached for requests per minute.',
    'requests',
    'rate_limit_exceeded',
    {
      headers: { 'retry-after': '7' },
    },
  ),
  'context-length': fail(
    400,
    "This model's maximum context length is 4097 tokens, but 5012 were asked for. Shorten the messages.",
    'invalid_request_error',
    'context_length_exceeded',
    { param: 'messages' },
  ),
  'bad-credentials': fail(
    401,
    'Incorrect API key provided: sk-upstream-secret-0123456789.',
    'invalid_request_error',
    'invalid_api_key',
  ),
  'stream-error': { kind: 'stream', chunks: 2, end: 'error' },
  'stream-cut': { kind: 'stream', chunks: 2, end: 'cut' },
  'slow-stream': { kind: 'slow', every: 200, chunks: 50 },
}

/** What a model does that streams an error, of a request or in its stream. */
export const streamFailure: Failure = {
  status: 500,
  error: {
    message: 'The model failed while it answered.',
    type: 'server_error',
    param: null,
    code: 'server_error',
  },
}
