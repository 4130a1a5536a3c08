import { canPay, errors, findKey, isPermitted, readToken, type Gateway } from '@faultline/app-gateway'
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

/** Creates middleware that throws why the key of a request cannot be used. */
export function authenticate(gateway: Gateway): Middleware {
  return async (context, next) => {
    const { method, url, headers, res } = context
    const token = readToken(headers.authorization, headers['x-api-key'])
    if (token === undefined) throw new MissingApiKey()
    const key = findKey(token)
    if (key === undefined) throw new InvalidApiKey()
    if (key.state === 'expired') throw new ExpiredApiKey()
    if (key.state === 'revoked') throw new RevokedApiKey()
    if (key.state === 'suspended') throw new AccountSuspended()
    if (!isPermitted(key, method, url)) throw new PermissionDenied()
    if (key.isQuotaSpent && method === 'POST') throw new QuotaExceeded()
    if (!canPay(key, method, url)) throw new errors.OutOfCredits({ project: key.project })
    const rate = await gateway.limits.count(key)
    context.set(rate.headers)
    if (rate.isExceeded) throw new RateLimitExceeded({ retryAfter: rate.retryAfter })
    const release = gateway.limits.enter(key)
    if (release === undefined) throw new ConcurrentLimitExceeded()
    if (res.closed) release()
    else res.once('close', release)
    await next()
  }
}
