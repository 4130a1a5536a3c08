import { isRequestId } from '@faultline/core'
import { hasSecret } from './redact.ts'

/** The header that the upstream's id of a request goes out on: `x-request-id` has this service's own. */
const UPSTREAM_ID = 'x-upstream-request-id'

/** Where providers put the id of a request, and those in front of them. */
const ID_HEADERS = [
  'x-request-id',
  'request-id',
  'x-amzn-requestid',
  'apim-request-id',
  'x-ms-request-id',
  'x-generation-id',
  'mistral-correlation-id',
  'x-debug-trace-id',
]

/**
 * The limits that apply to a key, as OpenAI, Azure, Groq, Anthropic, OpenRouter and the IETF's draft name
 * them.
 */
const LIMIT_NAME =
  /^(?:x-)?ratelimit-(?:limit|remaining|reset)(?:-(?:requests|tokens))?$|^anthropic-(?:ratelimit|priority)-(?:requests|tokens|(?:input|output)-tokens)-(?:limit|remaining|reset)$/

/** A number, a span of time or a moment: nothing that could hold a key. */
const LIMIT_VALUE =
  /^\d{1,15}(?:\.\d{1,9})?$|^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|s|m|h|d)){1,4}$|^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

/** The first of the ids that could be one: the library's, the headers', the body's. */
export function upstreamRequestId(
  kept: string | undefined,
  headers: ReadonlyMap<string, string>,
  said: string | undefined,
): string | undefined {
  const found = [kept, ...ID_HEADERS.map((name) => headers.get(name)), said]
  return found.find((id) => isRequestId(id) && !hasSecret(id))
}

/** The headers that pass: an allow-list, each with a value as it should be. */
export function passedHeaders(
  headers: ReadonlyMap<string, string>,
  { requestId, limits }: { requestId: string | undefined; limits: boolean },
): Record<string, string> {
  const passed: Record<string, string> = requestId === undefined ? {} : { [UPSTREAM_ID]: requestId }
  if (!limits) return passed
  for (const [name, value] of headers)
    if (LIMIT_NAME.test(name) && LIMIT_VALUE.test(value)) passed[name] = value
  return passed
}
