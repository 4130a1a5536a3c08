/**
 * The destination of a string.
 *
 * - `log`: to the operators of this service. Hosts, addresses, paths, account ids and stack frames are kept, because
 *   they are needed to find a fault.
 * - `wire`: to a client. URLs, hosts, addresses, file paths and account ids are removed as well, and the string is made
 *   one line.
 */
export type RedactionPolicy = 'log' | 'wire'

/** If the pattern has a group, it is a label, such as `password=`, and is kept. */
export interface SecretPattern {
  readonly pattern: RegExp
  /**
   * Source of an expression that matches, in any case, each string that the pattern matches. The hints of all patterns are
   * one expression, which is tested first, because most strings contain no secret.
   */
  readonly hint: string
  /** The pattern matches a key by its format, so it is applied to short strings without spaces, too. */
  readonly isKey?: true
  /** The pattern is used by this policy only; if undefined, by both. */
  readonly policy: RedactionPolicy | undefined
}

/** Names of secrets in any notation: `dbPassword`, `DB_PASSWORD`, `db-password`. */
const SECRET_NAME = String.raw`passw(?:or)?d|passphrase|pwd|secret|(?:api|access|account|auth|client|id|private|refresh|session|subscription)[ _-]?(?:key|token)(?:[ _-]?id)?|session[ _-]?id`
/** Names of values that are often not secret: a key of a map, a token of a parser, a signature of a function. */
const AMBIGUOUS_NAME = String.raw`(?<![a-z])(?:pass|sig|signature)|key|token|credentials?`
/** Names of ids that are not sent. */
const ID_NAME = '(?:account|client|tenant|subscription)[ _-]?id'

/** Names of the content of a request. */
const PROMPT_NAME = 'prompt|content|input|text|system|arguments'

/** Words of prose after a name: `API key is missing`, `password: too short`. */
const PROSE_WORD = String.raw`(?:an?|empty|false|is|must|no[nt]?e?|null|number|string|t(?:oo|rue)|yes|(?:in|un|mis)[a-z]+|[a-z]+ed)(?![\w-])`
/** Prose after a name, such as `password: Field required`. After an equals sign two words are not prose. */
const PROSE = String.raw`(?:(?<!=)[a-z']+ [a-z]{1,13}(?![\w=:])|${PROSE_WORD})`

/** An opening quotation mark, as in JSON or, escaped, in JSON within a JSON string. */
const OPEN = String.raw`\\{0,7}["'\x60]?`
/** An equals sign, a colon, an arrow or the end of an XML tag, with spaces, the indicator of a YAML block and a quotation mark. */
const ASSIGN = String.raw`${OPEN}\]?\s{0,4}(?:=>|[:=＝：]|%3D|>(?=[^<>]{1,256}<\/))\s{0,4}(?:[|>][+-]?\s{1,40})?${OPEN}`
/** The rest of a string after its quotation mark. */
const QUOTED = String.raw`(?<=\\")(?:[^"\\]|\\(?!\\*"))+|(?<=(?<!\\)")(?:[^"\\]|\\[^])+|(?<=(?<!\\)')(?:[^'\\]|\\[^])+|(?<=\x60)[^\x60]+`
/** A value that ends before a space or a separator. */
const UNQUOTED = String.raw`(?![{[(<])(?:[^\s"'\x60,;&\\]|\\(?!["']))+`
/** Condition of a value: letters and digits, and not an identifier such as `address_line_2`. */
const MIXED = String.raw`(?=[^\s"']{6})(?=[^\s"']{0,64}\d)(?=[^\s"']{0,64}[a-z])(?![a-z]{2,}(?:[_.-][a-z\d]+)+(?![^\s"',.;)]))`

/** A separator after a name. */
const NAME_HINT = String.raw`[\s:=＝：>,%](?<=(?:${SECRET_NAME}|${AMBIGUOUS_NAME}|id|authorization|cookie|bearer|basic|provided|-u|-user|${PROMPT_NAME})[\\"'\x60\]]{0,9}\s{0,4}.)`

/** @param hint A faster expression, which matches each string that the pattern matches. @default pattern */
function createPattern(
  pattern: RegExp,
  policy?: RedactionPolicy,
  hint: string = pattern.source,
): SecretPattern {
  return { pattern, hint, policy }
}

