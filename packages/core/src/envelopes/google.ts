import { MAX_ISSUES } from '../errors/issue.ts'
import { parseJson } from '../http/parse-json.ts'
import { createEnvelope } from './define-envelope.ts'
import { fromMembers, isPlainObject, toJsonValue, toMembers } from './details.ts'
import type { BodyInput, JsonSchema, WireCode, WireIssue } from './envelope.ts'
import { arrayOrEmpty, objectOrEmpty, stringOrUndefined, type JsonObject } from './json-values.ts'
import { createWireIssue } from './wire-issues.ts'

interface Violation {
  field?: string
  description: string
  reason?: string
}

/** An item of `details`: one of the types ErrorInfo, RetryInfo, BadRequest and RequestInfo of google.rpc. */
interface Detail {
  '@type': string
  reason?: string
  domain?: string
  metadata?: JsonObject
  retryDelay?: string
  fieldViolations?: Violation[]
  requestId?: string
}

interface Body {
  error: { code: number; message: string; status: string; details?: Detail[] }
}

/** Names of google.rpc.Code with their HTTP statuses. */
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

const listedCodes: Readonly<Record<string, WireCode>> = codes

/** Names for statuses that google.rpc.Code does not define. Other statuses use the name of 400 or 500. */
const namesByUndefinedStatus: Readonly<Record<number, string>> = {
  402: 'FAILED_PRECONDITION',
  408: 'DEADLINE_EXCEEDED',
  410: 'NOT_FOUND',
  412: 'FAILED_PRECONDITION',
  502: 'UNAVAILABLE',
}

const TYPE_PREFIX = 'type.googleapis.com/google.rpc.'

/** Format of `reason` (google.rpc.ErrorInfo). */
const REASON = /^[A-Z][A-Z0-9_]{1,61}[A-Z0-9]$/

/** Format of the keys of `metadata` (google.rpc.ErrorInfo). */
const METADATA_KEY = /^[a-z][\w-]{1,63}$/

/**
 * `{ error: { code, message, status, details } }`, google.rpc.Status over HTTP. `code` is the HTTP status, `status` a
 * name of google.rpc.Code, which is a closed list. ErrorInfo contains the error code as `reason`, also in strict mode,
 * because AIP-193 lets each service define its reasons, and the origin as `domain`. RetryInfo repeats Retry-After,
 * BadRequest lists the issues, RequestInfo contains the request id. The values of `metadata` are strings: other details are
 * sent as JSON.
 *
 * @see https://google.aip.dev/193
 */
export const google = /* @__PURE__ */ createEnvelope(() => ({
  id: 'google',
  title: 'Google API errors (google.rpc.Status)',
  // @google/genai ignores events that have a name.
  renderEvents: (body) => [{ data: body }],
  endsArrays: true,
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
  fromWireCode: (wireCode) => wireCode.toLowerCase(),
  detailsPlace: 'error.details[].metadata of ErrorInfo',
  errorMember: 'error',
  isDeterministic: true,
  renderBody(input): Body {
    const details = [...createDetails(input)]
    return {
      error: {
        code: input.status,
        message: input.description,
        status: getStatusName(input.code, input.status),
        ...(details.length === 0 ? {} : { details }),
      },
    }
  },
  parseBody({ error }) {
    const { code, message, status, details } = objectOrEmpty(error)
    if (typeof code !== 'number' || typeof status !== 'string') return undefined
    const { reason, domain, metadata, retryDelay, fieldViolations, requestId } = mergeDetails(details)
    return {
      code: stringOrUndefined(reason) ?? status,
      // A name that replaces an undefined status is not the name of the error.
      parentCode: listedCodes[status]?.status === code ? status : undefined,
      status: code,
      message: stringOrUndefined(message),
      origin: stringOrUndefined(domain),
      requestId: stringOrUndefined(requestId),
      retryAfter: parseDuration(retryDelay),
      issues: arrayOrEmpty(fieldViolations).flatMap(parseViolation),
      details: isPlainObject(metadata) ? parseMetadata(metadata) : undefined,
    }
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
                createDetailSchema(
                  'ErrorInfo',
                  { reason: { type: 'string', pattern: REASON.source }, domain: { type: 'string' } },
                  listed ? {} : { metadata: metadataSchema },
                ),
                createDetailSchema('RetryInfo', { retryDelay: { type: 'string', pattern: '^\\d+s$' } }),
                createDetailSchema('BadRequest', {
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
                createDetailSchema('RequestInfo', { requestId: { type: 'string' } }),
              ],
            },
          },
        },
      },
    },
  }),
}))

