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
} from '@faultline/express'
import type { NextFunction, Request, Response } from 'express'

/** Creates middleware that throws why the key of a request cannot be used. */
export function authenticate(gateway: Gateway) {
  return async <Params>(request: Request<Params>, response: Response, next: NextFunction): Promise<void> => {
    const token = readToken(request.get('authorization'), request.get('x-api-key'))
    if (token === undefined) throw new MissingApiKey()
    const key = findKey(token)
    if (key === undefined) throw new InvalidApiKey()
    if (key.state === 'expired') throw new ExpiredApiKey()
    if (key.state === 'revoked') throw new RevokedApiKey()
    if (key.state === 'suspended') throw new AccountSuspended()
    if (!isPermitted(key, request.method, request.originalUrl)) throw new PermissionDenied()
    if (key.isQuotaSpent && request.method === 'POST') throw new QuotaExceeded()
    if (!canPay(key, request.method, request.originalUrl))
      throw new errors.OutOfCredits({ project: key.project })
    const { headers, isExceeded, retryAfter } = await gateway.limits.count(key)
    response.set(headers)
    if (isExceeded) throw new RateLimitExceeded({ retryAfter })
    const release = gateway.limits.enter(key)
    if (release === undefined) throw new ConcurrentLimitExceeded()
    if (response.closed) release()
    else response.once('close', release)
    next()
  }
}
