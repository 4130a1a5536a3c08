/** A header of an answer, for those who read it. */
export interface ReferenceHeader {
  readonly name: string
  /** As it is in the sample; undefined where the sample lacks it. */
  readonly value: string | undefined
  readonly means: string
  /** Whether the document promises it. */
  readonly isPromised: boolean
}

/** Headers that are the same whatever failed. */
const PLAIN = new Set(['cache-control', 'content-length', 'content-type', 'x-content-type-options'])

const ID = 'The id of the request. Name it when you report the failure.'

/** What headers tell a client. */
const meanings: Readonly<Record<string, readonly [name: string, means: string]>> = {
  allow: ['Allow', 'The methods that the path takes.'],
  'request-id': ['Request-Id', ID],
  'retry-after': ['Retry-After', 'The seconds to wait, at least, before another try.'],
  'www-authenticate': ['WWW-Authenticate', 'How to authenticate.'],
  'x-request-id': ['X-Request-Id', ID],
  'x-should-retry': ['X-Should-Retry', 'Whether another try may help; it wins over the status.'],
}

/**
 * The headers of an answer that a client can act on.
 *
 * @param sent Of an answer, in lower case.
 * @param promised Those that a document says are always there.
 */
export function headersOf(
  sent: Readonly<Record<string, string>>,
  promised: readonly string[] = [],
): ReferenceHeader[] {
  const always = new Map(promised.map((name) => [name.toLowerCase(), name]))
  const names = new Set([...always.keys(), ...Object.keys(sent).filter((name) => !PLAIN.has(name))])
  return [...names].map((key) => {
    const [name, means] = meanings[key] ?? [key, '']
    return { name: always.get(key) ?? name, value: sent[key], means, isPromised: always.has(key) }
  })
}
