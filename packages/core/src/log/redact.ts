import { createKeyHint, createPatterns, type RedactionPolicy, type SecretPattern } from './secret-patterns.ts'

const REDACTED = '[redacted]'

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

function hasGroup({ source }: RegExp): boolean {
  return (new RegExp(`${source}|`).exec('')?.length ?? 0) > 1
}

function preparePolicy(policy: RedactionPolicy): PreparedPolicy {
  const prepared = patterns
    .filter((item) => item.policy === undefined || item.policy === policy)
    .map((item) => ({ ...item, replacement: hasGroup(item.pattern) ? `$1${REDACTED}` : REDACTED }))
  const hints = new Set([...prepared.map(({ hint }) => hint), QUOTATION_HINT])
  return { patterns: prepared, hint: new RegExp([...hints].join('|'), 'i') }
}

const log = /* @__PURE__ */ preparePolicy('log')
const wire = /* @__PURE__ */ preparePolicy('wire')
/** The patterns of both policies, for tests. */
export const policies: readonly PreparedPolicy[] = [log, wire]

const keyHint = /* @__PURE__ */ createKeyHint()

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

/** Returns a pattern that finds all matches. */
function toGlobal(pattern: RegExp): RegExp {
  return new RegExp(pattern, `${pattern.flags.replaceAll(/[gy]/g, '')}g`)
}

/** The first frame of a stack. */
const STACK_FRAME = /\n\s{1,16}at /

/**
 * Replaces secrets in a string by `[redacted]`: keys and tokens, values of names such as `password`, credentials and
 * queries of URLs, e-mail addresses, long runs of characters, and quotations that are long enough to be a prompt.
 * Both policies remove these. The `wire` policy also removes URLs, hosts, addresses and account ids.
 *
 * @param policy The destination of the string.
 * @param maxLength Maximum number of characters of the result. A longer one ends in an ellipsis. @default 1024
 * @param morePatterns Additional patterns, applied before the built-in ones. All matches are removed. @default none
 */
export function redact(
  text: string,
  policy: RedactionPolicy,
  maxLength: number = MAX_LENGTH,
  morePatterns: readonly RegExp[] = [],
): string {
  if (morePatterns.length > 0) {
    // One character more than is examined shows that the text is longer.
    const part = text.slice(0, maxLength + LOOKAHEAD[policy] + 1)
    const more = morePatterns.map((pattern) => ({ pattern: toGlobal(pattern), replacement: REDACTED }))
    return redact(replaceAll(part, more), policy, maxLength)
  }
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

function replaceAll(
  text: string,
  secrets: readonly Pick<PreparedPattern, 'pattern' | 'replacement'>[],
): string {
  let result = text
  for (const { pattern, replacement } of secrets) result = result.replaceAll(pattern, replacement)
  return result
}
