import type { ApiError } from '../errors/api-error.ts'
import { isApiError } from '../errors/is-api-error.ts'
import { clampText } from '../http/clamp-text.ts'
import { createEnvelope } from './define-envelope.ts'
import { optionalDetails } from './details.ts'
import type { Envelope } from './envelope.ts'
import { objectOrEmpty, stringOrUndefined } from './json-values.ts'
import { getCodeForType, getTypeForStatus } from './status-types.ts'

interface Body {
  error: { type: string; message: string; param: null; code: null; details?: unknown }
}

interface Detail {
  detail: string
}

/** Messages and prefix that the document fixes. */
const UNAUTHENTICATED = 'Token is not associated with a valid user'
const INTERNAL = 'Unexpected server error'
const INVALID_REQUEST_PREFIX = 'Invalid request: '

/** `{ error: { type, message, param: null, code: null } }`; `{ detail }` for 401 and 500. */
export const compactifai: Envelope = /* @__PURE__ */ createEnvelope(() => ({
  id: 'compactifai',
  title: 'CompactifAI API errors',
  codes: {
    invalid_request_error: { status: 400, retryable: false },
    authentication_error: { status: 401, retryable: false },
    not_found_error: { status: 404, retryable: false },
    server_error: { status: 500, retryable: true },
  },
  mapping: {
    default: 'server_error',
    invalid_request: 'invalid_request_error',
    malformed_body: 'invalid_request_error',
    unsupported_model: 'invalid_request_error',
    validation_failed: 'invalid_request_error',
    missing_required_field: 'invalid_request_error',
    invalid_field_value: 'invalid_request_error',
    prompt_too_long: 'invalid_request_error',
    invalid_temperature: 'invalid_request_error',
    invalid_max_tokens: 'invalid_request_error',
    invalid_image_size: 'invalid_request_error',
    invalid_image_quality: 'invalid_request_error',
    unauthenticated: 'authentication_error',
    missing_api_key: 'authentication_error',
    invalid_api_key: 'authentication_error',
    expired_api_key: 'authentication_error',
    revoked_api_key: 'authentication_error',
    not_found: 'not_found_error',
    resource_not_found: 'not_found_error',
    endpoint_not_found: 'not_found_error',
    model_not_found: 'not_found_error',
    app_not_found: 'not_found_error',
    internal_error: 'server_error',
    processing_error: 'server_error',
    failed_request: 'server_error',
    unknown_workspace: 'server_error',
  },
  strictFallback: {
    payment_required: 'invalid_request_error',
    permission_denied: 'authentication_error',
    method_not_allowed: 'not_found_error',
    rate_limit_exceeded: 'server_error',
    quota_exceeded: 'invalid_request_error',
    not_implemented: 'server_error',
    service_unavailable: 'server_error',
    upstream_error: 'server_error',
  },
  retryPolicy: { statuses: [500], reason: '"generally temporary issues that should be retried"' },
  toWireCode: (_, status) => getTypeForStatus(status, compactifai.codes),
  fromWireCode: getCodeForType,
  // Bodies with `detail` have no place for them.
  detailsPlace: 'error.details',
  isDeterministic: true,
  renderBody({ code, status, message, description, error, details }): Body | Detail {
    if (status === 500) return { detail: INTERNAL }
    if (status === 401) return { detail: error.hasOwnMessage ? message : UNAUTHENTICATED }
    const text = (error.hasOwnMessage ? undefined : describeUnknownModel(error)) ?? description
    const prefix = status === 400 && !text.startsWith(INVALID_REQUEST_PREFIX) ? INVALID_REQUEST_PREFIX : ''
    return {
      error: {
        type: code,
        message: clampText(prefix + text),
        param: null,
        code: null,
        ...optionalDetails(details),
      },
    }
  },
  parseBody(body, status) {
    const { error, detail } = body
    // Problem details have a title, the universal body has a type.
    if ('title' in body || 'type' in body) return undefined
    if (typeof detail === 'string') {
      if (status === 500 || (status === undefined && detail === INTERNAL)) return { code: 'server_error' }
      return { code: 'authentication_error', message: detail === UNAUTHENTICATED ? undefined : detail }
    }
    const { type, message, param, code, details } = objectOrEmpty(error)
    if (typeof type !== 'string' || (param ?? null) !== null || (code ?? null) !== null) return undefined
    const text = stringOrUndefined(message)
    const hasPrefix = (status ?? 400) === 400 && text?.startsWith(INVALID_REQUEST_PREFIX) === true
    return { code: type, message: hasPrefix ? text.slice(INVALID_REQUEST_PREFIX.length) : text, details }
  },
  schema: (codes) => ({
    oneOf: [
      {
        type: 'object',
        required: ['error'],
        additionalProperties: false,
        properties: {
          error: {
            type: 'object',
            required: ['type', 'message', 'param', 'code'],
            additionalProperties: false,
            properties: {
              type: codes ? { enum: codes } : { type: 'string', pattern: '_error$' },
              message: { type: 'string' },
              param: { type: 'null' },
              code: { type: 'null' },
              ...(codes ? {} : { details: {} }),
            },
          },
        },
      },
      {
        type: 'object',
        required: ['detail'],
        additionalProperties: false,
        properties: { detail: { type: 'string' } },
      },
    ],
  }),
}))

/** Returns the documented message for an unknown model; undefined for any other error. */
function describeUnknownModel(error: ApiError): string | undefined {
  if (!isApiError(error, 'unsupported_model') && !isApiError(error, 'model_not_found')) return undefined
  const { model, available } = error
  const models = Array.isArray(available) ? `; available: [${available.join(', ')}]` : ''
  return `Model '${model}' not found${models}`
}
