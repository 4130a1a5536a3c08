import type {
  ClientHints,
  BodyInput,
  JsonSchema,
  ParsedBody,
  CodeMapping,
  WireCode,
  WireIssue,
} from './envelope.ts'
import { errorClasses } from '../errors/index.ts'
import { getCanonicalCode } from '../errors/canonical.ts'
import { isErrorStatus } from '../http/status.ts'
import { issuesSchema, moreIssues } from './issue-schema.ts'

/** OpenAI's error object, which `openai`, `openai-responses`, `azure-openai` and `universal` share. */
export interface OpenAIError {
  readonly message: string
  readonly type: string | null
  readonly param: string | null
  readonly code: string | null
  readonly details?: { readonly issues: readonly WireIssue[] }
}

/**
 * OpenAI's codes. The two that are types stand for the failures that OpenAI gives no code: theirs is null.
 */
export const openaiCodes = {
  invalid_request_error: { status: 400, retryable: false },
  missing_required_parameter: { status: 400, retryable: false },
  invalid_value: { status: 400, retryable: false },
  context_length_exceeded: { status: 400, retryable: false },
  content_policy_violation: { status: 400, retryable: false },
  invalid_api_key: { status: 401, retryable: false },
  model_not_found: { status: 404, retryable: false },
  rate_limit_exceeded: { status: 429, retryable: true },
  insufficient_quota: { status: 429, retryable: false },
  server_error: { status: 500, retryable: true },
  service_unavailable_error: { status: 503, retryable: true },
  server_is_overloaded: { status: 503, retryable: true },
} as const satisfies Readonly<Record<string, WireCode>>

const bare = new Set(['invalid_request_error', 'service_unavailable_error'])

export const openaiTable = {
  default: 'server_error',
  invalid_request: 'invalid_request_error',
  malformed_body: 'invalid_request_error',
  unsafe_content: 'content_policy_violation',
  prompt_violation: 'content_policy_violation',
  conflict: { code: 'invalid_request_error', status: 409 },
  validation_failed: 'invalid_request_error',
  missing_required_field: 'missing_required_parameter',
  invalid_field_value: 'invalid_value',
  prompt_too_long: 'context_length_exceeded',
  invalid_temperature: 'invalid_value',
  invalid_max_tokens: 'invalid_value',
  invalid_image_size: 'invalid_value',
  invalid_image_quality: 'invalid_value',
  unauthenticated: { code: 'invalid_request_error', status: 401 },
  missing_api_key: { code: 'invalid_request_error', status: 401 },
  invalid_api_key: 'invalid_api_key',
  expired_api_key: 'invalid_api_key',
  revoked_api_key: 'invalid_api_key',
  permission_denied: { code: 'invalid_request_error', status: 403 },
  not_found: { code: 'invalid_request_error', status: 404 },
  resource_not_found: { code: 'invalid_request_error', status: 404 },
  endpoint_not_found: { code: 'invalid_request_error', status: 404 },
  model_not_found: 'model_not_found',
  rate_limit_exceeded: 'rate_limit_exceeded',
  quota_exceeded: 'insufficient_quota',
  internal_error: 'server_error',
  service_unavailable: 'service_unavailable_error',
  overloaded: 'server_is_overloaded',
  model_overloaded: 'server_is_overloaded',
} as const satisfies Readonly<Record<string, CodeMapping<keyof typeof openaiCodes>>>

export const openaiNearest = {
  payment_required: 'insufficient_quota',
  method_not_allowed: { code: 'invalid_request_error', status: 404 },
} as const satisfies Readonly<Record<string, CodeMapping<keyof typeof openaiCodes>>>

/**
 * What the SDKs of OpenAI and Anthropic act on. openai 7 and the AI SDK drop a Retry-After of a minute and
 * more, and come back within seconds: 59 is the longest that all of them wait.
 */
export const sdkClients = { shouldRetryHeader: true, maxRetryAfter: 59 } as const satisfies ClientHints

