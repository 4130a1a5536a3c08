import { answers, streams, type Behaviour } from './server.ts'
import type { clients } from './clients.ts'

/** What one failure is to come to. What is left out is undefined. */
export interface Expected {
  readonly code: string
  readonly retryable: boolean
  readonly retryAfter?: number
  readonly requestId?: string
}

/** A way in which an upstream fails, and the clients that meet it. */
export interface Row {
  readonly is: string
  readonly via: readonly (keyof typeof clients)[]
  readonly behaviour: Behaviour
  readonly service: Expected
  /** With the caller's credentials. @default the same */
  readonly caller?: Expected
}

const openai = [
  'openai 7',
  'openai 6',
  'openai 4',
  'ai 7',
  'ai 6',
  'axios',
  'got',
  'ky',
  'undici',
  'fetch',
] as const
const anthropic = ['@anthropic-ai/sdk 1', '@anthropic-ai/sdk 0', 'fetch'] as const
const google = ['@google/genai', 'fetch', 'axios'] as const
const mistral = ['@mistralai/mistralai', 'fetch'] as const
const cohere = ['cohere-ai', 'fetch'] as const
const bedrock = ['@aws-sdk/client-bedrock-runtime'] as const
const groq = ['groq-sdk', 'fetch'] as const
const openrouter = ['@openrouter/sdk', 'fetch'] as const

const openaiError = (
  status: number,
  type: string | null,
  code: string | null,
  message: string,
  param: string | null = null,
) => answers(status, { error: { message, type, param, code } }, { 'x-request-id': 'req_up1' })
const anthropicError = (status: number, type: string, message: string, details?: object) =>
  answers(
    status,
    {
      type: 'error',
      error: { type, message, ...(details === undefined ? {} : { details }) },
      request_id: 'req_body',
    },
    { 'request-id': 'req_011CS' },
  )
const googleError = (code: number, status: string, message: string, details: readonly object[] = []) =>
  answers(code, { error: { code, message, status, details } })
