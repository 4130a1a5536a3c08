import type { ErrorCode } from '@faultline/core'

/** Maximum number of characters of a message that are compared. */
const MAX_MESSAGE_LENGTH = 4096

const anyOf = (...phrases: readonly RegExp[]): RegExp =>
  new RegExp(phrases.map(({ source }) => source).join('|'), 'i')

/** Messages for a prompt that is too long, of providers without a code for it. */
const CONTEXT_LENGTH = anyOf(
  /prompt is too long/,
  /prompt: length: /,
  /input is too long/,
  /too many (?:input )?tokens/,
  /expected maxlength:/,
  /exceed context limit/,
  /maximum context length/,
  /maximum context limit/,
  /maximum prompt length/,
  /longer than the model's context length/,
  /input tokens exceed the configured limit/,
  /`inputs` tokens \+ `max_new_tokens` must be/,
  /exceeds the (?:available context size|maximum number of tokens allowed|context window)/,
  /input token count .{0,40}exceeds the maximum/,
  /length limit exceeded/,
  /string too long\. expected a string with maximum length/,
  /prompt tokens \(\d+\) exceed model maximum/,
  /current length is .{0,80}while limit is/,
  /maximum input length is .{0,40}tokens/,
  /reduce the length of the (?:messages|prompt)/,
)

/** Similar messages about the limit of one field, which LiteLLM excludes from its list of phrases. */
const FIELD_LENGTH = /string_above_max_length|invalid 'user'.{0,80}string too long/i

/** Messages of content filters. */
const CONTENT_FILTER = anyOf(
  /content management policy/,
  /content filtering policy/,
  /usage policy/,
  /usage policies/,
  /safety system/,
  /content[ _-]policy[ _-]violation/,
  /prompt was (?:flagged|blocked)/,
  /prompt blocked/,
  /flagged (?:by|for) moderation/,
  /response was (?:filtered|blocked)/,
  /output blocked/,
  /response blocked/,
  /the model produced invalid content/,
)

/**
 * Messages of content filters for the output of the model. "Response was filtered" is not one of them: Azure sends it for
 * prompts.
 */
const OUTPUT_FILTER = /output blocked|response (?:was )?blocked|model produced invalid content/i

/** Gemini's "exceeded your current quota" is not included: it is also used for a limit per minute. */
const BILLING = /credit balance is too low|specified api usage limits|insufficient (?:credits|balance|funds)/i
const RATE_LIMIT = /rate[\s_-]*limit|too many requests|quota exceeded for/i
const OVERLOADED = /\boverloaded\b|temporarily out of capacity|capacity exceeded|at capacity/i
const INVALID_KEY =
  /api key not valid|incorrect api key|invalid (?:x-)?api[- ]key|security token included in the request is/i
const MODEL = /\bmodels?\b/i

/**
 * Classifies an error by its message, for providers and proxies whose codes are missing or too general.
 *
 * @param status The status of the response; undefined for an error in a stream.
 */
export function classifyMessage(message: string, status: number | undefined): ErrorCode | undefined {
  const text = message.slice(0, MAX_MESSAGE_LENGTH)
  const isClientError = status === undefined || (status >= 400 && status < 500)
  if (isClientError && status !== 401 && status !== 402) {
    if (CONTEXT_LENGTH.test(text) && !FIELD_LENGTH.test(text)) return 'prompt_too_long'
    if (CONTENT_FILTER.test(text)) return OUTPUT_FILTER.test(text) ? 'unsafe_content' : 'prompt_violation'
  }
  if (INVALID_KEY.test(text) && isClientError) return 'invalid_api_key'
  if ((status === undefined || status === 400 || status === 403 || status === 429) && BILLING.test(text)) {
    return 'quota_exceeded'
  }
  // Only without a status: with one, 429 already identifies a rate limit, and a message may quote a prompt about limits.
  if (status === undefined && RATE_LIMIT.test(text)) return 'rate_limit_exceeded'
  if ((status === undefined || status === 429 || status === 498 || status >= 500) && OVERLOADED.test(text))
    return 'model_overloaded'
  return undefined
}

/** Returns whether the message of an error for something that was not found is about a model. */
export function isAboutModel(message: string): boolean {
  return MODEL.test(message.slice(0, MAX_MESSAGE_LENGTH))
}
