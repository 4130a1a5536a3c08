import { respondWith } from './server.ts'
import {
  mistral,
  cohere,
  bedrock,
  groq,
  openrouter,
  awsError,
  failed,
  error,
  awsId,
  type Row,
} from './rows.ts'

export const otherRows: readonly Row[] = [
  {
    name: 'Mistral’s invalid model',
    via: mistral,
    behavior: respondWith(400, {
      object: 'error',
      message: 'Invalid model: x',
      type: 'invalid_request_error',
      param: 'model',
      code: 'unknown_model',
    }),
    service: error('model_not_found'),
  },
  {
    name: 'Mistral’s validation',
    via: mistral,
    behavior: respondWith(422, {
      detail: [{ loc: ['body', 'model'], msg: 'Field required', type: 'missing' }],
    }),
    service: error('validation_failed'),
  },
  {
    name: 'the rejection of Mistral’s gateway',
    via: mistral,
    behavior: respondWith(401, { message: 'Unauthorized', request_id: 'mis-1' }),
    service: { ...failed, requestId: 'mis-1' },
    caller: error('unauthenticated', false, { requestId: 'mis-1' }),
  },
  {
    name: 'Mistral’s rate limit',
    via: mistral,
    behavior: respondWith(429, { message: 'Requests rate limit exceeded' }, { 'retry-after': '3' }),
    service: error('rate_limit_exceeded', true, { retryAfter: 3 }),
  },
  {
    name: 'Cohere’s prompt length',
    via: cohere,
    behavior: respondWith(400, { id: 'x', message: 'too many tokens: size limit exceeded by 9 tokens.' }),
    service: error('prompt_too_long'),
  },
  {
    name: 'Cohere’s deny-listed token',
    via: cohere,
    behavior: respondWith(498, { message: 'token is deny-listed' }),
    service: failed,
    caller: error('unauthenticated'),
  },
  {
    name: 'Cohere’s rate limit',
    via: cohere,
    behavior: respondWith(
      429,
      { message: 'You are past the per minute request limit, please wait and try again later.' },
      { 'retry-after': '4' },
    ),
    service: error('rate_limit_exceeded', true, { retryAfter: 4 }),
  },
  {
    name: 'Cohere’s overload',
    via: cohere,
    behavior: respondWith(503, { message: 'busy' }),
    service: error('model_overloaded', true),
  },
  ...(
    [
      [403, 'AccessDeniedException', 'x', failed, error('permission_denied', false, awsId)],
      [400, 'ValidationException', 'Input is too long for requested model.', error('prompt_too_long')],
      [400, 'ValidationException', 'Malformed input request', error('invalid_request')],
      [400, 'ServiceQuotaExceededException', 'x', failed, error('quota_exceeded', false, awsId)],
      [404, 'ResourceNotFoundException', 'Could not resolve the foundation model', error('model_not_found')],
      [408, 'ModelTimeoutException', 'x', error('model_timeout', true)],
      [424, 'ModelErrorException', 'x', error('model_server_error', true)],
      [429, 'ThrottlingException', 'Too many requests', error('rate_limit_exceeded', true)],
      [429, 'ModelNotReadyException', 'x', error('model_unavailable', true)],
      [500, 'InternalServerException', 'x', error('model_server_error', true)],
      [503, 'ServiceUnavailableException', 'x', error('model_overloaded', true)],
    ] as const
  ).map(([status, type, message, service, caller]): Row => ({
    name: `Bedrock’s ${type}: ${message}`,
    via: bedrock,
    behavior: awsError(status, type, message),
    service: { ...service, ...awsId },
    ...(caller === undefined ? {} : { caller }),
  })),
  {
    name: 'Groq’s rate limit',
    via: groq,
    behavior: respondWith(429, {
      error: {
        message: 'Rate limit reached. Please try again in 7.66s.',
        type: 'tokens',
        code: 'rate_limit_exceeded',
      },
    }),
    service: error('rate_limit_exceeded', true, { retryAfter: 7.66 }),
  },
  {
    name: 'Groq’s flex tier',
    via: groq,
    behavior: respondWith(498, {
      error: {
        message: 'Flex tier capacity exceeded',
        type: 'invalid_request_error',
        code: 'capacity_exceeded',
      },
    }),
    service: error('model_overloaded', true),
  },
  {
    name: 'OpenRouter’s credits',
    via: openrouter,
    behavior: respondWith(402, { error: { code: 402, message: 'Insufficient credits' } }),
    service: failed,
    caller: error('payment_required'),
  },
  {
    name: 'OpenRouter’s in-flight budget',
    via: openrouter,
    behavior: respondWith(
      402,
      { error: { code: 402, message: 'x', metadata: { limit_source: 'openrouter_in_flight_budget' } } },
      { 'retry-after': '2' },
    ),
    service: error('rate_limit_exceeded', true, { retryAfter: 2 }),
  },
  {
    name: 'OpenRouter’s moderation',
    via: openrouter,
    behavior: respondWith(403, {
      error: {
        code: 403,
        message: 'Your input was flagged',
        metadata: { reasons: ['violence'], flagged_input: 'x', provider_name: 'y' },
      },
    }),
    service: error('prompt_violation'),
  },
  {
    name: 'the overload of OpenRouter’s provider',
    via: openrouter,
    behavior: respondWith(529, { error: { code: 529, message: 'x' } }),
    service: error('model_overloaded', true),
  },
  {
    name: 'the rejection of OpenRouter’s edge',
    via: openrouter,
    behavior: respondWith(524, { error: { code: 524, message: 'x' } }),
    service: error('model_timeout', true),
  },
]
