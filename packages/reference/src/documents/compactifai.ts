import type { ErrorDocument } from '../error-document.ts'

export const compactifai: ErrorDocument = {
  title: 'CompactifAI API errors',
  auth: { header: 'Authorization', scheme: 'Bearer' },
  statuses: [400, 401, 404, 500],
  identifier: 'type',
  codes: [
    {
      wire: 'invalid_request_error',
      status: 400,
      retryable: false,
      description:
        'The request was malformed or had invalid parameters: invalid model name, missing required fields, invalid data types, values outside allowed ranges.',
    },
    {
      wire: 'authentication_error',
      status: 401,
      retryable: false,
      description: 'No valid API key was provided or the token is not associated with a valid user.',
    },
    {
      wire: 'not_found_error',
      status: 404,
      retryable: false,
      description: "The requested resource doesn't exist (e.g. model not found as a path parameter).",
    },
    {
      wire: 'server_error',
      status: 500,
      retryable: true,
      description: 'Something went wrong on the servers. Generally temporary; should be retried.',
    },
  ],
  rules: [
    'body is { error: { type, message, param, code } }; param and code are always sent, as null; a reader accepts bodies without them ("optionally param and code values")',
    'an authentication failure body is { detail: "Token is not associated with a valid user" } instead (no bearer token, invalid token format, token not associated with a user)',
    'an internal server error body is { detail: "Unexpected server error" } instead, with that generic message whatever happened',
    'an unknown model named in the path is 404 not_found_error; named in the request body it is 400 invalid_request_error',
    'the message of a 400 begins with "Invalid request: "; for an unknown model it is "Invalid request: Model \'NAME\' not found; available: [a, b]"',
  ],
  examples: [
    {
      when: 'unknown model in the request body, two models available',
      params: { model: 'nonexistent-model', available: ['model1', 'model2'] },
      status: 400,
      body: {
        error: {
          type: 'invalid_request_error',
          message: "Invalid request: Model 'nonexistent-model' not found; available: [model1, model2]",
          param: null,
          code: null,
        },
      },
    },
    {
      when: 'authentication failed',
      status: 401,
      body: { detail: 'Token is not associated with a valid user' },
    },
    { when: 'internal error', status: 500, body: { detail: 'Unexpected server error' } },
  ],
}
