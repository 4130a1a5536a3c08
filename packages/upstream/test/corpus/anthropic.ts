import { anthropic, anthropicError, failed, error, anthropicId, type Row } from './rows.ts'

export const anthropicRows: readonly Row[] = [
  {
    name: 'an invalid request',
    via: anthropic,
    behavior: anthropicError(400, 'invalid_request_error', 'max_tokens: Field required'),
    service: error('invalid_request', false, anthropicId),
  },
  {
    name: 'a prompt that is too long',
    via: anthropic,
    behavior: anthropicError(
      400,
      'invalid_request_error',
      'prompt is too long: 210000 tokens > 200000 maximum',
    ),
    service: error('prompt_too_long', false, anthropicId),
  },
  {
    name: 'a filtered output',
    via: anthropic,
    behavior: anthropicError(400, 'invalid_request_error', 'Output blocked by content filtering policy'),
    service: error('unsafe_content', false, anthropicId),
  },
  {
    name: 'the account’s own spend limit',
    via: anthropic,
    behavior: anthropicError(
      400,
      'invalid_request_error',
      'You have reached your specified API usage limits.',
    ),
    service: { ...failed, ...anthropicId },
    caller: error('quota_exceeded', false, anthropicId),
  },
  {
    name: 'an invalid key',
    via: anthropic,
    behavior: anthropicError(401, 'authentication_error', 'invalid x-api-key'),
    service: { ...failed, ...anthropicId },
    caller: error('unauthenticated', false, anthropicId),
  },
  {
    name: 'a billing error',
    via: anthropic,
    behavior: anthropicError(402, 'billing_error', 'Pay'),
    service: { ...failed, ...anthropicId },
    caller: error('payment_required', false, anthropicId),
  },
  {
    name: 'a missing permission',
    via: anthropic,
    behavior: anthropicError(403, 'permission_error', 'No'),
    service: { ...failed, ...anthropicId },
    caller: error('permission_denied', false, anthropicId),
  },
  {
    name: 'an unknown model',
    via: anthropic,
    behavior: anthropicError(404, 'not_found_error', 'model: claude-9'),
    service: error('model_not_found', false, anthropicId),
  },
  {
    name: 'a body that is too large',
    via: anthropic,
    behavior: anthropicError(413, 'request_too_large', 'Large'),
    service: error('payload_too_large', false, anthropicId),
  },
  {
    name: 'a rate limit',
    via: anthropic,
    behavior: (response) => {
      response.setHeader('retry-after', '12')
      anthropicError(429, 'rate_limit_error', 'Slow')(response, undefined as never)
    },
    service: error('rate_limit_exceeded', true, { ...anthropicId, retryAfter: 12 }),
  },
  {
    name: 'a spend limit',
    via: anthropic,
    behavior: anthropicError(429, 'rate_limit_error', 'Spent', {
      error_code: 'enforced_spend_limit_reached',
    }),
    service: { ...failed, ...anthropicId },
    caller: error('quota_exceeded', false, anthropicId),
  },
  {
    name: 'a ramp limit',
    via: anthropic,
    behavior: anthropicError(429, 'rate_limit_error', 'Ramp', { error_code: 'ramp_limit_exceeded' }),
    service: error('rate_limit_exceeded', true, anthropicId),
  },
  {
    name: 'a server error',
    via: anthropic,
    behavior: anthropicError(500, 'api_error', 'Oops'),
    service: error('model_server_error', true, anthropicId),
  },
  {
    name: 'a timeout',
    via: anthropic,
    behavior: anthropicError(504, 'timeout_error', 'Late'),
    service: error('model_timeout', true, anthropicId),
  },
  {
    name: 'an overload',
    via: anthropic,
    behavior: anthropicError(529, 'overloaded_error', 'Overloaded'),
    service: error('model_overloaded', true, anthropicId),
  },
]
