import { defineEnvelope } from './define-envelope.ts'
import type { BodyInput, JsonSchema, ParsedBody, WireCode, WireIssue } from './envelope.ts'
import { MAX_ISSUES } from '../errors/issue.ts'

interface Violation {
  field?: string
  description: string
  reason?: string
}

/** The details of google.rpc that are sent and read. */
interface Detail {
  '@type': string
  reason?: string
  domain?: string
  retryDelay?: string
  fieldViolations?: Violation[]
  requestId?: string
}

interface Body {
  error: { code: number; message: string; status: string; details?: Detail[] }
}

/** google.rpc.Code with the HTTP status of each. */
const codes = {
  INVALID_ARGUMENT: { status: 400 },
  FAILED_PRECONDITION: { status: 400 },
  OUT_OF_RANGE: { status: 400 },
  UNAUTHENTICATED: { status: 401 },
  PERMISSION_DENIED: { status: 403 },
  NOT_FOUND: { status: 404 },
  ALREADY_EXISTS: { status: 409 },
  ABORTED: { status: 409 },
  RESOURCE_EXHAUSTED: { status: 429 },
  CANCELLED: { status: 499 },
  INTERNAL: { status: 500 },
  UNKNOWN: { status: 500 },
  DATA_LOSS: { status: 500 },
  UNIMPLEMENTED: { status: 501 },
  UNAVAILABLE: { status: 503 },
  DEADLINE_EXCEEDED: { status: 504 },
} as const satisfies Readonly<Record<string, WireCode>>

/** The names of statuses that google.rpc.Code lacks and whose class's first does not fit. */
const others: Readonly<Record<number, string>> = {
  402: 'FAILED_PRECONDITION',
  408: 'DEADLINE_EXCEEDED',
  410: 'NOT_FOUND',
  412: 'FAILED_PRECONDITION',
  502: 'UNAVAILABLE',
}

const TYPE = 'type.googleapis.com/google.rpc.'

/** What a reason may be (google.rpc.ErrorInfo). */
const REASON = /^[A-Z][A-Z0-9_]{1,61}[A-Z0-9]$/

/**
 * `{ error: { code, message, status, details } }`, google.rpc.Status over HTTP: the code is the HTTP status,
 * the status a name of google.rpc.Code, which is a closed list. What happened is the `reason` of an
 * ErrorInfo, which AIP-193 has every service name itself, so it is there in strict mode, too; its domain is
 * the origin. RetryInfo says Retry-After once more, BadRequest lists the issues, RequestInfo has the
 * request's id.
 *
 * @see https://google.aip.dev/193
 */
