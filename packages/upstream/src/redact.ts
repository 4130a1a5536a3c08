import { firstOf, isObject, read } from './read.ts'

/** What stands where something was cut. */
const CUT = '[redacted]'

/** What says that a secret follows: it stays, and what follows it goes. */
const labelled: readonly RegExp[] = [
  /(\b(?:proxy-)?authorization["']?\s{0,4}[:=]\s{0,4}["']?)(?:[a-z]{1,16} )?[^\s"',;]{1,4096}/gi,
  /(\b(?:set-)?cookie["']?\s{0,4}[:=]\s{0,4}["']?)[^\r\n"']{1,4096}/gi,
  /(\b(?:bearer|basic) )[\w+/=.~:-]{1,4096}/gi,
  /(\b(?:x-)?(?:api|access|secret|subscription|account|auth|session|client|private)[ _-]?(?:key|token|id|secret)(?:[ _-]id)?["']?\s{0,4}(?::|=|\bis\b|\bprovided:)\s{0,4}["']?)[^\s"',;]{1,4096}/gi,
  /(\b(?:key|token|password|passwd|pwd|secret|sig|signature|credentials?)["']?\s{0,4}[:=]\s{0,4}["']?)[^\s"',;&]{1,4096}/gi,
]

/** What no message may carry. The longer forms come first, so that no half of one is left. */
const secrets: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{1,64}-----[^]*?(?:-----END [A-Z ]{1,64}-----|$)/g,
  // A URL with credentials, a query or an internal host says where and how this service calls.
  /\b[a-z][a-z\d+.-]{1,15}:\/\/[^\s"'<>`]{1,2048}/gi,
  // Keys by their prefixes: OpenAI's, Anthropic's and Stripe's; Google's, Groq's and their like; AWS's,
  // GitHub's, Slack's.
  /\b(?:sk|pk|rk|ak)[-_][\w*.-]{2,512}[\w*]/gi,
  /\b(?:AIza[\w-]{8,64}|ya29\.[\w.-]{8,2048}|gsk_\w{4,256}|xai-[\w-]{4,256}|hf_\w{4,256}|r8_\w{4,128}|pplx-\w{4,128})/g,
  /\b(?:AKIA|ASIA)[A-Z\d]{8,32}\b|\bgh[opsur]_\w{8,256}|\bgithub_pat_\w{8,256}|\bxox[abeprs]-[\w-]{8,256}/g,
  // A JSON Web Token.
  /\beyJ[\w-]{4,4096}\.[\w-]{0,4096}(?:\.[\w-]{0,4096})?/g,
  // Whose account it is: none of a caller's business.
  /\b(?:org|proj|acct|user|ws|wrkspc)[-_](?=[\w-]{0,64}\d)[\w-]{6,128}/gi,
  /\barn:aws[\w-]{0,16}:[^\s"',]{1,512}/g,
  /[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){0,8}/gi,
  // Addresses, and the ports behind them.
  /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?![\d.]*\d)/g,
  /(?<![\w:])(?:[\da-f]{1,4}:){2,7}(?::?[\da-f]{1,4}|:)(?![\w:])|(?<![\w:])::(?:1|ffff:[\d.]{7,15})(?![\w:])/gi,
  /\b(?:localhost(?::\d{1,5})?|(?:[a-z\d-]{1,63}\.){1,8}(?:internal|local|localhost|lan|corp|intranet|svc|cluster|home)\b(?:\.[a-z\d.-]{1,64})?(?::\d{1,5})?)/gi,
  // What is long and without a break is no word.
  /[\w+/=]{40,}/g,
]

/** A text in quotes that is longer than a name or a value of a parameter: most likely what was asked. */
const QUOTED = /(?<=^|[\s([{:=,])(["'`“«])(?:(?!["'`”»](?=[\s)\]}:=,.;!?]|$))[^]){65,}(?:["'`”»]|$)/g

/** The most characters of a message that pass. */
const LONGEST_MESSAGE = 1024

/** A message with all that must not pass cut out. */
export function redact(message: string): string {
  let text = message.slice(0, 4096).replaceAll(/[\r\n\t ]+/g, ' ')
  for (const form of labelled) text = text.replaceAll(form, `$1${CUT}`)
  for (const form of secrets) text = text.replaceAll(form, CUT)
  text = text.replaceAll(QUOTED, `“${CUT}”`).trim()
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE - 1)}…` : text
}

/** Whether a text holds something that must not pass. */
export function hasSecret(text: string): boolean {
  return redact(text) !== text
}

/** As many characters in a row that a message shares with what was sent are a quotation. */
const QUOTATION = 20
const STEP = 4
const WINDOW = QUOTATION - STEP + 1
/** The most characters of what was sent that are compared. */
const MOST_SENT = 1_048_576

/** Whether a message quotes what was sent: texts, parsed bodies, or JSON texts of them. */
export function quotes(message: string, sent: readonly unknown[]): boolean {
  const text = message.slice(0, 4096).toLowerCase()
  const windows = new Set<string>()
  for (let at = 0; at + WINDOW <= text.length; at++) windows.add(text.slice(at, at + WINDOW))
  let left = MOST_SENT
  for (const part of textsOf(sent)) {
    const asked = part.slice(0, left).trim().toLowerCase()
    left -= asked.length
    // What is short counts where it has several words: a single one may be a name.
    if (asked.length < QUOTATION && asked.length >= 8 && asked.includes(' ') && text.includes(asked))
      return true
    for (let at = 0; at + WINDOW <= asked.length; at += STEP)
      if (windows.has(asked.slice(at, at + WINDOW))) return true
  }
  return false
}

/** Members of a request that name things: a message may quote them. */
const NAMES = new Set(['model', 'modelId', 'role', 'type', 'name'])

/** The texts in a value, 512 at most, from 16 levels at most. */
function textsOf(sent: readonly unknown[]): string[] {
  const texts: string[] = []
  let level: unknown[] = [...sent]
  let left = 4096
  for (let depth = 0; depth < 16 && level.length > 0; depth++) {
    const next: unknown[] = []
    for (const item of level) {
      if (texts.length === 512 || left-- <= 0) return texts
      if (typeof item === 'string') {
        const body = depth < 4 && /^\s*[[{]/.test(item) ? parsed(item) : undefined
        if (isObject(body)) next.push(body)
        else texts.push(item)
      } else if (isObject(item)) next.push(...valuesOf(item))
    }
    level = next
  }
  return texts
}

function valuesOf(item: object): unknown[] {
  try {
    if (Array.isArray(item)) return firstOf(item, 256)
    // Bytes have no texts, and as many members as they have bytes.
    if (ArrayBuffer.isView(item)) return []
    return Object.keys(item)
      .filter((key) => !NAMES.has(key))
      .slice(0, 256)
      .map((key) => read(item, key))
  } catch {
    return []
  }
}

function parsed(text: string): unknown {
  try {
    return text.length > MOST_SENT ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
