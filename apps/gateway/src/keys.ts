import {
  AccountSuspended,
  ExpiredApiKey,
  InvalidApiKey,
  MissingApiKey,
  PermissionDenied,
  QuotaExceeded,
  RevokedApiKey,
  type ApiError,
} from '@faultline/core'

/** What is judged before anything of a request is read. */
export interface Caller {
  readonly method: string
  /** The path without its prefix: `/models`. */
  readonly path: string
  readonly authorization: string | undefined
  readonly apiKey: string | undefined
}

/** What is known of a key. */
export interface Key {
  readonly id: string
  /** Why it is refused wherever it is used. */
  readonly refusal?: new () => ApiError
  readonly isReadOnly?: boolean
  readonly isQuotaSpent?: boolean
  /** Requests in a minute. */
  readonly perMinute?: number
  /** Requests at one time. */
  readonly atOnce?: number
}

const keys = new Map<string, Key>(
  [
    { id: 'sk-demo' },
    { id: 'sk-expired', refusal: ExpiredApiKey },
    { id: 'sk-revoked', refusal: RevokedApiKey },
    { id: 'sk-suspended', refusal: AccountSuspended },
    { id: 'sk-readonly', isReadOnly: true },
    { id: 'sk-quota', isQuotaSpent: true },
    { id: 'sk-limited', perMinute: 2 },
    { id: 'sk-single', atOnce: 1 },
  ].map((key) => [key.id, key]),
)

/** The key of a caller that may do what it asks for: key, suspension, permission and quota are judged in this order. */
export function judgeKey(caller: Caller): Key {
  const key = keys.get(secretOf(caller))
  if (key === undefined) throw new InvalidApiKey()
  if (key.refusal !== undefined) throw new key.refusal()
  const reads = caller.method === 'GET' || caller.method === 'HEAD'
  if (key.isReadOnly && !(reads && /^\/models(?:\/|$)/.test(caller.path))) throw new PermissionDenied()
  if (key.isQuotaSpent && caller.method === 'POST') throw new QuotaExceeded()
  return key
}

function secretOf({ authorization, apiKey }: Caller): string {
  if (authorization === undefined) {
    if (apiKey === undefined || apiKey === '') throw new MissingApiKey()
    return apiKey
  }
  const [, secret] = /^Bearer +(\S+) *$/i.exec(authorization) ?? []
  if (secret === undefined) throw new InvalidApiKey()
  return secret
}