export const google = defineEnvelope({
  id: 'google',
  title: 'Google API errors (google.rpc.Status)',
  // @google/genai passes over events that have a name.
  eventName: null,
  codes,
  mapping: {
    default: 'INTERNAL',
    invalid_request: 'INVALID_ARGUMENT',
    malformed_body: 'INVALID_ARGUMENT',
    unsupported_model: 'INVALID_ARGUMENT',
    unsafe_content: 'INVALID_ARGUMENT',
    prompt_violation: 'INVALID_ARGUMENT',
    conflict: 'ALREADY_EXISTS',
    validation_failed: 'INVALID_ARGUMENT',
    missing_required_field: 'INVALID_ARGUMENT',
    invalid_field_value: 'INVALID_ARGUMENT',
    prompt_too_long: 'INVALID_ARGUMENT',
    invalid_temperature: 'INVALID_ARGUMENT',
    invalid_max_tokens: 'INVALID_ARGUMENT',
    invalid_image_size: 'INVALID_ARGUMENT',
    invalid_image_quality: 'INVALID_ARGUMENT',
    unauthenticated: 'UNAUTHENTICATED',
    missing_api_key: 'UNAUTHENTICATED',
    invalid_api_key: 'UNAUTHENTICATED',
    expired_api_key: 'UNAUTHENTICATED',
    revoked_api_key: 'UNAUTHENTICATED',
    permission_denied: 'PERMISSION_DENIED',
    account_suspended: 'PERMISSION_DENIED',
    not_found: 'NOT_FOUND',
    resource_not_found: 'NOT_FOUND',
    endpoint_not_found: 'NOT_FOUND',
    model_not_found: 'NOT_FOUND',
    app_not_found: 'NOT_FOUND',
    rate_limit_exceeded: 'RESOURCE_EXHAUSTED',
    concurrent_limit_exceeded: 'RESOURCE_EXHAUSTED',
    quota_exceeded: 'RESOURCE_EXHAUSTED',
    internal_error: 'INTERNAL',
    not_implemented: 'UNIMPLEMENTED',
    service_unavailable: 'UNAVAILABLE',
    overloaded: 'UNAVAILABLE',
    model_unavailable: 'UNAVAILABLE',
    model_overloaded: 'UNAVAILABLE',
    gateway_timeout: 'DEADLINE_EXCEEDED',
    model_timeout: 'DEADLINE_EXCEEDED',
  },
  strictFallback: {
    request_timeout: 'DEADLINE_EXCEEDED',
    precondition_failed: 'FAILED_PRECONDITION',
    payment_required: 'RESOURCE_EXHAUSTED',
    method_not_allowed: 'NOT_FOUND',
    upstream_error: 'UNAVAILABLE',
  },
  fromWireCode: (name) => name.toLowerCase(),
  renderBody(facts): Body {
    const details = [...detailsOf(facts)]
    return {
      error: {
        code: facts.status,
        message: facts.description,
        status: googleStatus(facts.code, facts.status),
        ...(details.length === 0 ? {} : { details }),
      },
    }
  },
  parseBody({ error }) {
    const { code: status, message, status: name, details = [] } = error as Body['error']
    if (typeof status !== 'number' || typeof name !== 'string') return undefined
    const {
      reason,
      domain,
      retryDelay,
      fieldViolations = [],
      requestId,
    } = Object.assign({}, ...details) as Partial<Detail>
    const delay =
      typeof retryDelay === 'string' ? Number(/^(\d+(?:\.\d+)?)s$/.exec(retryDelay)?.[1]) : Number.NaN
    return {
      code: reason ?? name,
      status,
      message,
      origin: domain,
      requestId,
      retryAfter: Number.isNaN(delay) ? undefined : delay,
      issues: fieldViolations.map(({ field, description, reason: kind }) => ({
        ...(field === undefined ? {} : { field }),
        issue: description,
        ...(kind === undefined ? {} : { code: kind }),
      })),
    } satisfies ParsedBody
  },
  schema: (listed) => ({
    type: 'object',
    required: ['error'],
    additionalProperties: false,
    properties: {
      error: {
        type: 'object',
        required: ['code', 'message', 'status'],
        additionalProperties: false,
        properties: {
          code: listed
            ? { enum: [...new Set(Object.values(codes).map(({ status }) => status))] }
            : { type: 'integer', minimum: 400, maximum: 599 },
          message: { type: 'string' },
          status: { enum: Object.keys(codes) },
          details: {
            type: 'array',
            minItems: 1,
            maxItems: 4,
            items: {
              oneOf: [
                detailSchema('ErrorInfo', {
                  reason: { type: 'string', pattern: REASON.source },
                  domain: { type: 'string' },
                }),
                detailSchema('RetryInfo', { retryDelay: { type: 'string', pattern: '^\\d+s$' } }),
                detailSchema('BadRequest', {
                  fieldViolations: {
                    type: 'array',
                    minItems: 1,
                    maxItems: MAX_ISSUES,
                    items: {
                      type: 'object',
                      required: ['description'],
                      additionalProperties: false,
                      properties: {
                        field: { type: 'string' },
                        description: { type: 'string' },
                        reason: { type: 'string' },
                      },
                    },
                  },
                }),
                detailSchema('RequestInfo', { requestId: { type: 'string' } }),
              ],
            },
          },
        },
      },
    },
  }),
})

/** The name of a status in google.rpc.Code, in the order of the list. */
function googleStatus(code: string, status: number): string {
  if (Object.hasOwn(codes, code)) return code
  if (others[status] !== undefined) return others[status]
  for (const name in codes) if (codes[name as keyof typeof codes].status === status) return name
  return status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL'
}

/** Each type of detail at most once (AIP-193). */
function* detailsOf({ error, origin, retryAfter, issues, requestId }: BodyInput): Generator<Detail> {
  const reason = error.code.toUpperCase()
  if (REASON.test(reason)) yield { '@type': `${TYPE}ErrorInfo`, reason, domain: origin }
  if (retryAfter !== undefined) yield { '@type': `${TYPE}RetryInfo`, retryDelay: `${retryAfter}s` }
  if (issues.length > 0) yield { '@type': `${TYPE}BadRequest`, fieldViolations: issues.map(violationOf) }
  if (requestId !== '') yield { '@type': `${TYPE}RequestInfo`, requestId }
}

function violationOf({ field, issue, code }: WireIssue): Violation {
  return {
    ...(field === undefined ? {} : { field }),
    description: issue,
    ...(code === undefined ? {} : { reason: code }),
  }
}

function detailSchema(type: string, properties: { readonly [member: string]: JsonSchema }): JsonSchema {
  return {
    type: 'object',
    required: ['@type', ...Object.keys(properties)],
    additionalProperties: false,
    properties: { '@type': { const: TYPE + type }, ...properties },
  }
}
