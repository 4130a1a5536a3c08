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

/** The parts of a request that authorization uses. */
export interface Caller {
  readonly method: string
  /** The path without the prefix `/v1`: `/models`. */
  readonly path: string
  readonly authorization: string | undefined
  readonly apiKey: string | undefined
}

export interface Key {
  readonly id: string
  /** The error for any request with this key. */
  readonly rejection?: new () => ApiError
  readonly isReadOnly?: boolean
  readonly isQuotaSpent?: boolean
  /** Maximum number of requests per minute. */
  readonly perMinute?: number
  /** Maximum number of concurrent requests. */
  readonly maxConcurrent?: number
}

const keys = new Map<string, Key>(
  [
    { id: 'sk-demo' },
    { id: 'sk-expired', rejection: ExpiredApiKey },
    { id: 'sk-revoked', rejection: RevokedApiKey },
    { id: 'sk-suspended', rejection: AccountSuspended },
    { id: 'sk-readonly', isReadOnly: true },
    { id: 'sk-quota', isQuotaSpent: true },
    { id: 'sk-limited', perMinute: 2 },
    { id: 'sk-single', maxConcurrent: 1 },
  ].map((key) => [key.id, key]),
)

/**
 * Returns the key of a caller.
 *
 * @throws ApiError for the first check that fails: key, suspension, permission, quota
 */
export function authorize(caller: Caller): Key {
  const key = keys.get(readKey(caller))
  if (key === undefined) throw new InvalidApiKey()
  if (key.rejection !== undefined) throw new key.rejection()
  const isRead = caller.method === 'GET' || caller.method === 'HEAD'
  if (key.isReadOnly && !(isRead && /^\/models(?:\/|$)/.test(caller.path))) throw new PermissionDenied()
  if (key.isQuotaSpent && caller.method === 'POST') throw new QuotaExceeded()
  return key
}

function readKey({ authorization, apiKey }: Caller): string {
  if (authorization === undefined) {
    if (apiKey === undefined || apiKey === '') throw new MissingApiKey()
    return apiKey
  }
  const [, token] = /^Bearer +(\S+) *$/i.exec(authorization) ?? []
  if (token === undefined) throw new InvalidApiKey()
  return token
}
