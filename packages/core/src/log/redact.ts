const REDACTED = '[redacted]'

/**
 * The destination of a string.
 *
 * - `log`: to the operators of this service. Hosts, addresses, paths, account ids and stack frames are kept, because
 *   they are needed to find a fault.
 * - `wire`: to a client. URLs, hosts, addresses and account ids are removed as well, and the string is made one line.
 */
export type RedactionPolicy = 'log' | 'wire'

interface SecretPattern {
  readonly pattern: RegExp
  /**
   * Sources of expressions of which, in any case, at least one matches each string that the pattern matches. The hints of
   * all patterns are one expression, which is tested first, because most strings contain no secret.
   */
  readonly hints: readonly string[]
  /** The first group of the pattern is a label, such as `password=`, and is kept. */
  readonly hasLabel?: true
  /** The pattern matches a key by its prefix, so it is applied to short strings without spaces, too. */
  readonly isKey?: true
  /** The pattern is used by this policy only. Default: by both. */
  readonly policy?: RedactionPolicy
}

/** Returns the hint for a key with a prefix. A function, so that bundlers leave it out of programs that redact nothing. */
function getKeyHint(): string {
  return String.raw`[-_](?<=\b(?:[spra]k|whsec|gsk|xai|hf|r8|pplx|gh[opsur]|github_pat|xox[abeprs])[-_])|\b(?:AIza|ya29|AKIA|ASIA|eyJ)`
}

/**
 * The patterns of both policies, in the order of their application: labelled values first, so that the value is removed
 * whole even if a part of it matches a later pattern. Every repetition has an upper bound or cannot fail after it has
 * begun, so that the time is linear in the length of the text.
 */
