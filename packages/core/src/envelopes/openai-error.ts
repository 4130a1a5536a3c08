import { getCanonicalCode } from '../errors/canonical.ts'
import { isErrorCode } from '../errors/error-classes.ts'
import { isErrorStatus } from '../http/status.ts'
import type {
  BodyInput,
  ClientHints,
  CodeMapping,
  JsonSchema,
  ParsedBody,
  WireCode,
  WireIssue,
} from './envelope.ts'
import { fromMembers } from './details.ts'
import { objectOrEmpty, stringOrUndefined } from './json-values.ts'
import { createDetailsSchema, getIssueDetails, parseWireIssues } from './wire-issues.ts'

/** OpenAI's error object, which `openai`, `openai-responses`, `azure-openai` and `universal` share. */
export interface OpenAIError {
  readonly message: string
  readonly type: string | null
  readonly param: string | null
  readonly code: string | null
  readonly details?: { readonly issues?: readonly WireIssue[] }
}

/** OpenAI's codes, and two types for errors without a code. */
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

/** Types in `openaiCodes`. The `code` of their errors is null in strict mode. */
const typesWithoutCode = new Set(['invalid_request_error', 'service_unavailable_error'])

/** OpenAI's codes by error code. */
export const openaiMapping = {
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

/** Further codes for strict mode. */
export const openaiStrictFallback = {
  payment_required: 'insufficient_quota',
  method_not_allowed: { code: 'invalid_request_error', status: 404 },
} as const satisfies Readonly<Record<string, CodeMapping<keyof typeof openaiCodes>>>

/**
 * Headers that the SDKs of OpenAI and Anthropic act on. openai 7 and the AI SDK ignore a Retry-After of 60 seconds or
 * more and retry within seconds, so 59 is the maximum that all of them obey.
 */
export const sdkClientHints = { shouldRetryHeader: true, maxRetryAfter: 59 } as const satisfies ClientHints

/** Returns the type of an error, as in OpenAI's list of error codes. Payment errors are `insufficient_quota`. */
export function getOpenAIType(code: string, status: number): string {
  if (code === 'insufficient_quota' || status === 402) return 'insufficient_quota'
  if (status < 500) return status === 429 ? 'rate_limit_error' : 'invalid_request_error'
  return status === 503 ? 'service_unavailable_error' : 'server_error'
}

/** Returns the code of an error that OpenAI has no code for; null if it is not more specific than the status. */
export function getSpecificCode({ error, status }: BodyInput): string | null {
  return error.code === getCanonicalCode(status) ? null : error.code
}

/**
 * Renders an error object.
 *
 * @param getType Returns the type of a wire code and its status.
 * @param getCode Returns the code of an error that OpenAI has no code for. Called in normal mode only.
 * @param ownDetails The details of the error that `details` contains.
 */
export function renderOpenAIError(
  input: BodyInput,
  getType: (code: string, status: number) => string | null = getOpenAIType,
  getCode: (input: BodyInput) => string | null = getSpecificCode,
  ownDetails = input.details,
): OpenAIError {
  const { code, status, description, field, strict } = input
  return {
    message: description,
    type: getType(code, status),
    param: field ?? null,
    code: typesWithoutCode.has(code) ? (strict ? null : getCode(input)) : code,
    ...getIssueDetails(input, ownDetails),
  }
}

/** Statuses that a type implies. An event without a code has no other indication of its status. */
const statusesByType: Readonly<Record<string, number>> = {
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
 * Parses an error object; returns undefined for any other value. Some servers with OpenAI's format send a status as
 * `code`, as a number or a string.
 *
 * @param codes The wire codes of the envelope.
 * @param fromWireCode Converts a wire code that is not listed to an error code.
 */
export function parseOpenAIError(
  value: unknown,
  codes: object = openaiCodes,
  fromWireCode = (wireCode: string): string => wireCode,
): ParsedBody | undefined {
  const { message, type, param, code, details } = objectOrEmpty(value)
  if (typeof message !== 'string') return undefined
  const isQuotaError = type === 'insufficient_quota'
  const codeAsStatus = Number(code)
  const isStatus = isErrorStatus(codeAsStatus) && !Object.hasOwn(codes, String(code))
  const wireCode = typeof code === 'string' && !isStatus ? code : isQuotaError ? type : undefined
  const isKnown =
    wireCode !== undefined && (Object.hasOwn(codes, wireCode) || isErrorCode(fromWireCode(wireCode)))
  const typeStatus = isKnown ? undefined : statusesByType[String(type)]
  const field = stringOrUndefined(param)
  const { issues, ...others } = objectOrEmpty(details)
  return {
    code: wireCode,
    status: isStatus ? codeAsStatus : typeStatus,
    message,
    field,
    // An empty array, because a class with a fixed field adds an issue if there are none.
    issues: parseWireIssues(issues) ?? (field === undefined ? [] : undefined),
    retryable: isQuotaError ? false : undefined,
    details: fromMembers(others),
  }
}

/**
 * Returns the JSON Schema of an error object.
 *
 * @param codes The permitted wire codes in strict mode.
 * @param otherMembers Schemas of further members.
 */
export function createOpenAIErrorSchema(
  codes: readonly string[] | undefined,
  types: readonly (string | null)[],
  otherMembers: { readonly [member: string]: JsonSchema } = {},
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
        ? { enum: [...codes.filter((code) => !typesWithoutCode.has(code)), null] }
        : { type: ['string', 'null'] },
      ...(codes ? {} : { details: createDetailsSchema() }),
      ...otherMembers,
    },
  }
}

/** OpenAI's types. */
export const openaiTypes = [
  'invalid_request_error',
  'rate_limit_error',
  'insufficient_quota',
  'server_error',
  'service_unavailable_error',
]
