import { answers } from './server.ts'
import { google, googleError, detail, failed, is, type Row } from './rows.ts'

const quota = { quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }
export const ofGoogle: readonly Row[] = [
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
