import { createEnvelope } from './define-envelope.ts'
import { optionalDetails } from './details.ts'
import type { Envelope } from './envelope.ts'
import { numberOrUndefined, objectOrEmpty, stringOrUndefined } from './json-values.ts'
import { getCodeForType, getTypeForStatus } from './status-types.ts'

interface Body {
  detail: { type: string; message: string; code: number; origin: string; details?: unknown }
}

/** `{ detail: { type, message, code, origin } }`: `code` is the status, `origin` the system that failed. */
export const humanloop: Envelope = /* @__PURE__ */ createEnvelope(() => ({
  id: 'humanloop',
  title: 'Humanloop API errors (detail with origin)',
  codes: {
    bad_request_error: { status: 400 },
    authentication_error: { status: 401 },
    not_found_error: { status: 404 },
    unprocessable_entity_error: { status: 422 },
    rate_limit_error: { status: 429 },
    unknown_error: { status: 500 },
    service_unavailable_error: { status: 503 },
    timeout_error: { status: 504 },
    overloaded_error: { status: 529 },
  },
  mapping: {
    default: 'unknown_error',
    invalid_request: 'bad_request_error',
    malformed_body: 'bad_request_error',
    validation_failed: 'unprocessable_entity_error',
    missing_required_field: 'unprocessable_entity_error',
    invalid_field_value: 'unprocessable_entity_error',
    prompt_too_long: 'unprocessable_entity_error',
    invalid_temperature: 'unprocessable_entity_error',
    invalid_max_tokens: 'unprocessable_entity_error',
    invalid_image_size: 'unprocessable_entity_error',
    invalid_image_quality: 'unprocessable_entity_error',
    unsupported_model: 'unprocessable_entity_error',
    unsupported_interface: 'unprocessable_entity_error',
    invalid_content_media: 'unprocessable_entity_error',
    unavailable_content_media: 'unprocessable_entity_error',
    unsafe_content: 'unprocessable_entity_error',
    prompt_violation: 'unprocessable_entity_error',
    unauthenticated: 'authentication_error',
    missing_api_key: 'authentication_error',
    invalid_api_key: 'authentication_error',
    expired_api_key: 'authentication_error',
    revoked_api_key: 'authentication_error',
    permission_denied: 'authentication_error',
    account_suspended: 'authentication_error',
    not_found: 'not_found_error',
    resource_not_found: 'not_found_error',
    endpoint_not_found: 'not_found_error',
    model_not_found: 'not_found_error',
    app_not_found: 'not_found_error',
    rate_limit_exceeded: 'rate_limit_error',
    concurrent_limit_exceeded: 'rate_limit_error',
    quota_exceeded: 'rate_limit_error',
    internal_error: 'unknown_error',
    processing_error: 'unknown_error',
    failed_request: 'unknown_error',
    unknown_workspace: 'unknown_error',
    service_unavailable: 'service_unavailable_error',
    overloaded: 'overloaded_error',
    model_overloaded: 'overloaded_error',
    gateway_timeout: 'timeout_error',
    model_timeout: 'timeout_error',
  },
  strictFallback: {
    request_timeout: 'timeout_error',
    invalid_file_format: 'unprocessable_entity_error',
    payment_required: 'authentication_error',
    method_not_allowed: 'not_found_error',
    not_implemented: 'unknown_error',
    upstream_error: 'service_unavailable_error',
  },
  retryPolicy: {
    statuses: [429, 503, 504, 529],
    reason: '503: "you should try again"; 429, 504 and 529 pass by themselves',
  },
  toWireCode: (_, status) => getTypeForStatus(status, humanloop.codes),
  fromWireCode: getCodeForType,
  detailsPlace: 'detail.details',
  errorMember: 'detail',
  isDeterministic: true,
  renderBody: ({ code, status, description, origin, details }): Body => ({
    detail: {
      type: code,
      message: description,
      code: status,
      origin,
      ...optionalDetails(details),
    },
  }),
  parseBody({ detail }) {
    const { type, message, code, origin, details } = objectOrEmpty(detail)
    if (typeof type !== 'string') return undefined
    return {
      code: type,
      message: stringOrUndefined(message),
      status: numberOrUndefined(code),
      origin: stringOrUndefined(origin),
      details,
    }
  },
  schema: (codes) => ({
    type: 'object',
    required: ['detail'],
    additionalProperties: false,
    properties: {
      detail: {
        type: 'object',
        required: ['type', 'message', 'code', 'origin'],
        additionalProperties: false,
        properties: {
          type: codes ? { enum: codes } : { type: 'string', pattern: '_error$' },
          message: { type: 'string' },
          code: { type: 'integer', minimum: 400, maximum: 599 },
          origin: { type: 'string' },
          ...(codes ? {} : { details: {} }),
        },
      },
    },
  }),
}))
