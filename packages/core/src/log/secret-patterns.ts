/**
 * The destination of a string.
 *
 * - `log`: to the operators of this service. Hosts, addresses, paths, account ids and stack frames are kept, because
 *   they are needed to find a fault.
 * - `wire`: to a client. URLs, hosts, addresses, file paths and account ids are removed as well, and the string is made
 *   one line.
 */
export type RedactionPolicy = 'log' | 'wire'

export interface SecretPattern {
  readonly pattern: RegExp
  /**
   * Sources of expressions of which, in any case, at least one matches each string that the pattern matches. The hints of
   * all patterns are one expression, which is tested first, because most strings contain no secret.
   */
  readonly hints: readonly string[]
  /** The first group of the pattern is a label, such as `password=`, and is kept. */
  readonly hasLabel?: true
  /** The pattern matches a key by its format, so it is applied to short strings without spaces, too. */
  readonly isKey?: true
  /** The pattern is used by this policy only. Default: by both. */
  readonly policy?: RedactionPolicy
}

/** Names of secrets in any notation: `dbPassword`, `DB_PASSWORD`, `db-password`. */
const SECRET_NAME = String.raw`passw(?:or)?d|passphrase|pwd|secret|(?:api|access|account|app|auth|bearer|client|csrf|deploy|encryption|id|private|refresh|security|service|session|shared|signing|storage|subscription)[ _-]?(?:key|token)(?:[ _-]?id)?|session[ _-]?id`
/** Names of values that are often not secret: a key of a map, a token of a parser, a signature of a function. */
const AMBIGUOUS_NAME = String.raw`(?<![a-z])(?:key|pass|sig|signature)|token|credentials?`
/** Names of ids that are not sent. */
const ID_NAME = '(?:account|client|tenant|subscription)[ _-]?id'

/** Prose after a name: `API key is missing`, `password: Field required`. After an equals sign only some words are prose. */
const PROSE = String.raw`(?:(?<!=)[a-z']+ [a-z]{1,13}(?![\w=:])|(?:an?|be|blank|boolean|empty|false|header|is|must|no|none|not|null|number|same-origin|string|too|true|yes|(?:in|un|mis)[a-z]+|[a-z]+ed)(?![\w-]))`

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

const ASSIGN_HINT = String.raw`(?:[:=＝：>]|%3D|\bis\b)(?<=(?:authorization|cookie|key|token|secret|[ _-]?id|provided|passw(?:or)?d|passphrase|pwd|pass|sig|signature|credentials?)\\{0,7}["'\x60]?\]?\s{0,4}(?:[:=＝：>]|%3D|is))`
const FLAG_HINT = String.raw`-(?=[\w-]{0,40}(?:key|token|secret|passw(?:or)?d|passphrase|pwd|user)[\s=])|\s-u\s`
const LIST_HINT = String.raw`,(?<=(?:authorization|cookie|key|token|secret|passw(?:or)?d)\\?["'],)`
const NAMED_KEY_HINT = String.raw`\s["'\x60]?(?=[\w.~+/=-]{20})(?<=(?:key|token|secret)\s{1,4}["'\x60]?)`