/**
 * The type of a status, as OpenAI's list of error codes has it; what is about money is
 * `insufficient_quota`.
 */
export function openaiType(code: string, status: number): string {
  if (code === 'insufficient_quota' || status === 402) return 'insufficient_quota'
  if (status < 500) return status === 429 ? 'rate_limit_error' : 'invalid_request_error'
  return status === 503 ? 'service_unavailable_error' : 'server_error'
}

/** The error's own code where OpenAI has none; null where it would say no more than the status. */
export function finerCode({ error, status }: BodyInput): string | null {
  return error.code === getCanonicalCode(status) ? null : error.code
}

/**
 * Makes an error object.
 *
 * @param type The type of a code and its status.
 * @param own The code of what OpenAI has none for, in normal mode.
 */
export function openaiError(
  facts: BodyInput,
  type: (code: string, status: number) => string | null = openaiType,
  own: (facts: BodyInput) => string | null = finerCode,
): OpenAIError {
  const { code, status, description, field, strict } = facts
  return {
    message: description,
    type: type(code, status),
    param: field ?? null,
    code: bare.has(code) ? (strict ? null : own(facts)) : code,
    ...moreIssues(facts),
  }
}

/** The status that a type implies: all that a frame without a code has of it. */
const statuses: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  insufficient_quota: 429,
  rate_limit_error: 429,
  requests: 429,
  tokens: 429,
  api_error: 500,
  server_error: 500,
  overloaded_error: 503,
  service_unavailable_error: 503,
  timeout_error: 504,
}

/**
 * Reads an error object. Servers that speak OpenAI's format put a status in the place of a code, as number
 * or text.
 */
export function readOpenAIError(
  error: unknown,
  codes: object = openaiCodes,
  codeOf = (name: string): string => name,
): ParsedBody | undefined {
  const { message, type, param, code, details } = Object(error) as Partial<OpenAIError>
  if (typeof message !== 'string') return undefined
  const spent = type === 'insufficient_quota'
  const number = Number(code)
  const numeric = isErrorStatus(number) && !Object.hasOwn(codes, String(code))
  const name = typeof code === 'string' && !numeric ? code : spent ? type : undefined
  const known =
    name !== undefined && (Object.hasOwn(codes, name) || Object.hasOwn(errorClasses, codeOf(name)))
  const status = numeric ? number : known ? undefined : statuses[String(type)]
  const field = typeof param === 'string' ? param : undefined
  return {
    code: name,
    status,
    message,
    field,
    // No issue is said to be none: a kind that is always about one field would add its own.
    issues: details?.issues ?? (field === undefined ? [] : undefined),
    retryable: spent ? false : undefined,
  }
}

/** The JSON Schema of an error object. */
export function openaiErrorSchema(
  codes: readonly string[] | undefined,
  types: readonly (string | null)[],
): JsonSchema {
  return {
    type: 'object',
    required: ['message', 'type', 'param', 'code'],
    additionalProperties: false,
    properties: {
      message: { type: 'string' },
      type: { enum: types },
      param: { type: ['string', 'null'] },
      code: codes
        ? { enum: [...codes.filter((code) => !bare.has(code)), null] }
        : { type: ['string', 'null'] },
      ...(codes ? {} : { details: issuesSchema() }),
    },
  }
}

export const openaiTypes = [
  'invalid_request_error',
  'rate_limit_error',
  'insufficient_quota',
  'server_error',
  'service_unavailable_error',
]

/**
 * The data of an event that every version of the SDKs raises, on the Responses API too: openai up to 7.5
 * raises on a nested `error` alone, the AI SDK wants the flat members of OpenAI's `ResponseErrorEvent` beside
 * it. Nobody here has counted the stream's events, and no SDK reads the number: it is 0.
 */
export function flatAndNested(body: object): object {
  const { code, message, param } = (body as { error: OpenAIError }).error
  return { type: 'error', code, message, param, sequence_number: 0, ...body }
}
