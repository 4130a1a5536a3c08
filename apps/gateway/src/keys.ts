/** An API key and the limits of its project. */
export interface Key {
  readonly id: string
  readonly project: string
  /** Why no request is possible with the key. */
  readonly state?: 'expired' | 'revoked' | 'suspended'
  /** Whether the key may only list models. */
  readonly isReadOnly?: boolean
  /** Whether no more POST requests are possible. */
  readonly isQuotaSpent?: boolean
  /** Whether the project cannot pay for a chat. */
  readonly isOutOfCredits?: boolean
  /** Maximum number of requests per minute. */
  readonly perMinute?: number
  /** Maximum number of concurrent requests. */
  readonly maxConcurrent?: number
}

const keys = new Map<string, Key>(
  [
    { id: 'sk-demo' },
    { id: 'sk-expired', state: 'expired' as const },
    { id: 'sk-revoked', state: 'revoked' as const },
    { id: 'sk-suspended', state: 'suspended' as const },
    { id: 'sk-readonly', isReadOnly: true },
    { id: 'sk-quota', isQuotaSpent: true },
    { id: 'sk-broke', isOutOfCredits: true },
    { id: 'sk-limited', perMinute: 2 },
    { id: 'sk-single', maxConcurrent: 1 },
  ].map((key) => [key.id, { project: key.id.replace('sk-', 'project-'), ...key }]),
)

/**
 * Reads the token of a request from its headers `Authorization` and `X-API-Key`.
 *
 * @returns Undefined if the request has none, and an empty string if the header is malformed.
 */
export function readToken(
  authorization: string | undefined,
  apiKey: string | string[] | undefined,
): string | undefined {
  if (authorization === undefined) return apiKey === '' ? undefined : apiKey?.toString()
  return /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? ''
}

/** Returns the key with a token. Undefined if there is none. */
export function findKey(token: string): Key | undefined {
  return keys.get(token)
}

/** Returns whether a key permits a request. @param url Path of the request, with or without a query. */
export function isPermitted(key: Key, method: string, url: string): boolean {
  const isRead = method === 'GET' || method === 'HEAD'
  return !key.isReadOnly || (isRead && /\/v1\/models(?:[/?]|$)/.test(url))
}

/** Returns whether the project of a key can pay for a request. @param url Path of the request, with or without a query. */
export function canPay(key: Key, method: string, url: string): boolean {
  return !key.isOutOfCredits || method !== 'POST' || !/\/v1\/chat\/completions(?:[/?]|$)/.test(url)
}