function createLabelled(
  label: string,
  value: string,
  hints: readonly string[] = [ASSIGN_HINT],
  policy?: RedactionPolicy,
): SecretPattern {
  return { pattern: new RegExp(`(${label})(?:${value})`, 'gi'), hints, hasLabel: true, ...(policy && { policy }) }
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
      String.raw`${quoted}|(?!${PROSE})(?:[a-z][\w-]{1,24} )?${UNQUOTED}`,
    ),
    createLabelled(
      String.raw`\b(?:set-)?cookie${OPEN}\s{0,4}[:=]\s{0,4}(?:\[\s{0,4})?${OPEN}`,
      String.raw`${quoted}|(?!${PROSE})[^\s"'\x60\\][^\r\n"'\x60\\]*`,
    ),
    {
      pattern:
        /\b((?:[Bb]earer|BEARER|[Bb]asic|BASIC) )(?=[\w+/=~.:-]{20}|[\w+/=~.:-]{0,20}(?:\d|[a-z][A-Z]|[.=]\w))[\w+/=~.:-]+/g,
      hints: ['(?:bearer|basic) '],
      hasLabel: true,
    },
    createLabelled(`(?:${SECRET_NAME})${ASSIGN}`, value),
    createLabelled(String.raw`["']token\\{0,7}["']\s{0,4}[:=]\s{0,4}\\{0,7}["']`, quoted),
    createLabelled(`(?:${AMBIGUOUS_NAME})${ASSIGN}`, `${MIXED}(?:${value})`),
    createLabelled(
      String.raw`(?:${SECRET_NAME}|${AMBIGUOUS_NAME})\s{1,4}(?:is\s{1,4}(?:set to\s{1,4})?|provided:\s{0,4})${OPEN}`,
      `${MIXED}(?:${value})`,
    ),
    createLabelled(
      String.raw`(?:key|token|secret)\s{1,4}["'\x60]?`,
      String.raw`(?=[a-z_-]{0,40}\d)(?=[\d_-]{0,40}[a-z])(?:[\w.~+/=-]{40,}|(?=[\w.~+/=-]{0,8}[a-z\d]{16})[\w.~+/=-]{20,})`,
      [NAMED_KEY_HINT],
    ),
    createLabelled(
      String.raw`(?<![\w-])--?(?:[\w-]{1,32}-)?(?:${SECRET_NAME}|token)(?:=|\s{1,4})["'\x60]?`,
      `(?!-)(?:${value})`,
      [FLAG_HINT],
    ),
    createLabelled(
      String.raw`(?<=\s)(?:-u|--(?:proxy-)?user)(?:=|\s{1,4})["']?[^\s:"']{1,64}:`,
      String.raw`(?!\d{1,6}\b)[^\s"']+`,
      [FLAG_HINT],
    ),
    createLabelled(
      String.raw`\\?["'](?:[\w-]{1,32}[_-])?(?:authorization|cookie|token|${SECRET_NAME})\\?["'],\s{0,4}\\?["']`,
      String.raw`(?=[^"'\\]{0,64}\d)(?:${QUOTED})`,
      [LIST_HINT],
    ),
    createLabelled(ID_NAME + ASSIGN, `${MIXED}(?:${value})`, [ASSIGN_HINT], 'wire'),
    // The prompt, in a request body that is JSON or was printed.
    createLabelled(
      String.raw`(?:\\{0,7}["']|[{,[\n]\s{0,40})(?:prompt|content|input|text|system|arguments)(?:\\{0,7}["'])?\s{0,4}:\s{0,4}\\{0,7}["'\x60]`,
      QUOTED,
      [String.raw`:(?<=(?:prompt|content|input|text|system|arguments)\\{0,7}["']?\s{0,4}:)`],
    ),
    { pattern: /-----BEGIN [A-Z ]{1,64}-----[^]*?(?:-----END [A-Z ]{1,64}-----|$)/g, hints: ['-----BEGIN '] },
  ]
}

