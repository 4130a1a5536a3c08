import { createEnvelope } from './define-envelope.ts'
import { fromMembers, toMembers, wrapDetails } from './details.ts'
import type { BodyInput, WireIssue } from './envelope.ts'
import { objectOrEmpty, stringOrUndefined } from './json-values.ts'
import { createIssuesSchema, parseWireIssues } from './wire-issues.ts'

interface Body {
  success: false
  error: {
    code: string
    message: string
    details?: { field?: string; issue?: string; issues?: readonly WireIssue[] }
  }
  meta: { request_id: string; timestamp: string }
}

/** `{ success: false, error: { code, message, details? }, meta: { request_id, timestamp } }`, with codes in UPPER_SNAKE_CASE. */
export const aiApi = /* @__PURE__ */ createEnvelope(() => ({
  id: 'ai-api',
  title: 'AI API error codes (success / error / meta)',
  codes: {
    MISSING_API_KEY: { status: 401, message: 'API key is required' },
    INVALID_API_KEY: { status: 401, message: 'The provided API key is invalid' },
    EXPIRED_API_KEY: { status: 401, message: 'The API key has expired' },
    REVOKED_API_KEY: { status: 401, message: 'The API key has been revoked' },
    INSUFFICIENT_PERMISSIONS: { status: 403, message: 'Insufficient permissions for this operation' },
    ACCOUNT_SUSPENDED: { status: 403, message: 'Account has been suspended' },
    QUOTA_EXCEEDED: { status: 403, message: 'Monthly quota exceeded' },
    INVALID_REQUEST: { status: 400, message: 'The request was invalid' },
    MISSING_REQUIRED_FIELD: { status: 400, message: 'Required field is missing' },
    INVALID_FIELD_VALUE: { status: 400, message: 'Field value is invalid' },
    UNSUPPORTED_MODEL: { status: 400, message: 'Model is not supported', field: 'model' },
    INVALID_FILE_FORMAT: { status: 400, message: 'File format is not supported' },
    FILE_TOO_LARGE: { status: 400, message: 'File size exceeds limit' },
    RESOURCE_NOT_FOUND: { status: 404, message: 'Resource not found' },
    ENDPOINT_NOT_FOUND: { status: 404, message: 'Endpoint not found' },
    MODEL_NOT_FOUND: { status: 404, message: 'Model not found' },
    RATE_LIMIT_EXCEEDED: { status: 429, message: 'Rate limit exceeded' },
    CONCURRENT_LIMIT_EXCEEDED: { status: 429, message: 'Too many concurrent requests' },
    INTERNAL_ERROR: { status: 500, message: 'Internal server error' },
    MODEL_UNAVAILABLE: { status: 500, message: 'Model is temporarily unavailable' },
    PROCESSING_ERROR: { status: 500, message: 'Error processing request' },
    SERVICE_UNAVAILABLE: { status: 503, message: 'Service is temporarily unavailable' },
    OVERLOADED: { status: 503, message: 'Service is overloaded' },
    PROMPT_TOO_LONG: { status: 400, message: 'Prompt exceeds maximum length', field: 'prompt' },
    INVALID_TEMPERATURE: {
      status: 400,
      message: 'Temperature must be between 0 and 2',
      field: 'temperature',
    },
    INVALID_MAX_TOKENS: { status: 400, message: 'Max tokens must be positive', field: 'max_tokens' },
    INVALID_IMAGE_SIZE: { status: 400, message: 'Image size is not supported', field: 'size' },
    INVALID_IMAGE_QUALITY: { status: 400, message: 'Image quality is not supported', field: 'quality' },
    PROMPT_VIOLATION: { status: 400, message: 'Prompt violates content policy', field: 'prompt' },
  },
  mapping: {
    default: 'INTERNAL_ERROR',
    invalid_request: 'INVALID_REQUEST',
    malformed_body: 'INVALID_REQUEST',
    unsupported_model: 'UNSUPPORTED_MODEL',
    prompt_violation: 'PROMPT_VIOLATION',
    file_too_large: 'FILE_TOO_LARGE',
    invalid_file_format: 'INVALID_FILE_FORMAT',
    validation_failed: 'INVALID_REQUEST',
    missing_required_field: 'MISSING_REQUIRED_FIELD',
    invalid_field_value: 'INVALID_FIELD_VALUE',
    prompt_too_long: 'PROMPT_TOO_LONG',
    invalid_temperature: 'INVALID_TEMPERATURE',
    invalid_max_tokens: 'INVALID_MAX_TOKENS',
    invalid_image_size: 'INVALID_IMAGE_SIZE',
    invalid_image_quality: 'INVALID_IMAGE_QUALITY',
    missing_api_key: 'MISSING_API_KEY',
    invalid_api_key: 'INVALID_API_KEY',
    expired_api_key: 'EXPIRED_API_KEY',
    revoked_api_key: 'REVOKED_API_KEY',
    permission_denied: 'INSUFFICIENT_PERMISSIONS',
    account_suspended: 'ACCOUNT_SUSPENDED',
    not_found: 'RESOURCE_NOT_FOUND',
    resource_not_found: 'RESOURCE_NOT_FOUND',
    endpoint_not_found: 'ENDPOINT_NOT_FOUND',
    model_not_found: 'MODEL_NOT_FOUND',
    rate_limit_exceeded: 'RATE_LIMIT_EXCEEDED',
    concurrent_limit_exceeded: 'CONCURRENT_LIMIT_EXCEEDED',
    quota_exceeded: 'QUOTA_EXCEEDED',
    internal_error: 'INTERNAL_ERROR',
    processing_error: 'PROCESSING_ERROR',
    failed_request: 'PROCESSING_ERROR',
    unknown_workspace: 'INTERNAL_ERROR',
    service_unavailable: 'SERVICE_UNAVAILABLE',
    overloaded: 'OVERLOADED',
    model_unavailable: 'MODEL_UNAVAILABLE',
    model_overloaded: 'OVERLOADED',
  },
  strictFallback: {
    invalid_content_media: 'INVALID_FILE_FORMAT',
    unavailable_content_media: 'INVALID_FIELD_VALUE',
    unsafe_content: 'PROMPT_VIOLATION',
    unauthenticated: 'INVALID_API_KEY',
    payment_required: 'QUOTA_EXCEEDED',
    method_not_allowed: 'ENDPOINT_NOT_FOUND',
    not_implemented: 'INTERNAL_ERROR',
    upstream_error: { code: 'SERVICE_UNAVAILABLE', status: 502 },
    gateway_timeout: 'SERVICE_UNAVAILABLE',
    stream_error: 'PROCESSING_ERROR',
  },
  retryPolicy: {
    statuses: [429, 500, 501, 502, 503, 504],
    maxAttempts: 3,
    delays: [2, 4],
    reason: 'the sample retries whatever is no 4xx, three attempts in all; the other sample retries 429',
  },
  toWireCode: (code) => code.toUpperCase(),
  fromWireCode: (wireCode) => wireCode.toLowerCase(),
  // Without a field, the first issue is appended to the message. `issues` is sent if there is more than one.
  detailsPlace: 'error.details',
  errorMember: 'error',
  isDeterministic: true,
  renderBody: (input): Body => ({
    success: false,
    error: {
      code: input.code,
      message: input.field === undefined ? input.description : input.message,
      ...getDetails(input),
    },
    meta: { request_id: input.requestId, timestamp: formatTimestamp(input.timestamp) },
  }),
  parseBody(body) {
    const { code, message, details } = objectOrEmpty(body['error'])
    const { request_id: requestId, timestamp } = objectOrEmpty(body['meta'])
    // The document's section "Request ID" shows a body without `success` and without a timestamp.
    const isError = 'success' in body ? body['success'] === false : typeof requestId === 'string'
    if (!isError || typeof code !== 'string') return undefined
    const { field, issue, issues, ...others } = objectOrEmpty(details)
    return {
      code,
      message: stringOrUndefined(message),
      field: stringOrUndefined(field),
      issue: stringOrUndefined(issue),
      issues: parseWireIssues(issues),
      requestId: stringOrUndefined(requestId),
      timestamp: parseTimestamp(timestamp),
      details: fromMembers(others),
    }
  },
  schema: (codes) => ({
    type: 'object',
    required: ['success', 'error', 'meta'],
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
          details: {
            type: 'object',
            ...(codes
              ? { required: ['field', 'issue'], additionalProperties: false }
              : { minProperties: 1, dependentRequired: { field: ['issue'], issues: ['field'] } }),
            properties: {
              field: { type: 'string' },
              issue: { type: 'string' },
              ...(codes ? {} : { issues: createIssuesSchema(2) }),
            },
          },
        },
      },
      meta: {
        type: 'object',
        required: ['request_id', 'timestamp'],
        additionalProperties: false,
        properties: {
          request_id: { type: 'string' },
          timestamp: { type: 'string', pattern: '^\\d{4,}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$' },
        },
      },
    },
  }),
}))

function getDetails(input: BodyInput): Pick<Body['error'], 'details'> {
  const { field, message, issue = message, issues, strict, details } = input
  return wrapDetails({
    ...(field === undefined ? {} : { field, issue, ...(issues.length > 1 && !strict ? { issues } : {}) }),
    ...toMembers(details, ['field', 'issue', 'issues']),
  })
}

let lastSecond: number | undefined
let lastTimestamp = ''

/**
 * Formats a time as in the samples of the published AI API document: without fractions of a second. The text of the
 * last second is kept.
 */
function formatTimestamp(timestamp: Date): string {
  const second = Math.floor(timestamp.getTime() / 1000)
  if (second !== lastSecond) {
    lastTimestamp = timestamp.toISOString().replace(/\.\d+Z$/, 'Z')
    lastSecond = second
  }
  return lastTimestamp
}

function parseTimestamp(value: unknown): Date | undefined {
  const timestamp = typeof value === 'string' ? new Date(value) : undefined
  return timestamp === undefined || Number.isNaN(timestamp.getTime()) ? undefined : timestamp
}