function createLabelled(label: string, value: string): SecretPattern {
  return createPattern(new RegExp(`(${label})(?:${value})`, 'gi'), undefined, NAME_HINT)
}

/**
 * The values of names. They come first, so that a value is removed whole even if a part of it matches a later pattern.
 */
function createLabelledPatterns(): readonly SecretPattern[] {
  const quoted = `(?!${PROSE}["'\\x60\\\\])(?:${QUOTED})`
  const value = `${quoted}|(?!${PROSE})${UNQUOTED}`
  return [
    createLabelled(
      String.raw`\b(?:proxy-)?authorization${ASSIGN}`,
      String.raw`(?!${PROSE_WORD})(?:${QUOTED}|(?:[a-z][\w-]{1,24} )?${UNQUOTED})`,
    ),
    createLabelled(
      String.raw`\b(?:set-)?cookie${OPEN}\s{0,4}[:=]\s{0,4}(?:\[\s{0,4})?${OPEN}`,
      String.raw`${quoted}|(?!${PROSE})[^\s"'\x60\\][^\r\n"'\x60\\]*`,
    ),
    createLabelled(
      String.raw`\b(?:bearer|basic) `,
      String.raw`(?=[\w+/=~.:-]{20}|[\w+/=~.:-]{0,20}(?:\d|[.=]\w))[\w+/=~.:-]+`,
    ),
    createLabelled(`(?:${SECRET_NAME})${ASSIGN}`, value),
    createLabelled(`(?:${AMBIGUOUS_NAME})${ASSIGN}`, `${MIXED}(?:${value})`),
    createLabelled(
      String.raw`(?:${SECRET_NAME}|${AMBIGUOUS_NAME})\s{1,4}(?:is|provided:)\s{1,4}${OPEN}`,
      `${MIXED}(?:${value})`,
    ),
    createLabelled(String.raw`(?:key|token|secret)\s{1,4}["'\x60]?`, String.raw`${MIXED}[\w.~+/=-]{20,}`),
    createLabelled(String.raw`\s--?[\w-]{0,32}(?:${SECRET_NAME}|token)\s{1,4}["'\x60]?`, `(?!-)(?:${value})`),
    createLabelled(
      String.raw`(?<=\s)-(?:u|-user|-proxy-user)[\s=]{1,4}["']?[^\s:"']{1,64}:`,
      String.raw`(?!\d{1,6}\b)[^\s"']+`,
    ),
    createLabelled(
      String.raw`(?:authorization|cookie|token|${SECRET_NAME})\\?["'],\s{0,4}\\?["']`,
      String.raw`(?=[^"'\\]{0,64}\d)(?:${QUOTED})`,
    ),
    createPattern(new RegExp(`(${ID_NAME}${ASSIGN})${MIXED}(?:${value})`, 'gi'), 'wire'),
    // The prompt, in a request body that is JSON or was printed.
    createLabelled(
      String.raw`(?:\\{0,7}["']|[{,[\n]\s{0,40})(?:${PROMPT_NAME})(?:\\{0,7}["'])?\s{0,4}:\s{0,4}\\{0,7}["'\x60]`,
      QUOTED,
    ),
    createPattern(/-----BEGIN [A-Z ]{1,64}-----[^]*?(?:-----END [A-Z ]{1,64}-----|$)/g),
  ]
}

