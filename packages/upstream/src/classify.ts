import type { ProviderError } from '@faultline/client'
import { errorClasses, type ErrorCode, type NetworkFailure } from '@faultline/core'
import { classifyMessage, isAboutModel } from './message-patterns.ts'
import { genericCodes, specificCodes } from './provider-codes.ts'

/** The canonical code of a failure, and whether it is retryable if that differs from the code's default. */
export interface Classification {
  readonly code: ErrorCode
  readonly retryable?: boolean
}

const byNetworkFailure: Readonly<Record<NetworkFailure, Classification>> = {
  connect: { code: 'model_unavailable' },
  network: { code: 'model_unavailable' },
  'dns-temporary': { code: 'model_unavailable' },
  // A wrong host name and a wrong certificate are still wrong in a retry.
  dns: { code: 'upstream_error', retryable: false },
  tls: { code: 'upstream_error', retryable: false },
  reset: { code: 'upstream_error' },
  malformed: { code: 'upstream_error' },
  truncated: { code: 'stream_terminated' },
  aborted: { code: 'model_timeout' },
  timeout: { code: 'model_timeout' },
  unreadable: { code: 'failed_request' },
  'not-sent': { code: 'failed_request' },
}

/** Classifies an exchange without a complete response. */
export function classifyNetworkFailure(failure: NetworkFailure, streamStarted: boolean): Classification {
  return byNetworkFailure[failure === 'reset' && streamStarted ? 'truncated' : failure]
}

const byStatus: ReadonlyMap<number, ErrorCode> = new Map<number, ErrorCode>([
  [400, 'invalid_request'],
  [401, 'unauthenticated'],
  [402, 'payment_required'],
  [403, 'permission_denied'],
  // The upstream considers this service, or itself, too slow. The caller is not at fault.
  [408, 'model_timeout'],
  [409, 'conflict'],
  [410, 'gone'],
  [412, 'precondition_failed'],
  [413, 'payload_too_large'],
  [424, 'model_server_error'],
  [425, 'upstream_error'],
  [429, 'rate_limit_exceeded'],
  [451, 'permission_denied'],
  [499, 'upstream_error'],
  [501, 'not_implemented'],
  [503, 'model_overloaded'],
  [504, 'model_timeout'],
  // Cloudflare could not connect to the origin, or received no response in time (524).
  [521, 'model_unavailable'],
  [522, 'model_unavailable'],
  [523, 'model_unavailable'],
  [524, 'model_timeout'],
  [525, 'model_unavailable'],
  [526, 'model_unavailable'],
  [529, 'model_overloaded'],
])

/**
 * Canonical codes in an upstream's response that mean something else for the caller of this service. Those that are also
 * generic names, such as `internal_error`, are in `genericCodes`.
 */
const fromUpstreamCode: Readonly<Partial<Record<ErrorCode, ErrorCode>>> = {
  malformed_body: 'failed_request',
  endpoint_not_found: 'failed_request',
  method_not_allowed: 'failed_request',
  not_acceptable: 'failed_request',
  unsupported_media_type: 'failed_request',
  expectation_failed: 'failed_request',
  headers_too_large: 'failed_request',
  uri_too_long: 'failed_request',
  request_timeout: 'model_timeout',
  processing_error: 'model_server_error',
  failed_request: 'model_server_error',
  unknown_workspace: 'model_server_error',
  overloaded: 'model_overloaded',
}

/** Statuses that outrank a message and any code, except a specific code of the same status. */
const decisiveStatuses: ReadonlySet<number> = new Set([401, 402, 408, 413])

/** Input of `classifyResponse`. */
export interface ResponseInput {
  readonly status: number | undefined
  readonly providerError: ProviderError | undefined
  /** Whether the error is in a streaming response that had started. */
  readonly streamStarted: boolean
  /** Returns the canonical code of an upstream that uses Faultline. Called only if nothing more specific was found. */
  readonly getTaxonomyCode: () => string | undefined
}

/**
 * Classifies an error response. The order is: decisive statuses, specific names, the message, canonical codes, and the
 * status. Generic names count only without a status.
 */
