// Ready handlers for middleware that answers failures itself. The types only describe what is read, so that this package
// does not depend on the middleware.
import { createRateLimitError } from '@faultline/core'

/**
 * The option `onLimited` of koa-ratelimit: `rateLimit({ …, onLimited: throwRateLimited })`.
 *
 * @throws RateLimitExceeded with the wait that the limiter has set as Retry-After.
 */
export function throwRateLimited(context: { readonly response: { get(name: string): string } }): never {
  throw createRateLimitError(context.response.get('retry-after'))
}

export { recognizeConflict } from '@faultline/core'
