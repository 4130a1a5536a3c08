import { PLANTED } from '../suite/scenario.ts'

/** What no answer to a failure holds, by what it gives away. */
const patterns: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['what the client had sent', new RegExp(PLANTED)],
  [
    'a stack trace',
    /\bat (?:async )?(?:[\w$.<>[\]]+ )?\(?(?:file:\/\/|node:|\/|[A-Z]:\\)[^\s"')]*:\d+|Traceback \(most recent call last\)|File \\?"[^"]+", line \d+|\bat [\w.$]+\(\w+\.(?:java|kt|scala):\d+\)|goroutine \d+ \[|\.php(?:\(| on line )\d+|\.rb:\d+:in |\.cs:line \d+/,
  ],
  [
    'a path of the server',
    /\/(?:home|Users|usr|srv|opt|root|etc|proc)\/[\w.-]+|node_modules|[A-Z]:\\\\?(?:Users|inetpub|Windows)/,
  ],
  [
    'an address of the server’s network',
    /\b(?:10\.\d{1,3}|127\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}\b|\bE(?:CONN(?:REFUSED|RESET|ABORTED)|NOTFOUND|TIMEDOUT|HOSTUNREACH|NOENT|ACCES|PIPE|AI_AGAIN)\b/,
  ],
  [
    'a key',
    /\b(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9]{3,}[\w-]*|\bAKIA[0-9A-Z]{16}|\bgh[opsu]_\w{20,}|\bAIza[\w-]{30,}|\bxox[abp]-[\w-]+|\beyJ[\w-]{10,}\.[\w-]+\.[\w-]+|-----BEGIN [A-Z ]*PRIVATE KEY/,
  ],
  ['a password in an address', /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"]+:[^\s/@"]+@/i],
  [
    'a database’s own words',
    /SQLSTATE|syntax error at or near|\bORA-\d{5}|\bSQLITE_[A-Z]+|\bE11000\b|duplicate key value violates/,
  ],
  [
    'a runtime’s own words',
    /Cannot read propert(?:y|ies) of|is not a function\b|Cannot destructure property|Unexpected (?:token|end of JSON)|NullPointerException|'NoneType' object|nil pointer dereference|undefined method `/,
  ],
]

/**
 * What an answer gives away, in words; an empty list for nothing.
 *
 * @param secrets What the client sent to be known by; never repeated.
 */
export function leaksOf(text: string, secrets: readonly string[]): string[] {
  const found = patterns.flatMap(([what, pattern]) => {
    const [match] = pattern.exec(text) ?? []
    return match === undefined ? [] : [`${what}: ${JSON.stringify(clipped(match))}`]
  })
  return secrets.some((secret) => text.includes(secret)) ? [...found, 'what the client is known by'] : found
}

function clipped(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
