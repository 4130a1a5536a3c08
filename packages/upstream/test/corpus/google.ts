import { respondWith } from './server.ts'
import { google, googleError, detail, failed, error, type Row } from './rows.ts'

const quota = { quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }
export const googleRows: readonly Row[] = [
  {
    name: 'an invalid argument',
    via: google,
    behavior: googleError(400, 'INVALID_ARGUMENT', 'Bad'),
    service: error('invalid_request'),
  },
  {
    name: 'an invalid key',
    via: google,
    behavior: googleError(400, 'INVALID_ARGUMENT', 'API key not valid.', [
      detail('ErrorInfo', { reason: 'API_KEY_INVALID', domain: 'googleapis.com' }),
    ]),
    service: failed,
    caller: error('invalid_api_key'),
  },
  {
    name: 'a prompt that is too long',
    via: google,
    behavior: googleError(
      400,
      'INVALID_ARGUMENT',
      'The input token count (2) exceeds the maximum number of tokens allowed (1).',
    ),
    service: error('prompt_too_long'),
  },
  {
    name: 'a missing permission',
    via: google,
    behavior: googleError(403, 'PERMISSION_DENIED', 'No'),
    service: failed,
    caller: error('permission_denied'),
  },
  {
    name: 'an unknown model',
    via: google,
    behavior: googleError(404, 'NOT_FOUND', 'models/gemini-9 is not found'),
    service: error('model_not_found'),
  },
  {
    name: 'a limit per minute',
    via: google,
    behavior: googleError(
      429,
      'RESOURCE_EXHAUSTED',
      'You exceeded your current quota, please check your plan and billing details.',
      [detail('RetryInfo', { retryDelay: '47.88s' })],
    ),
    service: error('rate_limit_exceeded', true, { retryAfter: 47.88 }),
  },
  {
    name: 'a daily quota',
    via: google,
    behavior: googleError(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota', [
      detail('QuotaFailure', { violations: [quota] }),
      detail('RetryInfo', { retryDelay: '47s' }),
    ]),
    service: failed,
    caller: error('quota_exceeded'),
  },
  {
    name: 'a server error',
    via: google,
    behavior: googleError(500, 'INTERNAL', 'Oops'),
    service: error('model_server_error', true),
  },
  {
    name: 'an unimplemented method',
    via: google,
    behavior: googleError(501, 'UNIMPLEMENTED', 'No'),
    service: error('upstream_error', false),
  },
  {
    name: 'an overload',
    via: google,
    behavior: googleError(503, 'UNAVAILABLE', 'The model is overloaded.'),
    service: error('model_overloaded', true),
  },
  {
    name: 'an exceeded deadline',
    via: google,
    behavior: googleError(504, 'DEADLINE_EXCEEDED', 'Late'),
    service: error('model_timeout', true),
  },
  {
    name: 'an error in an array',
    via: ['fetch'],
    behavior: respondWith(503, [{ error: { code: 503, message: 'x', status: 'UNAVAILABLE' } }]),
    service: error('model_overloaded', true),
  },
]