/** Returns the name of an error in google.rpc.Code: its wire code, otherwise the first name with its status. */
function getStatusName(code: string, status: number): string {
  if (Object.hasOwn(codes, code)) return code
  const name = namesByUndefinedStatus[status]
  if (name !== undefined) return name
  for (const [listed, entry] of Object.entries(codes)) if (entry.status === status) return listed
  return status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL'
}

/** Creates the details, each type at most once (AIP-193). */
function* createDetails(input: BodyInput): Generator<Detail> {
  const { error, origin, retryAfter, issues, requestId } = input
  const reason = error.code.toUpperCase()
  if (REASON.test(reason))
    yield { '@type': `${TYPE_PREFIX}ErrorInfo`, reason, domain: origin, ...createMetadata(input) }
  if (retryAfter !== undefined) yield { '@type': `${TYPE_PREFIX}RetryInfo`, retryDelay: `${retryAfter}s` }
  if (issues.length > 0)
    yield { '@type': `${TYPE_PREFIX}BadRequest`, fieldViolations: issues.map(toViolation) }
  if (requestId !== '') yield { '@type': `${TYPE_PREFIX}RequestInfo`, requestId }
}

/** Creates `metadata` of the details. It is longer than they are, so its length is checked, too. */
function createMetadata({ details, report }: BodyInput): Pick<Detail, 'metadata'> {
  if (details === undefined) return {}
  const reserved = Object.keys(objectOrEmpty(details)).filter((name) => !METADATA_KEY.test(name))
  const members = Object.entries(toMembers(details, reserved)).map(([name, value]) => [
    name,
    typeof value === 'string' && name !== 'details' ? value : JSON.stringify(value),
  ])
  if (members.length === 0) return {}
  const metadata = toJsonValue(() => Object.fromEntries(members), 'The metadata of an error', report)
  return isPlainObject(metadata) ? { metadata } : {}
}

/** Inverse of `createMetadata`, except that values that are not strings stay JSON. */
function parseMetadata(metadata: JsonObject): unknown {
  const { details } = metadata
  const parsed = typeof details === 'string' ? parseJson(details) : undefined
  return fromMembers(parsed === undefined ? metadata : { ...metadata, details: parsed })
}

const metadataSchema = {
  type: 'object',
  minProperties: 1,
  additionalProperties: { type: 'string' },
} as const

function toViolation({ field, issue, code }: WireIssue): Violation {
  return {
    ...(field === undefined ? {} : { field }),
    description: issue,
    ...(code === undefined ? {} : { reason: code }),
  }
}

function createDetailSchema(
  type: string,
  properties: { readonly [member: string]: JsonSchema },
  optionalProperties: { readonly [member: string]: JsonSchema } = {},
): JsonSchema {
  return {
    type: 'object',
    required: ['@type', ...Object.keys(properties)],
    additionalProperties: false,
    properties: { '@type': { const: TYPE_PREFIX + type }, ...properties, ...optionalProperties },
  }
}

/** Merges the items of `details`: the types that are read have no member in common. */
function mergeDetails(details: unknown): JsonObject {
  return Object.assign({}, ...arrayOrEmpty(details).map(objectOrEmpty))
}

/** Parses a google.protobuf.Duration, for example `1.5s`, to seconds. */
function parseDuration(duration: unknown): number | undefined {
  const seconds = typeof duration === 'string' ? /^(\d{1,15}(?:\.\d{1,9})?)s$/.exec(duration)?.[1] : undefined
  return seconds === undefined ? undefined : Number(seconds)
}

function parseViolation(violation: unknown): WireIssue[] {
  const { field, description, reason } = objectOrEmpty(violation)
  return typeof description === 'string'
    ? [createWireIssue(description, stringOrUndefined(field), stringOrUndefined(reason))]
    : []
}
