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
} from '@faultline/hono'
import type { HttpBindings } from '@hono/node-server'
import type { MiddlewareHandler } from 'hono'

/** Node's request and response. Tests that call `app.request` pass no bindings. */
export interface Env {
  Bindings: Partial<HttpBindings>
}

/** Creates middleware that throws why the key of a request cannot be used. */
export function authenticate(gateway: Gateway): MiddlewareHandler<Env> {
  return async (context, next) => {
    const { req, env } = context
    const token = readToken(req.header('authorization'), req.header('x-api-key'))
    if (token === undefined) throw new MissingApiKey()
    const key = findKey(token)
    if (key === undefined) throw new InvalidApiKey()
    if (key.state === 'expired') throw new ExpiredApiKey()
    if (key.state === 'revoked') throw new RevokedApiKey()
    if (key.state === 'suspended') throw new AccountSuspended()
    if (!isPermitted(key, req.method, req.path)) throw new PermissionDenied()
    if (key.isQuotaSpent && req.method === 'POST') throw new QuotaExceeded()
    if (!canPay(key, req.method, req.path)) throw new errors.OutOfCredits({ project: key.project })
    const { headers, isExceeded, retryAfter } = await gateway.limits.count(key)
    for (const [name, value] of Object.entries(headers)) context.header(name, value)
    if (isExceeded) throw new RateLimitExceeded({ retryAfter })
    const release = gateway.limits.enter(key)
    if (release === undefined) throw new ConcurrentLimitExceeded()
    if (env.outgoing?.closed) release()
    else env.outgoing?.once('close', release)
    await next()
  }
}
