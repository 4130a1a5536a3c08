import { clampText } from '../http/clamp-text.ts'
import { createEnvelope } from './define-envelope.ts'
import { optionalDetails } from './details.ts'
import { objectOrEmpty, stringOrUndefined } from './json-values.ts'

interface Body {
  success: false
  error: { code: string; message: string; details?: unknown }
}

/** `{ success: false, error: { code, message } }`; 429 and 503 always carry Retry-After. */
export const compresr = /* @__PURE__ */ createEnvelope(() => ({
  id: 'compresr',
  title: 'Compresr error codes (success / error.code / error.message)',
  challenge: 'ApiKey header="X-API-Key"',
  retryAfterStatuses: [429, 503],
  codes: {
    invalid_request: { status: 400, retryable: false },
    missing_api_key: { status: 401, retryable: false },
    invalid_api_key: { status: 401, retryable: false },
    expired_api_key: { status: 401, retryable: false },
    forbidden: { status: 403, retryable: false },
    validation_error: { status: 422, retryable: false },
    rate_limit_exceeded: { status: 429, retryable: true },
    internal_error: { status: 500, retryable: true },
    service_unavailable: { status: 503, retryable: true },
  },
  mapping: {
    default: 'internal_error',
    invalid_request: 'invalid_request',
    malformed_body: 'invalid_request',
    validation_failed: 'validation_error',
    missing_required_field: 'invalid_request',
    invalid_field_value: 'validation_error',
    prompt_too_long: 'validation_error',
    invalid_temperature: 'validation_error',
    invalid_max_tokens: 'validation_error',
    invalid_image_size: 'validation_error',
    invalid_image_quality: 'validation_error',
    unsupported_model: 'validation_error',
    unsupported_interface: 'validation_error',
    missing_api_key: 'missing_api_key',
    invalid_api_key: 'invalid_api_key',
    expired_api_key: 'expired_api_key',
    revoked_api_key: 'invalid_api_key',
    permission_denied: 'forbidden',
    account_suspended: 'forbidden',
    rate_limit_exceeded: 'rate_limit_exceeded',
    concurrent_limit_exceeded: 'rate_limit_exceeded',
    quota_exceeded: 'rate_limit_exceeded',
    internal_error: 'internal_error',
    processing_error: 'internal_error',
    failed_request: 'internal_error',
    unknown_workspace: 'internal_error',
    service_unavailable: 'service_unavailable',
    upstream_error: 'service_unavailable',
  },
  strictFallback: {
    invalid_content_media: 'validation_error',
    unavailable_content_media: 'validation_error',
    unsafe_content: 'validation_error',
    invalid_file_format: 'validation_error',
    unauthenticated: 'invalid_api_key',
    payment_required: 'forbidden',
    not_found: 'invalid_request',
    method_not_allowed: 'invalid_request',
    not_implemented: 'internal_error',
  },
  retryPolicy: {
    statuses: [429, 500, 503],
    maxAttemptsByStatus: { 500: 2 },
    reason: '"Retry only on 429, 500, and 503"; 500: "retrying once with a short delay"',
  },
  detailsPlace: 'error.details',
  errorMember: 'error',
  isDeterministic: true,
  renderBody: ({ code, description, field, details }): Body => ({
    success: false,
    error: {
      code,
      // The document requires that the message names the invalid field.
      message:
        field === undefined || description.includes(field)
          ? description
          : clampText(`${field}: ${description}`),
      ...optionalDetails(details),
    },
  }),
  parseBody(body) {
    const { code, message, details } = objectOrEmpty(body['error'])
    // Only bodies of ai-api have `meta`.
    if (body['success'] !== false || typeof code !== 'string' || 'meta' in body) return undefined
    const text = stringOrUndefined(message)
    const [, field, issue] = /^([\w$.[\]"-]+): ([^]*)$/.exec(text ?? '') ?? []
    if (field === undefined || issue === undefined || issue.includes(field))
      return { code, message: text, details }
    return { code, message: issue, field, issue, details }
  },
  schema: (codes) => ({
    type: 'object',
    required: ['success', 'error'],
    additionalProperties: false,
    properties: {
      success: { const: false },
      error: {
        type: 'object',
        required: ['code', 'message'],
        additionalProperties: false,
        properties: {
          code: codes ? { enum: codes } : { type: 'string', minLength: 1 },
          message: { type: 'string' },
          ...(codes ? {} : { details: {} }),
        },
      },
    },
  }),
}))
