import { getCanonicalCode } from '../errors/canonical.ts'
import { isErrorCode } from '../errors/error-classes.ts'
import { clampText } from '../http/clamp-text.ts'
import { createEnvelope } from './define-envelope.ts'
import { fromMembers, toMembers, wrapDetails } from './details.ts'
import type { BodyInput, WireCode, WireIssue } from './envelope.ts'
import { objectOrEmpty, stringOrUndefined } from './json-values.ts'
import { sdkClientHints } from './openai-error.ts'
import { createDetailsSchema, parseWireIssues } from './wire-issues.ts'

interface Body {
  type: 'error'
  error: {
    type: string
    message: string
    details?: { error_code?: string; issues?: readonly WireIssue[] }
  }
  request_id: string | null
}

const codes = {
  invalid_request_error: { status: 400, retryable: false },
  authentication_error: { status: 401, retryable: false },
  billing_error: { status: 402, retryable: false },
  permission_error: { status: 403, retryable: false },
  not_found_error: { status: 404, retryable: false },
  conflict_error: { status: 409 },
  request_too_large: { status: 413, retryable: false },
  rate_limit_error: { status: 429, retryable: true },
  api_error: { status: 500, retryable: true },
  timeout_error: { status: 504, retryable: true },
  overloaded_error: { status: 529, retryable: true },
} as const satisfies Readonly<Record<string, WireCode>>

const typesByStatus = /* @__PURE__ */ createTypesByStatus()

function createTypesByStatus(): ReadonlyMap<number, string> {
  const types = new Map<number, string>([[408, 'timeout_error']])
  for (const [type, { status }] of Object.entries(codes)) types.set(status, type)
  return types
}

/** Anthropic's types, a closed list. */
export const anthropicTypes = /* @__PURE__ */ Object.keys(codes)

/** Returns the type of a status. Anthropic sends `invalid_request_error` for every other 4xx. */
export function getAnthropicType(status: number): string {
  return typesByStatus.get(status) ?? (status < 500 ? 'invalid_request_error' : 'api_error')
}

/** Values of `error_code` for spend limits: a 429 that is not retryable. */
const SPEND_LIMIT = /_spend_limit_reached$/

/**
 * `{ type: 'error', error: { type, message }, request_id }`. In normal mode, `details.error_code` (an Anthropic member)
 * contains the code of errors that are more specific than their type, and `details.issues` the validation problems.
 *
 * @see https://docs.anthropic.com/en/api/errors
 */
export const anthropic = /* @__PURE__ */ createEnvelope(() => ({
  id: 'anthropic',
  title: 'Anthropic API errors (type / error / request_id)',
  clientHints: { ...sdkClientHints, requestIdHeader: 'request-id' },
  codes,
  mapping: {
    default: 'api_error',
    invalid_request: 'invalid_request_error',
    malformed_body: 'invalid_request_error',
    request_timeout: { code: 'timeout_error', status: 408 },
    payload_too_large: 'request_too_large',
    file_too_large: 'request_too_large',
    conflict: 'conflict_error',
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
    payment_required: 'billing_error',
    quota_exceeded: 'billing_error',
    permission_denied: 'permission_error',
    account_suspended: 'permission_error',
    not_found: 'not_found_error',
    resource_not_found: 'not_found_error',
    endpoint_not_found: 'not_found_error',
    model_not_found: 'not_found_error',
    app_not_found: 'not_found_error',
    rate_limit_exceeded: 'rate_limit_error',
    concurrent_limit_exceeded: 'rate_limit_error',
    internal_error: 'api_error',
    overloaded: 'overloaded_error',
    model_overloaded: 'overloaded_error',
    gateway_timeout: 'timeout_error',
    model_timeout: 'timeout_error',
  },
  strictFallback: { method_not_allowed: 'not_found_error', service_unavailable: 'overloaded_error' },
  detailsPlace: 'error.details',
  errorMember: 'error',
  isDeterministic: true,
  renderBody: (input): Body => ({
    type: 'error',
    error: { type: getType(input), message: getMessage(input), ...getDetails(input) },
    request_id: input.requestId === '' ? null : input.requestId,
  }),
  parseBody({ type: bodyType, error, request_id: requestId }) {
    const { type, message, details, param } = objectOrEmpty(error)
    // Only OpenAI's bodies have `param`.
    if (bodyType !== 'error' || typeof type !== 'string' || param !== undefined) return undefined
    const { error_code: errorCode, issues, ...others } = objectOrEmpty(details)
    const specificCode = stringOrUndefined(errorCode)
    const hasClass = specificCode !== undefined && isErrorCode(specificCode)
    return {
      code: specificCode ?? type,
      status: hasClass ? undefined : isListed(type) ? codes[type].status : undefined,
      message: stringOrUndefined(message),
      issues: parseWireIssues(issues) ?? [],
      requestId: stringOrUndefined(requestId),
      retryable: specificCode !== undefined && SPEND_LIMIT.test(specificCode) ? false : undefined,
      details: fromMembers(others),
    }
  },
  schema: (listed) => ({
    type: 'object',
    required: ['type', 'error', 'request_id'],
    additionalProperties: false,
    properties: {
      type: { const: 'error' },
      error: {
        type: 'object',
        required: ['type', 'message'],
        additionalProperties: false,
        properties: {
          type: { enum: listed ?? anthropicTypes },
          message: { type: 'string' },
          ...(listed ? {} : { details: createDetailsSchema({ error_code: { type: 'string' } }) }),
        },
      },
      request_id: { type: ['string', 'null'] },
    },
  }),
}))

function isListed(type: string): type is keyof typeof codes {
  return Object.hasOwn(codes, type)
}

function getType({ code, status }: BodyInput): string {
  return isListed(code) ? code : getAnthropicType(status)
}

/** Anthropic's messages begin with the field, because the body has no member for it. */
function getMessage({ description, field }: BodyInput): string {
  return field === undefined || description.includes(field)
    ? description
    : clampText(`${field}: ${description}`)
}

function getDetails({
  code,
  error,
  status,
  issues,
  strict,
  details,
}: BodyInput): Pick<Body['error'], 'details'> {
  const isImplied = isListed(code) && error.code === getCanonicalCode(status)
  if (strict) return {}
  return wrapDetails({
    ...(isImplied ? {} : { error_code: error.code }),
    ...(issues.length > 0 ? { issues } : {}),
    ...toMembers(details, ['error_code', 'issues']),
  })
}
