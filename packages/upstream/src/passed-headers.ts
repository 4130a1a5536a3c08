import { isRequestId } from '@faultline/core'
import { hasSecret } from './has-secret.ts'
import type { HeaderMap } from './read-headers.ts'

/** The header on which the upstream's request id is sent. `x-request-id` contains this service's own. */
const UPSTREAM_REQUEST_ID = 'x-upstream-request-id'

/** Request id headers of providers and proxies. */
const REQUEST_ID_HEADERS = [
  'x-request-id',
  'request-id',
  'x-amzn-requestid',
  'apim-request-id',
  'x-ms-request-id',
  'x-generation-id',
  'mistral-correlation-id',
  'x-debug-trace-id',
]

/** Rate-limit headers of OpenAI, Azure, Groq, Anthropic, OpenRouter and the IETF's draft. */
const RATE_LIMIT_HEADER =
  /^(?:x-)?ratelimit-(?:limit|remaining|reset)(?:-(?:requests|tokens))?$|^anthropic-(?:ratelimit|priority)-(?:requests|tokens|(?:input|output)-tokens)-(?:limit|remaining|reset)$/

/** A number, a duration or a time. Other values could contain a key. */
const RATE_LIMIT_VALUE =
  /^\d{1,15}(?:\.\d{1,9})?$|^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|s|m|h|d)){1,4}$|^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

/**
 * Finds the upstream's request id: that of the library, of a header, or of the body. The first that is a valid id and
 * cannot be a secret is used.
 */
export function findRequestId(
  libraryId: string | undefined,
  headers: HeaderMap,
  bodyId: string | undefined,
): string | undefined {
  if (isSafeId(libraryId)) return libraryId
  for (const name of REQUEST_ID_HEADERS) {
    const id = headers.get(name)
    if (isSafeId(id)) return id
  }
  return isSafeId(bodyId) ? bodyId : undefined
}

/** The ids of OpenAI, Anthropic and this project. They need no search for secrets. */
const PLAIN_ID = /^req_[A-Za-z\d]{1,32}$/

function isSafeId(id: string | undefined): id is string {
  return id !== undefined && (PLAIN_ID.test(id) || (isRequestId(id) && !hasSecret(id)))
}

/** Selects the upstream's headers that are sent: its request id and, if they apply to the caller, its rate limits. */
export function selectPassedHeaders(
  headers: HeaderMap,
  { requestId, includeRateLimits }: { requestId: string | undefined; includeRateLimits: boolean },
): Record<string, string> {
  const passed: Record<string, string> = requestId === undefined ? {} : { [UPSTREAM_REQUEST_ID]: requestId }
  if (!includeRateLimits) return passed
  for (const [name, value] of headers)
    if (RATE_LIMIT_HEADER.test(name) && RATE_LIMIT_VALUE.test(value)) passed[name] = value
  return passed
}
