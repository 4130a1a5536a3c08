import { findKey, isPermitted, readToken, type Gateway, type Key } from '@faultline/app-gateway'
import {
  AccountSuspended,
  ConcurrentLimitExceeded,
  ExpiredApiKey,
  InvalidApiKey,
  MissingApiKey,
  PermissionDenied,
  QuotaExceeded,
  RateLimitExceeded,
  RevokedApiKey,
} from '@faultline/koa'
import type { Middleware } from 'koa'

/** The state of a request with a key. */
export interface State {
  key: Key
}

/** Creates middleware that stores the key of a request in `context.state`, or throws why it cannot be used. */
export function authenticate(gateway: Gateway): Middleware<State> {
  return async (context, next) => {
    const { method, url, headers, state, res } = context
    const token = readToken(headers.authorization, headers['x-api-key'])
    if (token === undefined) throw new MissingApiKey()
    const key = findKey(token)
    if (key === undefined) throw new InvalidApiKey()
    if (key.state === 'expired') throw new ExpiredApiKey()
    if (key.state === 'revoked') throw new RevokedApiKey()
    if (key.state === 'suspended') throw new AccountSuspended()
    if (!isPermitted(key, method, url)) throw new PermissionDenied()
    if (key.isQuotaSpent && method === 'POST') throw new QuotaExceeded()
    const rate = await gateway.limits.count(key)
    context.set(rate.headers)
    if (rate.isExceeded) throw new RateLimitExceeded({ retryAfter: rate.retryAfter })
    const release = gateway.limits.enter(key)
    if (release === undefined) throw new ConcurrentLimitExceeded()
    if (res.closed) release()
    else res.once('close', release)
    state.key = key
    await next()
  }
}
