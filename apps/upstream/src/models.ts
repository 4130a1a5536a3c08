import type { Failure } from './wire.ts'

/** The behavior of a model. */
export type Behavior =
  | { readonly kind: 'complete' }
  | { readonly kind: 'fail'; readonly failure: Failure }
  /** Never responds. */
  | { readonly kind: 'hang' }
  /** Closes the connection without a response. */
  | { readonly kind: 'disconnect' }
  /** Responds with status 200 and invalid JSON. */
  | { readonly kind: 'invalid-json' }
  /** Streams some chunks and then sends an error event, or closes the connection, or does so within an event. */
  | { readonly kind: 'stream'; readonly chunks: number; readonly end: 'error' | 'disconnect' | 'half-event' }
  /** Streams chunks with a pause before each. */
  | { readonly kind: 'slow'; readonly intervalMs: number; readonly chunks: number }

const fail = (
  status: number,
  message: string,
  type: string,
  code: string | null,
  rest: { param?: string; headers?: Readonly<Record<string, string>> } = {},
): Behavior => ({
  kind: 'fail',
  failure: { status, error: { message, type, param: rest.param ?? null, code }, headers: rest.headers ?? {} },
})

/** The behavior of each model. All except `echo` and `slow-stream` fail. */
export const models: Readonly<Record<string, Behavior>> = {
  echo: { kind: 'complete' },
  overloaded: fail(503, 'The engine is overloaded, try again later.', 'server_error', 'overloaded'),
  'server-error': fail(500, 'The server had an error on worker 10.0.4.17.', 'server_error', null),
  'bad-json': { kind: 'invalid-json' },
  timeout: { kind: 'hang' },
  // A listening server cannot refuse connections, so the gateway sends requests for this model to a closed port.
  unreachable: { kind: 'disconnect' },
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
  'stream-cut': { kind: 'stream', chunks: 2, end: 'disconnect' },
  'cut-in-event': { kind: 'stream', chunks: 2, end: 'half-event' },
  'error-in-200': fail(200, 'The engine is overloaded, try again later.', 'server_error', 'overloaded'),
  'slow-stream': { kind: 'slow', intervalMs: 200, chunks: 50 },
}

/** The failure of `stream-error`, as a response and as an event. */
export const streamFailure: Failure = {
  status: 500,
  error: {
    message: 'The model failed while it answered.',
    type: 'server_error',
    param: null,
    code: 'server_error',
  },
}
