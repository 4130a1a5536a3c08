import { listErrorHeaders } from '@faultline/openapi'

/** A header of an error response. */
export interface ReferenceHeader {
  readonly name: string
  /** The value in the example; undefined if the example does not have the header. */
  readonly value: string | undefined
  readonly description: string
  /** Whether the document guarantees the header. */
  readonly isGuaranteed: boolean
}

const REQUEST_ID = 'Request id. Include it in bug reports.'

const knownHeaders: Readonly<Record<string, { readonly name: string; readonly description: string }>> = {
  allow: { name: 'Allow', description: 'Methods supported by this path.' },
  'request-id': { name: 'Request-Id', description: REQUEST_ID },
  'retry-after': {
    name: 'Retry-After',
    description: 'Minimum number of seconds to wait before a retry.',
  },
  'www-authenticate': { name: 'WWW-Authenticate', description: 'How to authenticate.' },
  'x-request-id': { name: 'X-Request-Id', description: REQUEST_ID },
  'x-should-retry': {
    name: 'X-Should-Retry',
    description: 'Whether to retry; takes precedence over the status.',
  },
}

/**
 * Describes the headers of an error response that a client can act on.
 *
 * @param sent Headers of the example, with lower-case names.
 * @param guaranteed Names of the headers that the document guarantees.
 */
export function describeHeaders(
  sent: Readonly<Record<string, string>>,
  guaranteed: readonly string[] = [],
): ReferenceHeader[] {
  const guaranteedNames = new Map(guaranteed.map((name) => [name.toLowerCase(), name]))
  const keys = new Set([...guaranteedNames.keys(), ...listErrorHeaders(sent)])
  return [...keys].map((key) => ({
    name: guaranteedNames.get(key) ?? knownHeaders[key]?.name ?? key,
    value: sent[key],
    description: knownHeaders[key]?.description ?? '',
    isGuaranteed: guaranteedNames.has(key),
  }))
}
