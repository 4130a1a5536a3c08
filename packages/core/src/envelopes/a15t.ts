import { clampText } from '../http/clamp-text.ts'
import { getStatusName } from '../http/status.ts'
import { createEnvelope } from './define-envelope.ts'
import { optionalDetails } from './details.ts'
import { objectOrEmpty, stringOrUndefined } from './json-values.ts'

interface Body {
  error: { type: string; code: string; message: string; details?: unknown }
}

/**
 * Types that differ from the name of the status. The document shows only the type `bad_request`. The names of the other
 * statuses, and these two, are this project's interpretation.
 */
const typesByStatus: Readonly<Record<number, string>> = {
  429: 'rate_limit_exceeded',
  500: 'internal_error',
}

/** `{ error: { type, code, message } }`: `type` names the status, `code` the error. */
export const a15t = /* @__PURE__ */ createEnvelope(() => ({
  id: 'a15t',
  title: 'AI gateway HTTP errors (type / code / message, with retryability)',
  codes: {
    missing_api_key: { status: 401, retryable: false },
    invalid_api_key: { status: 401, retryable: false },
    unauthorized: { status: 403, retryable: false },
    rate_limit_exceeded: { status: 429, retryable: true },
    invalid_request: { status: 400, retryable: false },
    invalid_argument: { status: 400, retryable: false },
    not_found: { status: 404, retryable: false },
    unknown_model: { status: 404, retryable: false },
    invalid_content_media: { status: 400, retryable: false },
    unavailable_content_media: { status: 400, retryable: false },
    unsafe_content: { status: 400, retryable: false },
    unknown_app: { status: 404, retryable: false },
    invalid_app: { status: 400, retryable: false },
    unsupported_interface: { status: 400, retryable: false },
    unknown_workspace: { status: 500, retryable: false },
    failed_request: { status: 500, retryable: false },
    internal_error: { status: 500, retryable: false },
    model_server_error: { status: 502, retryable: true },
    model_overloaded: { status: 503, retryable: true },
    model_unavailable: { status: 502, retryable: false },
    model_timeout: { status: 502, retryable: true },
    stream_error: { status: 502, retryable: true },
    stream_terminated: { status: 502, retryable: true },
  },
  mapping: {
    default: 'internal_error',
    invalid_request: 'invalid_request',
    malformed_body: 'invalid_request',
    unsupported_model: 'unknown_model',
    unsupported_interface: 'unsupported_interface',
    invalid_app: 'invalid_app',
    invalid_content_media: 'invalid_content_media',
    unavailable_content_media: 'unavailable_content_media',
    unsafe_content: 'unsafe_content',
    prompt_violation: 'unsafe_content',
    payload_too_large: 'invalid_request',
    file_too_large: 'invalid_request',
    uri_too_long: 'invalid_request',
    unsupported_media_type: 'invalid_request',
    invalid_file_format: 'invalid_request',
    headers_too_large: 'invalid_request',
    conflict: { code: 'invalid_request', status: 409 },
    validation_failed: 'invalid_argument',
    missing_required_field: 'invalid_argument',
    invalid_field_value: 'invalid_argument',
    prompt_too_long: 'invalid_argument',
    invalid_temperature: 'invalid_argument',
    invalid_max_tokens: 'invalid_argument',
    invalid_image_size: 'invalid_argument',
    invalid_image_quality: 'invalid_argument',
    missing_api_key: 'missing_api_key',
    invalid_api_key: 'invalid_api_key',
    expired_api_key: 'invalid_api_key',
    revoked_api_key: 'invalid_api_key',
    permission_denied: 'unauthorized',
    account_suspended: 'unauthorized',
    not_found: 'not_found',
    resource_not_found: 'not_found',
    endpoint_not_found: 'not_found',
    model_not_found: 'unknown_model',
    app_not_found: 'unknown_app',
    rate_limit_exceeded: 'rate_limit_exceeded',
    concurrent_limit_exceeded: 'rate_limit_exceeded',
    quota_exceeded: 'rate_limit_exceeded',
    internal_error: 'internal_error',
    processing_error: 'failed_request',
    failed_request: 'failed_request',
    unknown_workspace: 'unknown_workspace',
    upstream_error: 'model_server_error',
    model_server_error: 'model_server_error',
    model_unavailable: 'model_unavailable',
    model_overloaded: 'model_overloaded',
    gateway_timeout: 'model_timeout',
    model_timeout: 'model_timeout',
    stream_error: 'stream_error',
    stream_terminated: 'stream_terminated',
  },
  strictFallback: {
    unauthenticated: 'invalid_api_key',
    payment_required: 'unauthorized',
    method_not_allowed: 'not_found',
    not_implemented: 'internal_error',
    service_unavailable: 'model_overloaded',
  },
  retryPolicy: { reason: 'the Retryable column' },
  detailsPlace: 'error.details',
  errorMember: 'error',
  isDeterministic: true,
  renderBody: ({ code, status, message, description, field, issue, details }): Body => ({
    error: {
      type: typesByStatus[status] ?? getStatusName(status),
      code,
      // The wording of the document's sample.
      message:
        description === message || field === undefined
          ? description
          : clampText(`Invalid '${field}': ${issue}`),
      ...optionalDetails(details),
    },
  }),
  parseBody({ error }, status) {
    const { type, code, message, param, details } = objectOrEmpty(error)
    // Only OpenAI's bodies have `param`.
    if (typeof type !== 'string' || typeof code !== 'string' || param !== undefined) return undefined
    return { code, message: stringOrUndefined(message), status, details }
  },
  schema: (codes) => ({
    type: 'object',
    required: ['error'],
    additionalProperties: false,
    properties: {
      error: {
        type: 'object',
        required: ['type', 'code', 'message'],
        additionalProperties: false,
        properties: {
          type: codes
            ? {
                enum: [
                  'bad_request',
                  'unauthorized',
                  'forbidden',
                  'not_found',
                  'conflict',
                  'rate_limit_exceeded',
                  'internal_error',
                  'bad_gateway',
                  'service_unavailable',
                ],
              }
            : { type: 'string', minLength: 1 },
          code: codes ? { enum: codes } : { type: 'string', minLength: 1 },
          message: { type: 'string' },
          ...(codes ? {} : { details: {} }),
        },
      },
    },
  }),
}))
