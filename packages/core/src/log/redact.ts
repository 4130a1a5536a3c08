/** What stands where something was cut. */
const CUT = '[redacted]'

/** What says that a secret follows: it stays, and what follows it goes. */
const labelled: readonly RegExp[] = [
  /(\b(?:proxy-)?authorization\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?)(?:[a-z]{1,16} )?[^\s"',;\\]{1,4096}/gi,
  /(\b(?:set-)?cookie\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?)[^\r\n"'\\]{1,4096}/gi,
  /(\b(?:bearer|basic) )[\w+/=.~:-]{4,4096}/gi,
  /(\b(?:x-)?(?:api|access|secret|subscription|account|auth|session|client|private)[ _-]?(?:key|token|id|secret)(?:[ _-]id)?\\?["']?\s{0,4}(?::|=|\bis\b|\bprovided:)\s{0,4}\\?["']?)[^\s"',;\\]{1,4096}/gi,
  /(\b(?:key|token|password|passwd|passphrase|pwd|secret|sig|signature|credentials?)\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?)[^\s"',;&\\]{1,4096}/gi,
  // What was asked, as it stands in bodies that a message quotes.
  /(\\?["'](?:prompt|content|input|text|system|arguments)\\?["']\s{0,4}:\s{0,4}\\?["'])[^"'\\]{1,4096}/gi,
  // Of a URL, what stands where credentials do, and the values of its query.
  /(\b[a-z][a-z\d+.-]{1,15}:\/\/)(?:[^\s"'<>`/?#@:]{0,256}:(?!\d{1,5}[/?#])[^\s"'<>`]{1,512}|[^\s"'<>`/?#@:]{1,256})(?=@)/gi,
  /([?&][\w.[\]-]{1,64}=)[^\s"'<>`&#)]{1,2048}/g,
]

/** Keys by their prefixes. */
const keys: readonly RegExp[] = [
  // OpenAI's, Anthropic's and their like; Stripe's; Google's, Groq's and others'; AWS's, GitHub's, Slack's.
  /\b(?:sk|pk|rk|ak)-[\w*.-]{3,512}[\w*]/gi,
  /\b(?:[prs]k_(?:live|test)|whsec)_\w{4,512}/g,
  /\b(?:AIza[\w-]{8,64}|ya29\.[\w.-]{8,2048}|gsk_\w{4,256}|xai-[\w-]{4,256}|hf_\w{4,256}|r8_\w{4,128}|pplx-\w{4,128})/g,
  /\b(?:AKIA|ASIA)[A-Z\d]{8,32}\b|\bgh[opsur]_\w{8,256}|\bgithub_pat_\w{8,256}|\bxox[abeprs]-[\w-]{8,256}/g,
  // A JSON Web Token.
  /\beyJ[\w-]{4,4096}\.[\w-]{0,4096}(?:\.[\w-]{0,4096})?/g,
]

/** What else is a secret by its form. */
const forms: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{1,64}-----[^]*?(?:-----END [A-Z ]{1,64}-----|$)/g,
  // Somebody's address. The versions in a path of node_modules have no letters at their end.
  /[\w.+-]{1,64}@(?:[a-z\d-]{1,63}\.){1,8}[a-z]{2,24}\b/gi,
  // What is long, without a break and no part of a path is no word.
  /(?<![\w/.@+=-])(?=[A-Za-z+/=_-]{0,256}\d)[\w+=-][\w+/=-]{39,4096}/g,
]

/** What can hold nothing but a key with a prefix: codes, ids, paths. */
const PLAIN = /^[\w./-]{0,39}$/

/** A text in quotes that is longer than a name or a value of a parameter: most likely what was asked. */
const QUOTED = /(?<=^|[\s([{:=,])(["'`“«])(?:(?!["'`”»](?=[\s)\]}:=,.;!?]|$))[^]){65,}(?:["'`”»]|$)/g

/** Where the frames of a stack begin. */
const FRAMES = /\n\s{1,16}at /

/** How much more than is kept is looked at: a secret that the end would halve is still seen whole. */
const MARGIN = 512

/**
 * A text for a log, with the secrets cut that can be told from words: keys and tokens, what follows their names, the
 * credentials and the query of a URL, e-mail addresses, long quotations. Paths, hosts and the frames of a stack stay.
 *
 * @param longest The most characters that are kept.
 */
export function redact(text: string, longest: number): string {
  if (longest > 39 && PLAIN.test(text)) return cut(text, keys)
  const isLong = text.length > longest + MARGIN
  const seen = isLong ? text.slice(0, longest + MARGIN) : text
  const at = FRAMES.exec(seen)?.index ?? seen.length
  const left = cutSecrets(seen.slice(0, at)).replaceAll(QUOTED, `“${CUT}”`) + cutSecrets(seen.slice(at))
  const end = isLong ? Math.min(longest, left.length - MARGIN) : longest
  return left.length > end ? `${left.slice(0, Math.max(end - 1, 0))}…` : left
}

function cutSecrets(text: string): string {
  return cut(cut(cut(text, labelled, `$1${CUT}`), keys), forms)
}

function cut(text: string, secrets: readonly RegExp[], mark = CUT): string {
  let left = text
  for (const secret of secrets) left = left.replaceAll(secret, mark)
  return left
}
