import type { ErrorDocument } from '../error-document.ts'

export const humanloop: ErrorDocument = {
  title: 'Humanloop API errors (detail with origin)',
  statuses: [400, 401, 404, 422, 429, 500, 503, 504, 529],
  identifier: 'type',
  codes: [
    {
      wire: 'bad_request_error',
      status: 400,
      description: 'The request was improperly formatted or presented.',
    },
    {
      wire: 'authentication_error',
      status: 401,
      description:
        'The API key is incorrect or missing, or the user does not have the rights to access the relevant resource.',
    },
    { wire: 'not_found_error', status: 404, description: 'The requested resource could not be located.' },
    {
      wire: 'unprocessable_entity_error',
      status: 422,
      description:
        'The request was properly formatted but contained invalid instructions or did not match the fields required by the endpoint.',
    },
    {
      wire: 'rate_limit_error',
      status: 429,
      description: 'The maximum allowed number of requests in a given time period was exceeded.',
    },
    { wire: 'unknown_error', status: 500, description: 'An unexpected issue occurred on the server.' },
    {
      wire: 'service_unavailable_error',
      status: 503,
      description: 'The service is temporarily overloaded and you should try again.',
    },
    { wire: 'timeout_error', status: 504, description: 'The server did not respond in time.' },
    {
      wire: 'overloaded_error',
      status: 529,
      description: 'The server is currently overloaded and cannot process the request.',
    },
  ],
  notes: [
    "only unprocessable_entity_error is spelled out in the document; the other type names follow its pattern and are this project's",
    'missing rights are 401 in this document, not 403',
    "the document gives no retryability per code (only that a 503 should be tried again), so the taxonomy's applies",
  ],
  rules: [
    'body is { detail: { type, message, code, origin } }; code is the HTTP status as a number',
    'origin names the system the error came from: an integrated provider (OpenAI, Anthropic, Cohere, ...) or this service itself (its own configurable name)',
    "for an error raised by a provider, message is the provider's own message (as far as the policy on what may pass allows; pages say so) and origin is the provider's name",
    '422 is for requests that are properly formatted and whose instructions cannot be followed: an unknown model in the body, an interface the model lacks, media that cannot be read, content that is refused',
  ],
  examples: [
    {
      when: 'OpenAI rejected max_tokens',
      status: 422,
      body: {
        detail: {
          type: 'unprocessable_entity_error',
          message:
            "This model's maximum context length is 4097 tokens. However, you requested 10000012 tokens (12 in the messages, 10000000 in the completion). Please reduce the length of the messages or completion.",
          code: 422,
          origin: 'OpenAI',
        },
      },
    },
  ],
}
