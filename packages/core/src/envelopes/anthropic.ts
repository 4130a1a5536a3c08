import { defineEnvelope } from './define-envelope.ts'
import type { BodyInput, WireCode, WireIssue } from './envelope.ts'
import { errorClasses } from '../errors/index.ts'
import { getCanonicalCode } from '../errors/canonical.ts'
import { clampText } from '../http/clamp-text.ts'
import { issuesSchema } from './issue-schema.ts'
import { sdkClients } from './openai-error.ts'

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

const types: Readonly<Record<number, string>> = {
  408: 'timeout_error',
  ...Object.fromEntries(Object.entries(codes).map(([type, { status }]) => [status, type])),
}

export const anthropicTypes = Object.keys(codes)

/** The type of a status. Anthropic sends `invalid_request_error` on every 4xx that has no type of its own. */
export function anthropicType(status: number): string {
  return types[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error')
}

/** The `error_code`s of a spend limit: a 429 that no retry mends. */
const spent = /_spend_limit_reached$/

/**
 * `{ type: 'error', error: { type, message }, request_id }`. The types are a closed list. In normal mode what
 * a type does not tell, Anthropic's own `details.error_code` does, and `details.issues` lists what is wrong
 * with a request.
 *
 * @see https://docs.anthropic.com/en/api/errors
 */
export const anthropic = defineEnvelope({
  id: 'anthropic',
  title: 'Anthropic API errors (type / error / request_id)',
  clientHints: { ...sdkClients, requestIdHeader: 'request-id' },
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
  renderBody: (facts): Body => ({
    type: 'error',
    error: { type: typeOf(facts), message: messageOf(facts), ...detailsOf(facts) },
    request_id: facts.requestId === '' ? null : facts.requestId,
  }),
  parseBody(body) {
    const { error, request_id: requestId } = body as unknown as Body
    const { type, message, details } = error
    // A `param` is OpenAI's.
    if (body['type'] !== 'error' || typeof type !== 'string' || 'param' in error) return undefined
    const finer = typeof details?.error_code === 'string' ? details.error_code : undefined
    const known = finer !== undefined && Object.hasOwn(errorClasses, finer)
    return {
      code: finer ?? type,
      status: known ? undefined : codes[type as keyof typeof codes]?.status,
      message,
      issues: details?.issues ?? [],
      requestId: requestId ?? undefined,
      retryable: finer !== undefined && spent.test(finer) ? false : undefined,
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
          ...(listed ? {} : { details: issuesSchema({ error_code: { type: 'string' } }) }),
        },
      },
      request_id: { type: ['string', 'null'] },
    },
  }),
})

function typeOf({ code, status }: BodyInput): string {
  return Object.hasOwn(codes, code) ? code : anthropicType(status)
}

/** Anthropic's messages begin with the field that they are about: there is no other place for it. */
function messageOf({ description, field }: BodyInput): string {
  return field === undefined || description.includes(field)
    ? description
    : clampText(`${field}: ${description}`)
}

function detailsOf({ code, error, status, issues, strict }: BodyInput): Pick<Body['error'], 'details'> {
  const isPlain = Object.hasOwn(codes, code) && error.code === getCanonicalCode(status)
  const details = {
    ...(isPlain ? {} : { error_code: error.code }),
    ...(issues.length > 0 ? { issues } : {}),
  }
  return strict || Object.keys(details).length === 0 ? {} : { details }
}
