import { anthropic, anthropicError, failed, is, anthropicId, type Row } from './rows.ts'

export const ofAnthropic: readonly Row[] = [
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
