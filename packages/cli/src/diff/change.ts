import { groupBy } from '../group-by.ts'

/** Changes that break clients, and the reasons. */
const breaking = {
  'operation-removed': 'Every request to it fails.',
  'response-removed':
    'Clients that handle this status no longer receive it and may not handle its replacement.',
  'media-type-removed': 'Clients that read this type cannot read its replacement.',
  'envelope-changed': 'Clients that parse the old envelope cannot parse the new one.',
  'content-type-changed': 'Clients that dispatch on Content-Type misinterpret the body.',
  'code-removed': 'Clients that handle this code no longer receive it and may not handle its replacement.',
  'code-renamed': 'Clients that look for the old code no longer find it.',
  'status-changed': 'Clients that branch on the status see a different error.',
  'retryable-changed': 'Clients that rely on it retry when they should not, or give up too early.',
  'header-removed': 'Clients that read this header no longer receive it.',
  'header-optional': 'Clients that require this header may not receive it.',
  'field-removed': 'Clients that read this field no longer find it.',
  'field-optional': 'Clients that require this field may not find it.',
  'type-changed': 'Clients that read the old type fail on the new one.',
  'type-widened': 'Clients may receive a type that they cannot read.',
  'null-possible': 'Clients that do not expect null fail.',
  'format-changed': 'Clients that parse the old format fail on the new one.',
  'value-removed': 'Clients that look for this value no longer find it.',
  'values-opened': 'Clients that list every value may receive others, and no old value is guaranteed.',
} as const satisfies Readonly<Record<string, string>>

/** Changes that do not break clients which follow HTTP and JSON, and the reasons. */
const harmless = {
  'operation-added': 'New operation; no existing client uses it.',
  'response-added':
    'Clients treat an unknown status like the x00 status of its class (RFC 9110, section 15).',
  'media-type-added': 'Clients still receive the old type.',
  'mode-changed': 'The effects on each code are reported with the code.',
  'code-added': 'Clients fall back to the status for an unknown code.',
  'message-changed': 'Messages are not part of the contract.',
  'header-added': 'Clients ignore unknown headers.',
  'header-required': 'It is now always present.',
  'field-added': 'Clients ignore unknown fields.',
  'field-required': 'It is now always present.',
  'type-narrowed': 'Every remaining value was possible before.',
  'value-added': 'Clients fall back to the status for an unknown value.',
  'values-closed': 'Every remaining value was possible before.',
} as const satisfies Readonly<Record<string, string>>

/** The type of a change. */
export type Rule = keyof typeof breaking | keyof typeof harmless

const reasons: Readonly<Record<Rule, string>> = { ...breaking, ...harmless }

/** One difference between two catalogs or documents, from the view of a client of the old one. */
export interface Change {
  readonly rule: Rule
  readonly isBreaking: boolean
  /** The changed code, field, header, status or operation. */
  readonly what: string
  /** The affected responses. Empty if all are affected. */
  readonly where: readonly string[]
  readonly before?: unknown
  readonly after?: unknown
  /** The reason why it does or does not break clients. */
  readonly why: string
}

/** Optional members of a change. */
interface ChangeDetails {
  readonly where?: readonly string[]
  readonly before?: unknown
  readonly after?: unknown
  /** @default the reason of the rule */
  readonly why?: string | undefined
}

/** Whether changes of a rule break clients. */
export function isBreaking(rule: Rule): boolean {
  return Object.hasOwn(breaking, rule)
}

export function createChange(
  rule: Rule,
  what: string,
  { where = [], before, after, why = reasons[rule] }: ChangeDetails = {},
): Change {
  return {
    rule,
    isBreaking: isBreaking(rule),
    what,
    where,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    why,
  }
}

/** Creates a change of `retryable`, whose reason depends on the direction. */
export function createRetryableChange(
  what: string,
  isRetryable: boolean,
  where: readonly string[] = [],
): Change {
  return createChange('retryable-changed', what, {
    where,
    before: !isRetryable,
    after: isRetryable,
    why: isRetryable
      ? 'Clients that stopped before now retry a request that must not be retried.'
      : 'Clients that retried before now give up.',
  })
}

/** Merges changes that differ only in the affected responses, and sorts breaking changes first. */
export function mergeChanges(changes: readonly Change[]): Change[] {
  const groups = groupBy(changes, (change) => JSON.stringify({ ...change, where: undefined }))
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group
      return first === undefined
        ? []
        : [{ ...first, where: [...new Set(group.flatMap((change) => change.where))] }]
    })
    .toSorted((a, b) => Number(b.isBreaking) - Number(a.isBreaking))
}