/** URLs. A log keeps scheme, host and path. For a client, the URL shows where and how this service calls. */
function createUrlPatterns(): readonly SecretPattern[] {
  return [
    { pattern: /\b[a-z][a-z\d+.-]{1,15}:\/\/[^\s"'<>`]{1,2048}/gi, hints: ['://'], policy: 'wire' },
    {
      pattern:
        /(\b[a-z][a-z\d+.-]{1,15}:\/\/)(?:[^\s"'<>`/?#@:]{0,256}:(?!\d{1,5}[/?#])[^\s"'<>`]{1,512}|[^\s"'<>`/?#@:]{1,256})(?=@)/gi,
      hints: [String.raw`:\/\/(?=[^/?#])[^\s"'<>\`@]{1,769}@`],
      hasLabel: true,
      policy: 'log',
    },
    // Webhooks whose path is the secret.
    {
      pattern:
        /(\bhooks?\.[\w.]{1,40}\/|\/api\/webhooks\/|\/webhookb2\/|\.org\/bot|\/with\/key\/|\/integration\/)[^\s"'<>`?#]{1,512}/g,
      hints: [String.raw`hooks?[./]|\/webhookb2\/|\.org\/bot|\/key\/|\/integration\/`],
      hasLabel: true,
      policy: 'log',
    },
    // A query. Numbers of pages and similar parameters are kept.
    {
      pattern:
        /([?&](?!(?:(?:[a-z]+[_-])?(?:limit|offset|page|size|count|sort|order|version)|stream|v|w|retryWrites|sslmode)=)[\w.[\]-]{1,64}=)[^\s"'<>`&#)]{1,2048}/g,
      hints: [String.raw`[?&][\w.[\]-]{1,64}=`],
      hasLabel: true,
    },
  ]
}

/**
 * Prefixes of keys whose rest has letters and digits. Keys of 40 characters and more in upper and lower case are found
 * without their prefix, too.
 */
const ALNUM_PREFIXES = String.raw`(?:gsk|gh[opsur]|npm|do[opr]_v1|sbp|shp[a-z]{2}|shippo_live|sgp|rubygems|e2b|lsv2_[ps][kt]|hf|api_org|lin_api|r8|fw|sntryu)_|(?:xai|tvly|glptt|xkeysib|NRAK|PMAK|key|pul|ico|FLWSECK_TEST)-`
/** Prefixes of keys whose rest has hyphens and underscores, too. */
const URL_PREFIXES = String.raw`(?:dckr|github)_pat_|(?:gl[a-z]{2,5}|xapp|xox[abeprs]|GOCSPX|pat-[a-z]{2}\d|sdk|AGE-SECRET-KEY)-`
/** Beginnings of other keys, each followed by the rest. */
const OTHER_KEYS = String.raw`AIza [\w-]{8,64}
ya29\. [\w.-]{8,2048}
A(?:3T[A-Z\d]|[KS]IA) [A-Z\d]{8,32}\b
LTAI|AKID [A-Za-z\d]{12,64}
[\w.~]{3}\dQ~ [\w.~-]{31,64}
(?:SK|dapi)[a-f\d]{8} [a-f\d]{24}
[a-f\d]{32}-us \d{1,2}
SG\.|hv[bsr]\.|dp\.|sl\.|EAA|ops_|glc_ [\w.+/=-]{16,2048}
pat[A-Za-z\d]{14}\.|[A-Za-z\d]{14}\.atlasv1\.|dt0[a-z]\d\d\. [\w.-]{40,128}
access_token\$ [\w$]{20,128}
\d{8,10}:AA [\w-]{30,64}
[MNO][\w-]{22,28}\.[\w-]{6}\. [\w-]{27,64}
eyJ [\w-]{4,4096}\.[\w-]{0,4096}(?:\.[\w-]{0,4096})?`

/** Returns the source of an expression that finds the beginning of a key. */
function getKeyHint(): string {
  const beginnings = OTHER_KEYS.replaceAll(/ .*/g, '').replaceAll('\n', '|')
  return String.raw`[-_](?<=(?<![a-z\d])(?:[spra]k[-_]|whsec_|re_|pa-|${ALNUM_PREFIXES}|${URL_PREFIXES}))|(?<![a-z\d])(?:${beginnings})`
}

/** Keys by their formats. */
function createKeyPatterns(): readonly SecretPattern[] {
  const createKey = (source: string, policy?: RedactionPolicy): SecretPattern => ({
    pattern: new RegExp(String.raw`(?<![A-Za-z\d])(?:${source})`, 'g'),
    hints: [getKeyHint()],
    isKey: true,
    ...(policy && { policy }),
  })
  return [
    createKey(
      [
        // OpenAI, Anthropic and similar. A masked key has asterisks. Without a digit it can be a name (`sk-learn`).
        String.raw`[SPRAspra][Kk]-(?=[\w.-]{0,64}[\d*]|[\w-]{20})[\w*.-]{2,512}[\w*]`,
        // Stripe and similar. Without a digit it can be the name of a database constraint (`pk_users`), which a log keeps.
        String.raw`(?:[prs]k_(?:live|test)|whsec)_\w{4,512}|[SPRAspra][Kk]_(?=[A-Za-z*.-]{0,64}\d)[\w*.-]{2,512}[\w*]`,
        String.raw`(?:${ALNUM_PREFIXES})(?=[A-Za-z]{0,40}\d|[A-Za-z]{20})[A-Za-z\d]{10,512}(?:[-_][\w-]{1,256})?`,
        String.raw`(?:${URL_PREFIXES})(?=[\w-]{0,40}\d|[\w-]{24})[\w-]{12,512}|pa-[\w-]{40,512}|re_[A-Za-z\d]{8}_[A-Za-z\d]{16,64}`,
        OTHER_KEYS.replaceAll(/(.*) /g, '(?:$1)').replaceAll('\n', '|'),
      ].join('|'),
    ),
    createKey(String.raw`[SPRAspra][Kk]_[\w*.-]{2,512}[\w*]`, 'wire'),
  ]
}

/** File paths. The path of a request is kept. */
function createPathPattern(): SecretPattern {
  const start = String.raw`(?:~|\/(?:srv|app|home|usr|var|etc|opt|tmp|root|users|mnt|data))\/|\b[a-z]:\\`
  return {
    pattern: new RegExp(
      String.raw`(?<![\w.:/-])(?<!\b(?:GET|PUT|HEAD|POST|PATCH|DELETE) )(?:${start})[^\s"'\x60<>,;)]{1,512}`,
      'gi',
    ),
    hints: [start],
    policy: 'wire',
  }
}

/** Hosts, addresses, file paths, accounts and persons. */
function createPlacePatterns(): readonly SecretPattern[] {
  return [
    // Accounts at a provider.
    {
      pattern: /\b(?:org|proj|acct|user|ws|wrkspc)[-_](?=[\w-]{0,64}\d)[\w-]{6,128}/gi,
      hints: [String.raw`[-_](?<=\b(?:org|proj|acct|user|ws|wrkspc)[-_])`],
      policy: 'wire',
    },
    { pattern: /\barn:aws[\w-]{0,16}:[^\s"',]{1,512}/g, hints: ['arn:aws'], policy: 'wire' },

    // E-mail addresses. Package versions (`package@3.0.0`) are not addresses.
    {
      pattern: /(?<![\w.+-])[\w.+-]+@(?:[a-z\d-]{1,63}\.){1,8}[a-z]{2,24}\b/gi,
      hints: [String.raw`@(?:[a-z\d-]{1,63}\.){1,8}[a-z]{2}`],
      policy: 'log',
    },
    {
      pattern:
        /(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]+@(?!\d{1,4}\.\d)[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){0,8}/gi,
      hints: ['@'],
      policy: 'wire',
    },

    // IPv4, IPv6 and hardware addresses, internal host names and any host with a port. Times (`12:30:45`) are kept.
    {
      pattern: /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?![\d.]*\d)/g,
      hints: [String.raw`\d\.\d`],
      policy: 'wire',
    },
    {
      pattern:
        /(?<![\w:])(?:(?=[\da-f:]{3})(?=[\da-f:]{0,40}::|(?:[\da-f]{1,4}:){7})[\da-f:]{2,45}(?:[\d.]{7,15})?|(?:[\da-f]{2}:){5}[\da-f]{2})(?![\w:])/gi,
      hints: [String.raw`:[\da-f]{0,4}:`],
      policy: 'wire',
    },
    {
      pattern:
        /(?<![a-z\d-])(?:localhost(?::\d{1,5})?|(?:[a-z\d-]{1,63}\.){1,8}(?:internal|local|localhost|lan|corp|intranet|svc|cluster|home)\b(?:\.[a-z\d.-]{1,64})?(?::\d{1,5})?|[a-z][a-z\d-]{0,62}(?:\.[a-z\d-]{1,63}){1,8}:\d{2,5}(?!:?\d))\b/gi,
      hints: [String.raw`localhost|\.(?:internal|local|lan|corp|intranet|svc|cluster|home)\b|[a-z\d-]:\d\d`],
      policy: 'wire',
    },
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
    { pattern: /[\w+/=]{40,}/g, hints: [String.raw`[\w+/=]{40}`], policy: 'wire' },
    // Base64 with slashes. An AWS secret key has 40 characters.
    {
      pattern: new RegExp(
        String.raw`${start}(?!\/)(?:${hasRandomPart('+/')}[A-Za-z\d+/]{40,4096}={0,2}|(?=[A-Za-z+/]{0,39}\d)(?=[A-Z\d+/]{0,39}[a-z])(?=[a-z\d+/]{0,39}[A-Z])[A-Za-z\d+/]{40}(?![\w/+-]))`,
        'g',
      ),
      hints: [hint],
      policy: 'log',
    },
    // Base64 with its padding, which may begin with a slash or follow a path.
    {
      pattern: /(?<![\w/.@+=-])[A-Za-z\d+/]{40,4096}={1,2}(?![\w/])/g,
      hints: [String.raw`=(?<=[a-z\d+/]{40}=)`],
      policy: 'log',
    },
    {
      // It may be a part of a path.
      pattern: new RegExp(String.raw`(?<![\w.@+=-])${hasRandomPart('_+=-')}[\w+=-]{40,4096}`, 'g'),
      hints: [hint],
    },
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
