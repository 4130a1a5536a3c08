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
} from '@faultline/fastify'
import type { onRequestAsyncHookHandler } from 'fastify'

declare module 'fastify' {
  interface FastifyRequest {
    key: Key
  }
}

/** Creates a hook that stores the key of a request, or throws why it cannot be used. */
export function authenticate(gateway: Gateway): onRequestAsyncHookHandler {
  return async (request, reply) => {
    const { method, url, headers } = request
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
    reply.headers(rate.headers)
    if (rate.isExceeded) throw new RateLimitExceeded({ retryAfter: rate.retryAfter })
    const release = gateway.limits.enter(key)
    if (release === undefined) throw new ConcurrentLimitExceeded()
    if (reply.raw.closed) release()
    else reply.raw.once('close', release)
    request.key = key
  }
}
