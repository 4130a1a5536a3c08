import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { canPay, errors, findKey, Gateway, isPermitted, readToken } from '@faultline/app-gateway'
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
  UnsupportedMediaType,
} from '@faultline/nestjs'
import { createParamDecorator, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common'

/** The members that the requests of Express and Fastify share. */
interface KeyRequest {
  readonly method: string
  readonly originalUrl: string
  readonly headers: IncomingHttpHeaders
}

const getRequest = (context: ExecutionContext): KeyRequest => context.switchToHttp().getRequest()

/** Returns Node's response, which Fastify stores as `raw`. */
function getResponse(context: ExecutionContext): ServerResponse {
  const response = context.switchToHttp().getResponse<ServerResponse & { raw?: ServerResponse }>()
  return response.raw ?? response
}

/** The target of the request. */
export const Url = createParamDecorator((_data, context) => getRequest(context).originalUrl)

/** Node's response. */
export const RawResponse = createParamDecorator((_data, context) => getResponse(context))

/** Throws why the key of a request cannot be used. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(private readonly gateway: Gateway) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { method, originalUrl, headers } = getRequest(context)
    const token = readToken(headers.authorization, headers['x-api-key'])
    if (token === undefined) throw new MissingApiKey()
    const key = findKey(token)
    if (key === undefined) throw new InvalidApiKey()
    if (key.state === 'expired') throw new ExpiredApiKey()
    if (key.state === 'revoked') throw new RevokedApiKey()
    if (key.state === 'suspended') throw new AccountSuspended()
    if (!isPermitted(key, method, originalUrl)) throw new PermissionDenied()
    if (key.isQuotaSpent && method === 'POST') throw new QuotaExceeded()
    if (!canPay(key, method, originalUrl)) throw new errors.OutOfCredits({ project: key.project })
    const rate = await this.gateway.limits.count(key)
    const response = getResponse(context).setHeaders(new Map(Object.entries(rate.headers)))
    if (rate.isExceeded) throw new RateLimitExceeded({ retryAfter: rate.retryAfter })
    const release = this.gateway.limits.enter(key)
    if (release === undefined) throw new ConcurrentLimitExceeded()
    if (response.closed) release()
    else response.once('close', release)
    return true
  }
}

/** Checks the media type of a body. */
export class MediaTypeGuard implements CanActivate {
  constructor(private readonly type: string) {}

  canActivate(context: ExecutionContext): boolean {
    const [type] = getRequest(context).headers['content-type']?.split(';', 1) ?? []
    if (type?.toLowerCase() !== this.type) throw new UnsupportedMediaType()
    return true
  }
}
