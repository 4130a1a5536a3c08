import { answers } from './server.ts'
import { mistral, cohere, bedrock, groq, openrouter, awsError, failed, is, awsId, type Row } from './rows.ts'

export const ofOthers: readonly Row[] = [
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
