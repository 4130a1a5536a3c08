/** What breaks clients, and why. */
const breaking = {
  'operation-removed': 'Every call of it fails.',
  'response-removed': 'Clients that handle this status never see it, and may not handle what comes instead.',
  'media-type-removed': 'Clients that read this type can’t read what comes instead.',
  'envelope-changed': 'Clients that read the one envelope can’t read the other.',
  'content-type-changed': 'Clients that go by the content type take the body for something else.',
  'code-removed': 'Clients that handle this code never see it, and may not handle what comes instead.',
  'code-renamed': 'Clients that look for the old code no longer find it.',
  'status-changed': 'Clients that go by the status take it for another failure.',
  'retryable-turned': 'Clients that obeyed it now try again where they should not, or give up too early.',
  'header-removed': 'Clients that act on this header have nothing to act on.',
  'header-optional': 'Clients that count on this header may not find it.',
  'field-removed': 'Clients that read this field no longer find it.',
  'field-optional': 'Clients that count on this field may not find it.',
  'type-changed': 'Clients that read the one type fail on the other.',
  'type-widened': 'Clients may meet a type that they can’t read.',
  'null-possible': 'Clients that count on a value fail on null.',
  'format-changed': 'Clients that parse the one format fail on the other.',
  'value-removed': 'Clients that look for this value no longer find it.',
  'values-opened': 'Clients that know every value may meet any other, and none of the old is promised.',
} as const satisfies Readonly<Record<string, string>>

/** What breaks none that reads as HTTP and JSON ask for, and why not. */
const harmless = {
  'operation-added': 'Nobody calls it yet.',
  'response-added': 'Clients treat an unknown status as the first of its class (RFC 9110, 15).',
  'media-type-added': 'Clients get the old one as before.',
  'mode-changed': 'What it changes for a code is told of that code.',
  'code-added': 'Clients go by the status of a code that they don’t know.',
  'message-changed': 'Messages are for people.',
  'header-added': 'Clients pass over headers that they don’t know.',
  'header-required': 'It comes more often than before.',
  'field-added': 'Clients pass over fields that they don’t know.',
  'field-required': 'It comes more often than before.',
  'type-narrowed': 'What still comes could come before.',
  'value-added': 'Clients go by the status of a value that they don’t know.',
  'values-closed': 'What still comes could come before.',
} as const satisfies Readonly<Record<string, string>>

/** The name of what is looked for. */
export type Rule = keyof typeof breaking | keyof typeof harmless

/** One difference between two catalogues or documents, as the clients of the old one see it. */
export interface Change {
  readonly rule: Rule
  readonly isBreaking: boolean
  /** What changed: a code, a field, a header, a status, an operation. */
  readonly what: string
  /** The answers that it changed in; none where it is all of them. */
  readonly where: readonly string[]
  readonly before?: unknown
  readonly after?: unknown
  /** Why it breaks clients, or does not. */
  readonly why: string
}

/** What there is to say of a change beside its rule and its thing. */
export interface Particulars {
  readonly where?: readonly string[]
  readonly before?: unknown
  readonly after?: unknown
  /** @default what the rule says */
  readonly why?: string
}

/** Whether what a rule finds breaks clients. */
export function isBreaking(rule: Rule): boolean {
  return Object.hasOwn(breaking, rule)
}

/** A change by a rule. */
export function changeOf(
  rule: Rule,
  what: string,
  { where = [], before, after, why }: Particulars = {},
): Change {
  const reasons: Readonly<Record<Rule, string>> = { ...breaking, ...harmless }
  return {
    rule,
    isBreaking: isBreaking(rule),
    what,
    where,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    why: why ?? reasons[rule],
  }
}

/** A retryable that turned: each way breaks clients in a way of its own. */
export function retryableTurned(what: string, isRetryable: boolean, where: readonly string[] = []): Change {
  return changeOf('retryable-turned', what, {
    where,
    before: !isRetryable,
    after: isRetryable,
    why: isRetryable
      ? 'Clients that gave up now repeat a request that was not to be repeated.'
      : 'Clients that tried again now give up.',
  })
}

/** Changes, those that are the same in several answers made one, the breaking ones first. */
export function gathered(changes: readonly Change[]): Change[] {
  const byKey = new Map<string, Change>()
  const places = new Map<string, Set<string>>()
  for (const change of changes) {
    const { where, ...rest } = change
    const key = JSON.stringify(rest)
    const known = places.get(key)
    if (known === undefined) {
      byKey.set(key, change)
      places.set(key, new Set(where))
    } else for (const place of where) known.add(place)
  }
  return [...byKey]
    .map(([key, change]) => ({ ...change, where: [...places.get(key)!] }))
    .toSorted((a, b) => Number(b.isBreaking) - Number(a.isBreaking))
}