export function classifyResponse(input: ResponseInput): Classification {
  const code = findCode(input)
  if (code === 'not_implemented') return { code: 'upstream_error', retryable: false }
  // A server error reported mid-stream is a `stream_error`.
  if (input.streamStarted && (code === 'model_server_error' || code === undefined))
    return { code: 'stream_error' }
  return { code: code ?? 'upstream_error' }
}

function findCode({ status, providerError, getTaxonomyCode }: ResponseInput): ErrorCode | undefined {
  const names = providerError?.names ?? []
  const specificCode = findFirst(specificCodes, names)
  // OpenRouter sends some of its rate limits as 402.
  if (specificCode === 'rate_limit_exceeded' && status === 402) return specificCode
  if (status !== undefined && decisiveStatuses.has(status))
    return specificCode !== undefined && errorClasses[specificCode].status === status
      ? specificCode
      : byStatus.get(status)
  return (
    resolveSpecificCode(specificCode, status, providerError) ??
    classifyMessage(providerError?.message ?? '', status) ??
    (status === 498 ? 'unauthenticated' : undefined) ??
    findTaxonomyCode(names, getTaxonomyCode) ??
    (status === undefined ? findGenericCode(names, providerError) : classifyStatus(status, providerError))
  )
}

function findFirst(table: ReadonlyMap<string, ErrorCode>, names: readonly string[]): ErrorCode | undefined {
  for (const name of names) {
    const code = table.get(name)
    if (code !== undefined) return code
  }
  return undefined
}

/**
 * Returns the code of a specific name, unless the rest of the error contradicts it. A 403 is always `permission_denied`,
 * except for rejected content.
 */
function resolveSpecificCode(
  code: ErrorCode | undefined,
  status: number | undefined,
  providerError: ProviderError | undefined,
): ErrorCode | undefined {
  if (status === 403 && code !== 'prompt_violation' && code !== 'unsafe_content') return 'permission_denied'
  if (code !== 'missing_required_field' && code !== 'invalid_field_value') return code
  // Without a field, these say no more than `invalid_request`. The message can be more specific.
  const { field, message = '' } = providerError ?? {}
  return field === undefined || classifyMessage(message, status) !== undefined ? undefined : code
}

function findTaxonomyCode(
  names: readonly string[],
  getTaxonomyCode: () => string | undefined,
): ErrorCode | undefined {
  const code = names.find(isErrorCode) ?? getTaxonomyCode()
  if (code === undefined || !isErrorCode(code) || genericCodes.has(code)) return undefined
  return fromUpstreamCode[code] ?? code
}

function isErrorCode(name: string): name is ErrorCode {
  return Object.hasOwn(errorClasses, name)
}

function findGenericCode(
  names: readonly string[],
  providerError: ProviderError | undefined,
): ErrorCode | undefined {
  const code = findFirst(genericCodes, names)
  if (code === 'not_found') return classifyNotFound(providerError)
  // A name for a wrong field without the field.
  return code ?? (findFirst(specificCodes, names) === undefined ? undefined : 'invalid_request')
}

function classifyStatus(status: number, providerError: ProviderError | undefined): ErrorCode {
  if (status === 404) return classifyNotFound(providerError)
  if (status === 422) return providerError?.issues === undefined ? 'invalid_request' : 'validation_failed'
  // Any other 4xx, such as 405 and 415, is an error in the request that this service has built.
  return byStatus.get(status) ?? (status >= 500 ? 'model_server_error' : 'failed_request')
}

/** Messages of a 404 for a wrong URL in the configuration of this service. */
const UNKNOWN_URL = /invalid url|unknown (?:request )?url|no route|\bcannot (?:get|post)\b|^not found$/i

/** Distinguishes a model, another resource that the caller named, and a wrong URL. */
function classifyNotFound(providerError: ProviderError | undefined): ErrorCode {
  const message = providerError?.message
  if (message === undefined || UNKNOWN_URL.test(message)) return 'failed_request'
  return isAboutModel(message) ? 'model_not_found' : 'resource_not_found'
}
