import { classifyNetworkCode, collectCauses, isObject, type NetworkFailure } from '@faultline/core'
import { readText } from './read-text.ts'

/** Messages of errors without a code, in Node.js, browsers, SDKs and HTTP clients. */
const failuresByMessage: readonly (readonly [RegExp, NetworkFailure])[] = [
  [
    /^terminated$|\bPremature close\b|^(?:stream has been )?aborted$|^The server aborted pending request$/i,
    'truncated',
  ],
  [
    /^(?:request|stream) ended without |^Incomplete JSON segment at the end$|^Response stream ended without |^Unterminated (?:stream|event)/i,
    'truncated',
  ],
  [/^(?:Failed to fetch|Load failed|NetworkError when attempting to fetch resource\.)$/, 'network'],
  [/\bsocket hang up\b|\bother side closed\b|\bhttp2 request did not get a response\b/, 'reset'],
  // fetch refuses to connect to some ports.
  [/^bad port$/, 'connect'],
  [/^Request timed out\.$|^Timeout exceeded when calling /, 'timeout'],
  [/^Request was aborted\.$|^This operation was aborted$|^The user aborted a request/, 'aborted'],
  [/\bmalformed server-sent event\b|^Invalid JSON response$/, 'unreadable'],
]

const failuresByName: ReadonlyMap<string, NetworkFailure> = new Map<string, NetworkFailure>([
  ['AbortError', 'aborted'],
  ['CanceledError', 'aborted'],
  ['TimeoutError', 'timeout'],
  ['APIConnectionTimeoutError', 'timeout'],
  ['APIUserAbortError', 'aborted'],
  ['SyntaxError', 'unreadable'],
  ['ZodError', 'unreadable'],
])

/**
 * The precedence if the errors of a chain report different failures. A failed lookup comes before a failed connection,
 * because clients wrap it as one.
 */
const precedence: readonly NetworkFailure[] = [
  'aborted',
  'timeout',
  'truncated',
  'tls',
  'dns',
  'dns-temporary',
  'connect',
  'network',
  'malformed',
  'reset',
  'not-sent',
  'unreadable',
]

/** Maximum number of characters of a message that is compared. */
const MAX_MESSAGE_LENGTH = 512

/**
 * Determines how an exchange failed, from an error, its causes and the members of an AggregateError.
 *
 * @returns undefined if none of them reports a known failure.
 */
export function findNetworkFailure(thrown: unknown): NetworkFailure | undefined {
  const failures = new Set(collectCauses(thrown).map(classifyError))
  return precedence.find((failure) => failures.has(failure))
}

function classifyError(error: unknown): NetworkFailure | undefined {
  if (!isObject(error)) return undefined
  const byCode = classifyNetworkCode(readText(error, 'code') ?? readText(error, 'errno') ?? '')
  if (byCode !== undefined) return byCode
  const byName = failuresByName.get(readText(error, 'name') ?? '')
  if (byName !== undefined) return byName
  const message = readText(error, 'message') ?? ''
  if (message.length > MAX_MESSAGE_LENGTH) return undefined
  return failuresByMessage.find(([pattern]) => pattern.test(message))?.[1]
}