function createPatterns(): readonly SecretPattern[] {
  // A quotation mark, as it stands in JSON or, escaped, in JSON within a JSON string.
  const quote = String.raw`\\?["']?`
  // An equals sign or a colon, with spaces and an opening quotation mark.
  const assign = String.raw`${quote}\s{0,4}[:=]\s{0,4}${quote}`
  // A character of an unquoted or quoted value. A backslash that escapes a quotation mark ends the value.
  const valueChar = String.raw`[^\s"',;\\]|\\(?!["'])`

  // Hint for an equals sign or a colon after one of the labels below.
  const assignmentHint = String.raw`[:=](?<=(?:authorization|cookie|key|token|secret|[ _-]id|(?:api|access|secret|subscription|account|auth|session|client|private)id|provided|password|passwd|passphrase|pwd|sig|signature|credentials?)\\?["']?\s{0,4}[:=])`
  // Hint for 40 characters and more without a space.
  const longRunHint = String.raw`(?<![\w/.@+=-])[\w+=-](?=[\w+/=-]{39})`

  const labelled = (
    label: string,
    value: string,
    hints: readonly string[] = [assignmentHint],
  ): SecretPattern => ({
    pattern: new RegExp(`(${label})(?:${value})`, 'gi'),
    hints,
    hasLabel: true,
  })
  const keyPrefix = getKeyHint()
  return [
    labelled(
      String.raw`\b(?:proxy-)?authorization${assign}`,
      String.raw`(?:[a-z]{1,16} )?(?:${valueChar}){1,4096}`,
    ),
    labelled(String.raw`\b(?:set-)?cookie${assign}`, String.raw`(?:[^\r\n"'\\]|\\(?!["'])){1,4096}`),
    labelled(String.raw`\b(?:bearer|basic) `, String.raw`[\w+/=.~:-]{1,4096}`, ['(?:bearer|basic) ']),
    labelled(
      String.raw`\b(?:x-)?(?:api|access|secret|subscription|account|auth|session|client|private)[ _-]?(?:key|token|id|secret)(?:[ _-]id)?${quote}\s{0,4}(?::|=|\bis\b|\bprovided:)\s{0,4}${quote}`,
      `(?:${valueChar}){1,4096}`,
      [assignmentHint, String.raw`\bis\b(?<=(?:key|token|id|secret)\\?["']?\s{0,4}is)`],
    ),
    labelled(
      String.raw`\b(?:key|token|password|passwd|passphrase|pwd|secret|sig|signature|credentials?)${assign}`,
      String.raw`(?:[^\s"',;&\\]|\\(?!["'])){1,4096}`,
    ),
    // The prompt, in a quoted request body.
    labelled(
      String.raw`\\?["'](?:prompt|content|input|text|system|arguments)\\?["']\s{0,4}:\s{0,4}\\?["']`,
      String.raw`(?:[^"'\\]|\\(?!["'])){1,4096}`,
      [String.raw`:(?<=["']\s{0,4}:)`],
    ),
    { pattern: /-----BEGIN [A-Z ]{1,64}-----[^]*?(?:-----END [A-Z ]{1,64}-----|$)/g, hints: ['-----BEGIN '] },

    // URLs. A log keeps scheme, host and path. For a client, the URL shows where and how this service calls.
    { pattern: /\b[a-z][a-z\d+.-]{1,15}:\/\/[^\s"'<>`]{1,2048}/gi, hints: ['://'], policy: 'wire' },
    {
      pattern:
        /(\b[a-z][a-z\d+.-]{1,15}:\/\/)(?:[^\s"'<>`/?#@:]{0,256}:(?!\d{1,5}[/?#])[^\s"'<>`]{1,512}|[^\s"'<>`/?#@:]{1,256})(?=@)/gi,
      hints: [String.raw`:\/\/(?=[^/?#])[^\s"'<>\`@]{1,769}@`],
      hasLabel: true,
      policy: 'log',
    },
    {
      pattern: /([?&][\w.[\]-]{1,64}=)[^\s"'<>`&#)]{1,2048}/g,
      hints: [String.raw`[?&][\w.[\]-]{1,64}=`],
      hasLabel: true,
    },

    // Keys by their prefixes: OpenAI, Anthropic and similar; Stripe; Google, Groq, xAI, Hugging Face, Replicate and
    // Perplexity; AWS, GitHub and Slack; JSON Web Tokens.
    { pattern: /\b(?:sk|pk|rk|ak)-[\w*.-]{2,512}[\w*]/gi, hints: [keyPrefix], isKey: true },
    // Without a digit it can be the name of a database constraint (`pk_users`), which a log keeps.
    {
      pattern: /\b(?:sk|pk|rk|ak)_(?=[a-z*.-]{0,64}\d)[\w*.-]{2,512}[\w*]/gi,
      hints: [keyPrefix],
      isKey: true,
    },
    { pattern: /\b(?:sk|pk|rk|ak)_[\w*.-]{2,512}[\w*]/gi, hints: [keyPrefix], isKey: true, policy: 'wire' },
    { pattern: /\b(?:[prs]k_(?:live|test)|whsec)_\w{4,512}/g, hints: [keyPrefix], isKey: true },
    {
      pattern:
        /\b(?:AIza[\w-]{8,64}|ya29\.[\w.-]{8,2048}|gsk_\w{4,256}|xai-[\w-]{4,256}|hf_\w{4,256}|r8_\w{4,128}|pplx-\w{4,128})/g,
      hints: [keyPrefix],
      isKey: true,
    },
    {
      pattern:
        /\b(?:AKIA|ASIA)[A-Z\d]{8,32}\b|\bgh[opsur]_\w{8,256}|\bgithub_pat_\w{8,256}|\bxox[abeprs]-[\w-]{8,256}/g,
      hints: [keyPrefix],
      isKey: true,
    },
    { pattern: /\beyJ[\w-]{4,4096}\.[\w-]{0,4096}(?:\.[\w-]{0,4096})?/g, hints: [keyPrefix], isKey: true },

    // Accounts at a provider.
    {
      pattern: /\b(?:org|proj|acct|user|ws|wrkspc)[-_](?=[\w-]{0,64}\d)[\w-]{6,128}/gi,
      hints: [String.raw`[-_](?<=\b(?:org|proj|acct|user|ws|wrkspc)[-_])`],
      policy: 'wire',
    },
    { pattern: /\barn:aws[\w-]{0,16}:[^\s"',]{1,512}/g, hints: ['arn:aws'], policy: 'wire' },

    // E-mail addresses. Package versions in stack frames (`package@3.0.0`) do not end in letters.
    {
      pattern: /[\w.+-]{1,64}@(?:[a-z\d-]{1,63}\.){1,8}[a-z]{2,24}\b/gi,
      hints: [String.raw`@(?:[a-z\d-]{1,63}\.){1,8}[a-z]{2}`],
      policy: 'log',
    },
    {
      pattern: /[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){0,8}/gi,
      hints: ['@'],
      policy: 'wire',
    },

    // IPv4 and IPv6 addresses and internal host names, each with its port.
    {
      pattern: /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?![\d.]*\d)/g,
      hints: [String.raw`\d\.\d`],
      policy: 'wire',
    },
    {
      pattern:
        /(?<![\w:])(?:[\da-f]{1,4}:){2,7}(?::?[\da-f]{1,4}|:)(?![\w:])|(?<![\w:])::(?:1|ffff:[\d.]{7,15})(?![\w:])/gi,
      hints: [String.raw`:[\da-f]{0,4}:`],
      policy: 'wire',
    },
    {
      pattern:
        /\b(?:localhost(?::\d{1,5})?|(?:[a-z\d-]{1,63}\.){1,8}(?:internal|local|localhost|lan|corp|intranet|svc|cluster|home)\b(?:\.[a-z\d.-]{1,64})?(?::\d{1,5})?)/gi,
      hints: [String.raw`localhost|\.(?:internal|local|lan|corp|intranet|svc|cluster|home)\b`],
      policy: 'wire',
    },

    // 40 characters and more without a space. A log keeps paths and long identifiers without a digit.
    { pattern: /[\w+/=]{40,}/g, hints: [String.raw`[\w+/=]{40}`], policy: 'wire' },
    { pattern: /(?<![\w/.@+=-])(?=[A-Za-z+=_-]{0,256}\d)[\w+=-]{40,4096}/g, hints: [longRunHint] },
    {
      pattern: /(?<![\w/.@+=-])(?=[A-Za-z+/=_-]{0,256}\d)[\w+=-][\w+/=-]{39,4096}/g,
      hints: [longRunHint],
      policy: 'log',
    },
  ]
}

// The calls are marked, so that bundlers leave them out of programs that redact nothing.
const patterns = /* @__PURE__ */ createPatterns()

/** A quotation of 65 characters or more: longer than a name or a value of a parameter, so most likely a prompt. */
const QUOTATION = /(?<=^|[\s([{:=,])(["'`“«])(?:(?!["'`”»](?=[\s)\]}:=,.;!?]|$))[^]){65,}(?:["'`”»]|$)/g
/** Hint for a quotation. A shorter one is a name, as in most messages of V8. */
const QUOTATION_HINT = '["\'`“«](?=[^]{65})'

interface PreparedPattern extends SecretPattern {
  readonly replacement: string
}

/** The patterns of a policy. */
interface PreparedPolicy {
  readonly patterns: readonly PreparedPattern[]
  /** All hints as one expression. A string that it does not match has no secret and no long quotation. */
  readonly hint: RegExp
}

function preparePolicy(policy: RedactionPolicy): PreparedPolicy {
  const prepared = patterns
    .filter((item) => item.policy === undefined || item.policy === policy)
    .map((item) => ({ ...item, replacement: item.hasLabel === true ? `$1${REDACTED}` : REDACTED }))
  const hints = new Set([...prepared.flatMap((item) => item.hints), QUOTATION_HINT])
  return { patterns: prepared, hint: new RegExp([...hints].join('|'), 'i') }
}

const log = /* @__PURE__ */ preparePolicy('log')
const wire = /* @__PURE__ */ preparePolicy('wire')
/** The patterns of both policies, for tests. */
export const policies: readonly PreparedPolicy[] = [log, wire]

const keyHint = /* @__PURE__ */ createKeyHint()

function createKeyHint(): RegExp {
  return new RegExp(getKeyHint(), 'i')
}

const keyPatterns = /* @__PURE__ */ selectKeys(log)

function selectKeys({ patterns: ofPolicy }: PreparedPolicy): readonly PreparedPattern[] {
  return ofPolicy.filter(({ isKey }) => isKey === true)
}

/** Default maximum number of characters of the result. */
const MAX_LENGTH = 1024
/**
 * How many characters after the maximum length are examined. A secret that the end of the result cuts in two is then
 * still seen whole. Redaction shortens a client's message, so more of it is examined.
 */
const LOOKAHEAD = { log: 512, wire: 3072 }
/** How many characters at the end of the examined text can be the beginning of a secret. */
const MAX_SECRET_LENGTH = 512

/** Strings of this form can only contain keys with a prefix: codes, ids and paths. */
const PLAIN = /^[\w./-]{0,39}$/

/** The first frame of a stack. */
const STACK_FRAME = /\n\s{1,16}at /

/**
 * Replaces secrets in a string by `[redacted]`: keys and tokens, values of names such as `password`, credentials and
 * queries of URLs, e-mail addresses, long runs of characters, and quotations that are long enough to be a prompt.
 * Both policies remove these. The `wire` policy also removes URLs, hosts, addresses and account ids.
 *
 * @param policy The destination of the string.
 * @param maxLength Maximum number of characters of the result. A longer one ends in an ellipsis. @default 1024
 */
export function redact(text: string, policy: RedactionPolicy, maxLength: number = MAX_LENGTH): string {
  if (policy === 'log' && maxLength > 39 && PLAIN.test(text))
    return keyHint.test(text) ? replaceAll(text, keyPatterns) : text
  const maxExamined = maxLength + LOOKAHEAD[policy]
  const isCut = text.length > maxExamined
  const examined = isCut ? text.slice(0, maxExamined) : text
  const redacted = policy === 'wire' ? redactLine(examined) : redactStack(examined, isCut)
  const end = isCut ? Math.min(maxLength, redacted.length - MAX_SECRET_LENGTH) : maxLength
  return redacted.length > end ? `${redacted.slice(0, Math.max(end - 1, 0))}…` : redacted
}

/**
 * Returns the first key or token in a string that its prefix identifies, such as an OpenAI or GitHub key or a JSON Web
 * Token.
 */
export function findKey(text: string): string | undefined {
  for (const { pattern } of keyPatterns) {
    const [match] = text.match(pattern) ?? []
    if (match !== undefined) return match
  }
  return undefined
}

function redactLine(text: string): string {
  const line = text.replaceAll(/[\r\n\t ]+/g, ' ')
  return (wire.hint.test(line) ? redactQuotations(replaceAll(line, wire.patterns)) : line).trim()
}

/** Redacts a string that may end in the frames of a stack. Frames contain no quotations. */
function redactStack(text: string, isCut: boolean): string {
  const index = STACK_FRAME.exec(text)?.index ?? text.length
  const head = text.slice(0, index)
  const frames = text.slice(index)
  const redactedHead = hasNoHint(head, isCut) ? head : redactQuotations(replaceAll(head, log.patterns))
  const redactedFrames = hasNoHint(frames, isCut) ? frames : replaceAll(frames, log.patterns)
  return redactedHead === head && redactedFrames === frames ? text : redactedHead + redactedFrames
}

/** Maximum number of strings that are kept. */
const MAX_KEPT_STRINGS = 64

/** Strings that contain no hint. A failing dependency causes many errors with the same message and the same frames. */
const stringsWithoutHint = new Set<string>()

/** @param isCut Whether the text is a part of a longer string, which would be kept with it. */
function hasNoHint(text: string, isCut: boolean): boolean {
  if (text === '' || stringsWithoutHint.has(text)) return true
  if (log.hint.test(text)) return false
  if (isCut) return true
  if (stringsWithoutHint.size === MAX_KEPT_STRINGS) stringsWithoutHint.clear()
  stringsWithoutHint.add(text)
  return true
}

function redactQuotations(text: string): string {
  return text.replaceAll(QUOTATION, `“${REDACTED}”`)
}

function replaceAll(text: string, secrets: readonly PreparedPattern[]): string {
  let result = text
  for (const { pattern, replacement } of secrets) result = result.replaceAll(pattern, replacement)
  return result
}