const detail = (type: string, more: object) => ({
  '@type': `type.googleapis.com/google.rpc.${type}`,
  ...more,
})
const awsError = (status: number, type: string, message: string) =>
  answers(
    status,
    { message },
    { 'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/`, 'x-amzn-requestid': 'aws-1' },
  )

const failed: Expected = { code: 'failed_request', retryable: false }
const is = (code: string, retryable = false, more: Partial<Expected> = {}): Expected => ({
  code,
  retryable,
  ...more,
})

const id = { requestId: 'req_up1' }
const anthropicId = { requestId: 'req_011CS' }
const awsId = { requestId: 'aws-1' }

/** facts: OpenAI's codes. */
const ofOpenai: readonly Row[] = [
  {
    is: 'a parameter that is wrong',
    via: openai,
    behaviour: openaiError(
      400,
      'invalid_request_error',
      'decimal_above_max_value',
      'Invalid temperature',
      'temperature',
    ),
    service: is('invalid_field_value', false, id),
  },
  {
    is: 'a parameter that is missing',
    via: openai,
    behaviour: openaiError(400, 'invalid_request_error', 'missing_required_parameter', 'Missing', 'messages'),
    service: is('missing_required_field', false, id),
  },
  {
    is: 'a request that is wrong',
    via: openai,
    behaviour: openaiError(400, 'invalid_request_error', null, 'Wrong'),
    service: is('invalid_request', false, id),
  },
  {
    is: 'a context that is too long',
    via: openai,
    behaviour: openaiError(400, 'invalid_request_error', 'context_length_exceeded', 'Too long', 'messages'),
    service: is('prompt_too_long', false, id),
  },
  {
    is: 'a context that is too long, by its message alone',
    via: openai,
    behaviour: openaiError(400, 'BadRequestError', null, "This model's maximum context length is 8 tokens."),
    service: is('prompt_too_long', false, id),
  },
  {
    is: 'a field that is too long',
    via: openai,
    behaviour: openaiError(
      400,
      'invalid_request_error',
      'string_above_max_length',
      "Invalid 'user': string too long.",
      'user',
    ),
    service: is('invalid_field_value', false, id),
  },
  {
    is: 'a policy’s refusal',
    via: openai,
    behaviour: openaiError(400, 'invalid_request_error', 'content_policy_violation', 'No'),
    service: is('prompt_violation', false, id),
  },
  {
    is: 'a wrong key',
    via: openai,
    behaviour: openaiError(
      401,
      'invalid_request_error',
      'invalid_api_key',
      'Incorrect API key provided: sk-abc.',
    ),
    service: { ...failed, ...id },
    caller: is('invalid_api_key', false, id),
  },
  {
    is: 'no member of an organisation',
    via: openai,
    behaviour: openaiError(401, 'invalid_request_error', null, 'No'),
    service: { ...failed, ...id },
    caller: is('unauthenticated', false, id),
  },
  {
    is: 'a region',
    via: openai,
    behaviour: openaiError(403, 'request_forbidden', 'unsupported_country_region_territory', 'No'),
    service: { ...failed, ...id },
    caller: is('permission_denied', false, id),
  },
  {
    is: 'a model without access',
    via: openai,
    behaviour: openaiError(403, 'invalid_request_error', 'model_not_found', 'No'),
    service: { ...failed, ...id },
    caller: is('permission_denied', false, id),
  },
  {
    is: 'a model that is not there',
    via: openai,
    behaviour: openaiError(404, 'invalid_request_error', 'model_not_found', 'The model `x` does not exist'),
    service: is('model_not_found', false, id),
  },
  {
    is: 'a path that is not there',
    via: openai,
    behaviour: openaiError(404, 'invalid_request_error', null, 'Invalid URL (POST /v2/chat)'),
    service: { ...failed, ...id },
  },
  {
    is: 'a conflict',
    via: openai,
    behaviour: openaiError(409, 'invalid_request_error', null, 'Busy'),
    service: is('conflict', false, id),
  },
  {
    is: 'too large a body',
    via: openai,
    behaviour: openaiError(413, 'invalid_request_error', null, 'Large'),
    service: is('payload_too_large', false, id),
  },
  {
    is: 'a request that can’t be processed',
    via: openai,
    behaviour: openaiError(422, 'invalid_request_error', null, 'Odd'),
    service: is('invalid_request', false, id),
  },
  {
    is: 'a rate limit whose message says when to come back',
    via: openai,
    behaviour: openaiError(
      429,
      'tokens',
      'rate_limit_exceeded',
      'Limit 30000, Used 29000. Please try again in 6m1.5s. Visit',
    ),
    service: is('rate_limit_exceeded', true, { ...id, retryAfter: 361.5 }),
  },
  {
    is: 'a ramp',
    via: openai,
    behaviour: openaiError(429, 'rate_limit_error', 'slow_down', 'Slower'),
    service: is('rate_limit_exceeded', true, id),
  },
  ...[
    'insufficient_quota',
    'credit_balance_exhausted',
    'organization_spend_limit_exceeded',
    'project_spend_limit_exceeded',
    'organization_usage_limit_exceeded',
  ].map((code): Row => ({
    is: code,
    via: ['openai 7', 'ai 7', 'fetch'],
    behaviour: openaiError(429, 'insufficient_quota', code, 'Pay'),
    service: { ...failed, ...id },
    caller: is('quota_exceeded', false, id),
  })),
  {
    is: 'a server’s error',
    via: openai,
    behaviour: openaiError(500, 'server_error', null, 'The server had an error'),
    service: is('model_server_error', true, id),
  },
  {
    is: 'an overload',
    via: openai,
    behaviour: openaiError(503, 'service_unavailable_error', 'server_is_overloaded', 'Busy'),
    service: is('model_overloaded', true, id),
  },
  {
    is: 'an overload without a code',
    via: openai,
    behaviour: openaiError(503, 'server_error', null, 'Busy'),
    service: is('model_overloaded', true, id),
  },
  {
    is: 'a gateway’s timeout',
    via: openai,
    behaviour: openaiError(504, 'server_error', null, 'Late'),
    service: is('model_timeout', true, id),
  },
  {
    is: 'a client’s timeout',
    via: openai,
    behaviour: openaiError(408, 'server_error', null, 'Late'),
    service: is('model_timeout', true, id),
  },
  {
    is: 'a proxy’s page',
    via: openai,
    behaviour: answers(502, '<html>Bad gateway</html>', { 'content-type': 'text/html' }),
    service: is('model_server_error', true),
  },
  { is: 'no body', via: openai, behaviour: answers(500, ''), service: is('model_server_error', true) },
  {
    is: 'an unknown 4xx',
    via: openai,
    behaviour: answers(415, { error: { message: 'x' } }),
    service: failed,
  },
  {
    is: 'LiteLLM’s status as a code',
    via: openai,
    behaviour: openaiError(429, 'throttling_error', '429', 'litellm.RateLimitError'),
    service: is('rate_limit_exceeded', true, id),
  },
  {
    is: 'Azure’s content filter',
    via: openai,
    behaviour: answers(
      400,
      {
        error: {
          message: 'The response was filtered due to the prompt',
          type: null,
          param: 'prompt',
          code: 'content_filter',
          status: 400,
          innererror: { code: 'ResponsibleAIPolicyViolation', content_filter_result: {} },
        },
      },
      { 'apim-request-id': 'apim-1' },
    ),
    service: is('prompt_violation', false, { requestId: 'apim-1' }),
  },
  {
    is: 'Azure’s missing deployment',
    via: openai,
    behaviour: answers(404, {
      error: { code: 'DeploymentNotFound', message: 'The API deployment does not exist.' },
    }),
    service: is('model_not_found'),
  },
  {
    is: 'Azure’s rate, in milliseconds',
    via: openai,
    behaviour: answers(
      429,
      { error: { code: '429', message: 'Please retry after 6 seconds.' } },
      { 'retry-after-ms': '1500', 'retry-after': '2' },
    ),
    service: is('rate_limit_exceeded', true, { retryAfter: 1.5 }),
  },
  {
    is: 'API Management’s refusal',
    via: openai,
    behaviour: answers(401, { statusCode: 401, message: 'Access denied due to invalid subscription key' }),
    service: failed,
    caller: is('unauthenticated'),
  },
  {
    is: 'text-generation-inference’s overload, a 429',
    via: openai,
    behaviour: answers(429, { error: 'Model is overloaded', error_type: 'overloaded' }),
    service: is('model_overloaded', true),
  },
  {
    is: 'text-generation-inference’s length',
    via: openai,
    behaviour: answers(422, {
      error: 'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096',
      error_type: 'validation',
    }),
    service: is('prompt_too_long'),
  },
  {
    is: 'vLLM’s bad request',
    via: openai,
    behaviour: answers(400, {
      object: 'error',
      message: 'Bad',
      type: 'BadRequestError',
      param: null,
      code: 400,
    }),
    service: is('invalid_request'),
  },
  {
    is: 'Cloudflare’s own timeout',
    via: openai,
    behaviour: answers(524, 'error code: 524', { 'content-type': 'text/plain' }),
    service: is('model_timeout', true),
  },
]

const ofAnthropic: readonly Row[] = [
  {
    is: 'a request that is wrong',
    via: anthropic,
    behaviour: anthropicError(400, 'invalid_request_error', 'max_tokens: Field required'),
    service: is('invalid_request', false, anthropicId),
  },
  {
    is: 'a context that is too long',
    via: anthropic,
    behaviour: anthropicError(
      400,
      'invalid_request_error',
      'prompt is too long: 210000 tokens > 200000 maximum',
    ),
    service: is('prompt_too_long', false, anthropicId),
  },
  {
    is: 'an output that is filtered',
    via: anthropic,
    behaviour: anthropicError(400, 'invalid_request_error', 'Output blocked by content filtering policy'),
    service: is('unsafe_content', false, anthropicId),
  },
  {
    is: 'a spend limit of one’s own',
    via: anthropic,
    behaviour: anthropicError(
      400,
      'invalid_request_error',
      'You have reached your specified API usage limits.',
    ),
    service: { ...failed, ...anthropicId },
    caller: is('quota_exceeded', false, anthropicId),
  },
  {
    is: 'a wrong key',
    via: anthropic,
    behaviour: anthropicError(401, 'authentication_error', 'invalid x-api-key'),
    service: { ...failed, ...anthropicId },
    caller: is('unauthenticated', false, anthropicId),
  },
  {
    is: 'a bill',
    via: anthropic,
    behaviour: anthropicError(402, 'billing_error', 'Pay'),
    service: { ...failed, ...anthropicId },
    caller: is('payment_required', false, anthropicId),
  },
  {
    is: 'no permission',
    via: anthropic,
    behaviour: anthropicError(403, 'permission_error', 'No'),
    service: { ...failed, ...anthropicId },
    caller: is('permission_denied', false, anthropicId),
  },
  {
    is: 'a model that is not there',
    via: anthropic,
    behaviour: anthropicError(404, 'not_found_error', 'model: claude-9'),
    service: is('model_not_found', false, anthropicId),
  },
  {
    is: 'too large a body',
    via: anthropic,
    behaviour: anthropicError(413, 'request_too_large', 'Large'),
    service: is('payload_too_large', false, anthropicId),
  },
  {
    is: 'a rate limit',
    via: anthropic,
    behaviour: (response) => {
      response.setHeader('retry-after', '12')
      anthropicError(429, 'rate_limit_error', 'Slow')(response, undefined as never)
    },
    service: is('rate_limit_exceeded', true, { ...anthropicId, retryAfter: 12 }),
  },
  {
    is: 'a spend limit',
    via: anthropic,
    behaviour: anthropicError(429, 'rate_limit_error', 'Spent', {
      error_code: 'enforced_spend_limit_reached',
    }),
    service: { ...failed, ...anthropicId },
    caller: is('quota_exceeded', false, anthropicId),
  },
  {
    is: 'a ramp',
    via: anthropic,
    behaviour: anthropicError(429, 'rate_limit_error', 'Ramp', { error_code: 'ramp_limit_exceeded' }),
    service: is('rate_limit_exceeded', true, anthropicId),
  },
  {
    is: 'a server’s error',
    via: anthropic,
    behaviour: anthropicError(500, 'api_error', 'Oops'),
    service: is('model_server_error', true, anthropicId),
  },
  {
    is: 'a timeout',
    via: anthropic,
    behaviour: anthropicError(504, 'timeout_error', 'Late'),
    service: is('model_timeout', true, anthropicId),
  },
  {
    is: 'an overload',
    via: anthropic,
    behaviour: anthropicError(529, 'overloaded_error', 'Overloaded'),
    service: is('model_overloaded', true, anthropicId),
  },
]

const quota = { quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }
const ofGoogle: readonly Row[] = [
  {
    is: 'an argument that is wrong',
    via: google,
    behaviour: googleError(400, 'INVALID_ARGUMENT', 'Bad'),
    service: is('invalid_request'),
  },
  {
    is: 'a wrong key',
    via: google,
    behaviour: googleError(400, 'INVALID_ARGUMENT', 'API key not valid.', [
      detail('ErrorInfo', { reason: 'API_KEY_INVALID', domain: 'googleapis.com' }),
    ]),
    service: failed,
    caller: is('invalid_api_key'),
  },
  {
    is: 'a context that is too long',
    via: google,
    behaviour: googleError(
      400,
      'INVALID_ARGUMENT',
      'The input token count (2) exceeds the maximum number of tokens allowed (1).',
    ),
    service: is('prompt_too_long'),
  },
  {
    is: 'no permission',
    via: google,
    behaviour: googleError(403, 'PERMISSION_DENIED', 'No'),
    service: failed,
    caller: is('permission_denied'),
  },
  {
    is: 'a model that is not there',
    via: google,
    behaviour: googleError(404, 'NOT_FOUND', 'models/gemini-9 is not found'),
    service: is('model_not_found'),
  },
  {
    is: 'a minute’s rate',
    via: google,
    behaviour: googleError(
      429,
      'RESOURCE_EXHAUSTED',
      'You exceeded your current quota, please check your plan and billing details.',
      [detail('RetryInfo', { retryDelay: '47.88s' })],
    ),
    service: is('rate_limit_exceeded', true, { retryAfter: 47.88 }),
  },
  {
    is: 'a day’s quota',
    via: google,
    behaviour: googleError(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota', [
      detail('QuotaFailure', { violations: [quota] }),
      detail('RetryInfo', { retryDelay: '47s' }),
    ]),
    service: failed,
    caller: is('quota_exceeded'),
  },
  {
    is: 'a server’s error',
    via: google,
    behaviour: googleError(500, 'INTERNAL', 'Oops'),
    service: is('model_server_error', true),
  },
  {
    is: 'something that is not implemented',
    via: google,
    behaviour: googleError(501, 'UNIMPLEMENTED', 'No'),
    service: is('upstream_error', false),
  },
  {
    is: 'an overload',
    via: google,
    behaviour: googleError(503, 'UNAVAILABLE', 'The model is overloaded.'),
    service: is('model_overloaded', true),
  },
  {
    is: 'a deadline',
    via: google,
    behaviour: googleError(504, 'DEADLINE_EXCEEDED', 'Late'),
    service: is('model_timeout', true),
  },
  {
    is: 'an error in a list',
    via: ['fetch'],
    behaviour: answers(503, [{ error: { code: 503, message: 'x', status: 'UNAVAILABLE' } }]),
    service: is('model_overloaded', true),
  },
]

