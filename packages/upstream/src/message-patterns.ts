import type { ErrorCode } from '@faultline/core'

const anyOf = (...phrases: readonly RegExp[]): RegExp =>
  new RegExp(phrases.map(({ source }) => source).join('|'), 'i')

/** What a prompt that is too long is refused with where there is no code for it. */
const CONTEXT = anyOf(
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

/** A field's own limit, which reads alike (LiteLLM's exceptions to its list). */
const NO_CONTEXT = /string_above_max_length|invalid 'user'.{0,80}string too long/i

const FILTERED = anyOf(
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

/** What was made, not what was asked. */
const OUTPUT = /output blocked|response (?:was )?blocked|model produced invalid content/i

/**
 * Not Gemini's “exceeded your current quota”, which it says of a minute's rate, too: its details tell them
 * apart.
 */
const MONEY = /credit balance is too low|specified api usage limits|insufficient (?:credits|balance|funds)/i
const RATE = /rate[\s_-]*limit|too many requests|quota exceeded for/i
const OVERLOADED = /\boverloaded\b|temporarily out of capacity|capacity exceeded|at capacity/i
const KEY =
  /api key not valid|incorrect api key|invalid (?:x-)?api[- ]key|security token included in the request is/i
const MODEL = /\bmodels?\b/i

/** What a message says that no code does: what providers without codes, and those in front of them, write. */
export function codeOfMessage(message: string, status: number | undefined): ErrorCode | undefined {
  const text = message.slice(0, 4096)
  const isRefusal = status === undefined || (status >= 400 && status < 500)
  if (isRefusal && status !== 401 && status !== 402) {
    if (CONTEXT.test(text) && !NO_CONTEXT.test(text)) return 'prompt_too_long'
    if (FILTERED.test(text)) return OUTPUT.test(text) ? 'unsafe_content' : 'prompt_violation'
  }
  if (KEY.test(text) && isRefusal) return 'invalid_api_key'
  if ((status === undefined || status === 400 || status === 403 || status === 429) && MONEY.test(text)) {
    return 'quota_exceeded'
  }
  // A quoted prompt may say anything: only where the status leaves it open (LiteLLM's own lesson).
  if (status === undefined && RATE.test(text)) return 'rate_limit_exceeded'
  if ((status === undefined || status === 429 || status === 498 || status >= 500) && OVERLOADED.test(text))
    return 'model_overloaded'
  return undefined
}

/** Whether a 404 is about a model. */
export function isAboutModel(message: string): boolean {
  return MODEL.test(message.slice(0, 4096))
}
