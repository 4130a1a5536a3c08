import { findKey, networkErrorCodes } from '@faultline/core'
import { CANARY } from '../suite/canary.ts'

/** Maximum number of characters of a response that are searched, so that a large response does not take long. */
const MAX_SEARCHED_LENGTH = 1024 * 1024

/** Text that an error response must not contain, with a description for the finding. */
const patterns: readonly (readonly [description: string, pattern: RegExp])[] = [
  ['request data', new RegExp(CANARY)],
  [
    'a stack trace',
    /\bat (?:async )?(?:[\w$.<>[\]]+ )?\(?(?:file:\/\/|node:|\/|[A-Z]:\\)[^\s"')]*:\d+|Traceback \(most recent call last\)|File \\?"[^"]+", line \d+|\bat [\w.$]+\(\w+\.(?:java|kt|scala):\d+\)|goroutine \d+ \[|\.php(?:\(| on line )\d+|\.rb:\d+:in |\.cs:line \d+/,
  ],
  [
    'a file path of the server',
    /\/(?:home|Users|usr|srv|opt|root|etc|proc)\/[\w.-]+|node_modules|[A-Z]:\\\\?(?:Users|inetpub|Windows)/,
  ],
  [
    'an internal network address or error',
    new RegExp(
      String.raw`\b(?:10\.\d{1,3}|127\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}\b|\b(?:${[...networkErrorCodes, 'ENOENT', 'EACCES'].join('|')})\b`,
    ),
  ],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY/],
  ['a password in a URL', /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@"]{1,256}:[^\s/@"]{1,256}@/i],
  [
    'a database error message',
    /SQLSTATE|syntax error at or near|\bORA-\d{5}|\bSQLITE_[A-Z]+|\bE11000\b|duplicate key value violates/,
  ],
  [
    'a runtime error message',
    /Cannot read propert(?:y|ies) of|is not a function\b|Cannot destructure property|Unexpected (?:token|end of JSON)|NullPointerException|'NoneType' object|nil pointer dereference|undefined method `/,
  ],
]

/**
 * Describes the secrets and internals that a response contains.
 *
 * @param secrets Credentials that the client sent. The descriptions do not repeat them.
 * @returns One description for each kind of leak.
 */
export function describeLeaks(response: string, secrets: readonly string[]): string[] {
  const text = response.slice(0, MAX_SEARCHED_LENGTH)
  const leaks = patterns.flatMap(([description, pattern]) => {
    const match = pattern.exec(text)?.[0]
    return match === undefined ? [] : [`${description}: ${JSON.stringify(truncate(match))}`]
  })
  const key = findKey(text)
  if (key !== undefined) leaks.push(`a key: ${JSON.stringify(truncate(key))}`)
  if (secrets.some((secret) => text.includes(secret))) leaks.push("the client's credentials")
  return leaks
}

function truncate(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