const ofOthers: readonly Row[] = [
  {
    is: 'Mistral’s wrong model',
    via: mistral,
    behaviour: answers(400, {
      object: 'error',
      message: 'Invalid model: x',
      type: 'invalid_request_error',
      param: 'model',
      code: 'unknown_model',
    }),
    service: is('model_not_found'),
  },
  {
    is: 'Mistral’s validation',
    via: mistral,
    behaviour: answers(422, { detail: [{ loc: ['body', 'model'], msg: 'Field required', type: 'missing' }] }),
    service: is('validation_failed'),
  },
  {
    is: 'Mistral’s gateway’s refusal',
    via: mistral,
    behaviour: answers(401, { message: 'Unauthorized', request_id: 'mis-1' }),
    service: { ...failed, requestId: 'mis-1' },
    caller: is('unauthenticated', false, { requestId: 'mis-1' }),
  },
  {
    is: 'Mistral’s rate limit',
    via: mistral,
    behaviour: answers(429, { message: 'Requests rate limit exceeded' }, { 'retry-after': '3' }),
    service: is('rate_limit_exceeded', true, { retryAfter: 3 }),
  },
  {
    is: 'Cohere’s length',
    via: cohere,
    behaviour: answers(400, { id: 'x', message: 'too many tokens: size limit exceeded by 9 tokens.' }),
    service: is('prompt_too_long'),
  },
  {
    is: 'Cohere’s deny-listed token',
    via: cohere,
    behaviour: answers(498, { message: 'token is deny-listed' }),
    service: failed,
    caller: is('unauthenticated'),
  },
  {
    is: 'Cohere’s rate limit',
    via: cohere,
    behaviour: answers(
      429,
      { message: 'You are past the per minute request limit, please wait and try again later.' },
      { 'retry-after': '4' },
    ),
    service: is('rate_limit_exceeded', true, { retryAfter: 4 }),
  },
  {
    is: 'Cohere’s overload',
    via: cohere,
    behaviour: answers(503, { message: 'busy' }),
    service: is('model_overloaded', true),
  },
  ...(
    [
      [403, 'AccessDeniedException', 'x', failed, is('permission_denied', false, awsId)],
      [400, 'ValidationException', 'Input is too long for requested model.', is('prompt_too_long')],
      [400, 'ValidationException', 'Malformed input request', is('invalid_request')],
      [400, 'ServiceQuotaExceededException', 'x', failed, is('quota_exceeded', false, awsId)],
      [404, 'ResourceNotFoundException', 'Could not resolve the foundation model', is('model_not_found')],
      [408, 'ModelTimeoutException', 'x', is('model_timeout', true)],
      [424, 'ModelErrorException', 'x', is('model_server_error', true)],
      [429, 'ThrottlingException', 'Too many requests', is('rate_limit_exceeded', true)],
      [429, 'ModelNotReadyException', 'x', is('model_unavailable', true)],
      [500, 'InternalServerException', 'x', is('model_server_error', true)],
      [503, 'ServiceUnavailableException', 'x', is('model_overloaded', true)],
    ] as const
  ).map(([status, type, message, service, caller]): Row => ({
    is: `Bedrock’s ${type}: ${message}`,
    via: bedrock,
    behaviour: awsError(status, type, message),
    service: { ...service, ...awsId },
    ...(caller === undefined ? {} : { caller }),
  })),
  {
    is: 'Groq’s rate limit',
    via: groq,
    behaviour: answers(429, {
      error: {
        message: 'Rate limit reached. Please try again in 7.66s.',
        type: 'tokens',
        code: 'rate_limit_exceeded',
      },
    }),
    service: is('rate_limit_exceeded', true, { retryAfter: 7.66 }),
  },
  {
    is: 'Groq’s flex tier',
    via: groq,
    behaviour: answers(498, {
      error: {
        message: 'Flex tier capacity exceeded',
        type: 'invalid_request_error',
        code: 'capacity_exceeded',
      },
    }),
    service: is('model_overloaded', true),
  },
  {
    is: 'OpenRouter’s credits',
    via: openrouter,
    behaviour: answers(402, { error: { code: 402, message: 'Insufficient credits' } }),
    service: failed,
    caller: is('payment_required'),
  },
  {
    is: 'OpenRouter’s budget in flight',
    via: openrouter,
    behaviour: answers(
      402,
      { error: { code: 402, message: 'x', metadata: { limit_source: 'openrouter_in_flight_budget' } } },
      { 'retry-after': '2' },
    ),
    service: is('rate_limit_exceeded', true, { retryAfter: 2 }),
  },
  {
    is: 'OpenRouter’s moderation',
    via: openrouter,
    behaviour: answers(403, {
      error: {
        code: 403,
        message: 'Your input was flagged',
        metadata: { reasons: ['violence'], flagged_input: 'x', provider_name: 'y' },
      },
    }),
    service: is('prompt_violation'),
  },
  {
    is: 'OpenRouter’s provider’s overload',
    via: openrouter,
    behaviour: answers(529, { error: { code: 529, message: 'x' } }),
    service: is('model_overloaded', true),
  },
  {
    is: 'OpenRouter’s edge',
    via: openrouter,
    behaviour: answers(524, { error: { code: 524, message: 'x' } }),
    service: is('model_timeout', true),
  },
]

/** Answers with a status. */
export const answered: readonly Row[] = [...ofOpenai, ...ofAnthropic, ...ofGoogle, ...ofOthers]

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