/** URLs. A log keeps scheme, host and path. For a client, the URL shows where and how this service calls. */
function createUrlPatterns(): readonly SecretPattern[] {
  return [
    createPattern(/\b[a-z][a-z\d+.-]{1,15}:\/\/[^\s"'<>`]{1,2048}/gi, 'wire'),
    createPattern(
      /(\b[a-z][a-z\d+.-]{1,15}:\/\/)(?:[^\s"'<>`/?#@:]{0,256}:(?!\d{1,5}[/?#])[^\s"'<>`]{1,512}|[^\s"'<>`/?#@:]{1,256})(?=@)/gi,
      'log',
      String.raw`:\/\/(?=[^/?#])[^\s"'<>\`@]{1,769}@`,
    ),
    // Webhooks whose path is the secret.
    createPattern(
      /(\bhooks?\.[\w.]{1,40}\/|\/api\/webhooks\/|\/webhookb2\/|\.org\/bot|\/with\/key\/|\/integration\/)[^\s"'<>`?#]{1,512}/g,
      'log',
    ),
    // The values of a query.
    createPattern(/([?&](?!limit=)[\w.[\]-]{1,64}=)[^\s"'<>`&#)]{1,2048}/g),
  ]
}

/**
 * Prefixes of keys whose rest has letters and digits. Keys of 40 characters and more in upper and lower case are found
 * without their prefix, too.
 */
const ALNUM_PREFIXES = String.raw`(?:gsk|whsec|gh[opsur]|npm|shp[a-z]{2}|lsv2_[ps][kt]|hf|lin_api|r8|fw)_|(?:xai|tvly|glptt|xkeysib|NRAK|PMAK|key|pul|ico)-`
/** Prefixes of keys whose rest has hyphens and underscores, too. */
const URL_PREFIXES = String.raw`(?:(?:dckr|github)_pat|sb_secret)_|(?:gl[a-z]{2,5}|xapp|xox[abeprs]|GOCSPX|pat-[a-z]{2}\d|sdk)-`
/** Beginnings of keys whose rest may have dots and the signs of Base64. */
const OTHER_BEGINNINGS = String.raw`AIza|ya29\.|A(?:3T|[KS]I)[A-Z\d]{5}|LTAI|AKID|...\dQ~|(?:SK|dapi)[a-f\d]{8}|SG\.|hv[bsr]\.|dp\.[a-z]{2}\.|sl\.(?=[\w-]{60})|EAA|ops_eyJ|glc_|pat\w{14}\.|\w{14}\.atlasv1|\d{8,10}:AA|[MNO][\w-]{22,28}\.[\w-]{6}\.|[a-f\d]{32}-us|eyJ`

/** Returns the source of an expression that finds the beginning of a key. */
function getKeyHint(): string {
  return String.raw`_(?=[a-f\d]{40})|[-_](?<=(?<![a-z\d])(?:[spra]k[-_]|re_|pa-|${ALNUM_PREFIXES}|${URL_PREFIXES}))|(?<![a-z\d])(?:${OTHER_BEGINNINGS})`
}

function createKey(source: string, policy?: RedactionPolicy): SecretPattern {
  return {
    ...createPattern(new RegExp(String.raw`(?<![A-Za-z\d])(?:${source})`, 'g'), policy, getKeyHint()),
    isKey: true,
  }
}

/** Keys by their formats. */
function createKeyPatterns(): readonly SecretPattern[] {
  return [
    createKey(
      [
        // OpenAI, Anthropic, Stripe and similar. A masked key has asterisks. Without a digit it can be a name (`sk-learn`,
        // `pk_users`), which a log keeps.
        String.raw`[SPRAspra][Kk](?:-(?=[\w.-]{0,64}[\d*]|[\w-]{20})|_(?=(?:live|test)_|[a-zA-Z*.-]{0,64}\d))[\w*.-]{2,512}[\w*]`,
        String.raw`(?:(?:${ALNUM_PREFIXES})(?=[A-Za-z\d]{10})|${URL_PREFIXES})(?=[A-Za-z_-]{0,40}\d|[A-Za-z]{20})[\w-]{10,512}`,
        String.raw`whsec_\w{4,512}|[a-z]\w{1,15}_[a-f\d]{40,512}|pa-[\w-]{40,512}|re_\w{8}_\w{16,64}`,
        String.raw`[a-f\d]{32}-us\d+|eyJ[\w-]{4,4096}\.[\w.-]{0,8192}|(?:${OTHER_BEGINNINGS})[\w.+/=~-]{7,2048}\w`,
      ].join('|'),
    ),
    createKey(String.raw`[SPRAspra][Kk][-_][\w*.-]{2,512}[\w*]`, 'wire'),
  ]
}

/** Paths of files in folders that are usual on servers. */
function createPathPattern(): SecretPattern {
  return createPattern(
    /(?<![\w.:/-])(?:(?:~|\/(?:srv|app|home|usr|var|etc|opt|tmp|root|users))\/|\b[a-z]:\\)[^\s"'`<>,;)]{1,512}/gi,
    'wire',
  )
}

/** Hosts, addresses, file paths, accounts and persons. */
function createPlacePatterns(): readonly SecretPattern[] {
  return [
    // Accounts at a provider.
    createPattern(/\b(?:org|proj|acct|user|ws|wrkspc)[-_](?=[\w-]{0,64}\d)[\w-]{6,128}/gi, 'wire'),
    createPattern(/\barn:aws[\w-]{0,16}:[^\s"',]{1,512}/g, 'wire'),

    // E-mail addresses. Package versions (`package@3.0.0`) are not addresses.
    createPattern(
      /(?<![\w.+-])[\w.+-]+@(?:[a-z\d-]{1,63}\.){1,8}[a-z]{2,24}\b/gi,
      'log',
      String.raw`@[a-z\d.-]+\.[a-z]{2}`,
    ),
    createPattern(/(?<![\w.+-])[\w.+-]+@(?!\d{1,4}\.\d)[a-z\d][a-z\d.-]{0,255}/gi, 'wire'),

    // IPv4, IPv6 and hardware addresses, internal host names and any host with a port. Times (`12:30:45`) are kept.
    createPattern(/(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?![\d.]*\d)/g, 'wire'),
    createPattern(
      /(?<![\w:])(?=[\da-f:]{0,40}::|(?:[\da-f]{1,4}:){5})[\da-f:]{3,45}(?:[\d.]{7,15})?(?![\w:])/gi,
      'wire',
    ),
    createPattern(
      /(?<![a-z\d-])(?:localhost(?::\d{1,5})?|(?:[a-z\d-]{1,63}\.){1,8}(?:internal|local|localhost|lan|corp|intranet|svc|cluster|home)\b(?:\.[a-z\d.-]{1,64})?(?::\d{1,5})?|[a-z][a-z\d-]{0,62}(?:\.[a-z\d-]{1,63}){1,8}:\d{2,5}(?!:?\d))\b/gi,
      'wire',
    ),
    createPathPattern(),
  ]
}

/** Returns the condition that one of the parts between separators is random. */
function hasRandomPart(separators: string): string {
  return String.raw`(?=(?:[A-Za-z\d]*[${separators}]){0,256}?(?:(?=[A-Za-z\d]{12})(?=[A-Z\d]*[a-z])(?=[a-z\d]*[A-Z])(?=[A-Za-z]*\d)|(?=[a-z\d]{32})(?=[a-f\d]*[g-z])(?=[a-z]*\d)))`
}

/** 40 characters and more without a space. A log keeps hashes, paths and names that have words. */
function createRunPatterns(): readonly SecretPattern[] {
  const start = String.raw`(?<![\w/.@+=-])`
  const hint = String.raw`(?<![\w.@+=-])[\w+=-](?=[\w+/=-]{39})`
  return [
    createPattern(/[\w+/=]{40,}/g, 'wire'),
    // Base64 with slashes. An AWS secret key has 40 characters.
    createPattern(
      new RegExp(
        String.raw`${start}(?!\/)(?:${hasRandomPart('+/')}[A-Za-z\d+/]{40,4096}={0,2}|(?=[A-Za-z+/]{0,39}\d)(?=[A-Z\d+/]{0,39}[a-z])(?=[a-z\d+/]{0,39}[A-Z])[A-Za-z\d+/]{40}(?![\w/+-]))`,
        'g',
      ),
      'log',
      hint,
    ),
    // Base64 with its padding, which may begin with a slash or follow a path.
    createPattern(/(?<![\w/.@+=-])[A-Za-z\d+/]{40,4096}={1,2}(?![\w/])/g, 'log', '=(?<=[a-z\\d+/]{40}=)'),
    createPattern(
      new RegExp(String.raw`(?<![\w.@+=-])${hasRandomPart('_+=-')}[\w+=-]{40,4096}`, 'g'),
      undefined,
      hint,
    ),
  ]
}

/**
 * Creates the patterns of both policies, in the order of their application. The time of each is linear in the length of the
 * text: a repetition has an upper bound, or cannot fail after it has begun, or begins only once in a run of its characters.
 */
export function createPatterns(): readonly SecretPattern[] {
  return [
    ...createLabelledPatterns(),
    ...createUrlPatterns(),
    ...createKeyPatterns(),
    ...createPlacePatterns(),
    ...createRunPatterns(),
  ]
}

/** Creates the expression that is tested before the patterns of keys. */
export function createKeyHint(): RegExp {
  return new RegExp(getKeyHint(), 'i')
}
