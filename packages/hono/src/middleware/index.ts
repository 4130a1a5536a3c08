// Ready handlers for middleware that answers failures itself. The types only describe what is read, so that this package
// does not depend on the middleware.
import { createRateLimitError, toApiError, ValidationFailed } from '@faultline/core'

/** The result of a validator: of zod-validator, zod-openapi, standard-validator, valibot-validator or arktype-validator. */
interface ValidatorResult {
  readonly success: boolean
  readonly error?: unknown
  readonly issues?: unknown
  readonly errors?: unknown
}

/**
 * A hook of validators that throws their issues: `zValidator('json', schema, throwInvalid)`,
 * `sValidator('json', schema, throwInvalid)`, `new OpenAPIHono({ defaultHook: throwInvalid })`.
 *
 * @throws ValidationFailed with the fields, if the validation has failed.
 */
export function throwInvalid(result: ValidatorResult): void {
  if (result.success) return
  const { error, issues, errors } = result
  const isZod = error instanceof Object && 'issues' in error
  const recognized = toApiError(isZod ? error : { issues: [issues, errors, error].find(isList) })
  throw recognized instanceof ValidationFailed
    ? recognized
    : new ValidationFailed({ cause: error, issues: [{ message: 'The request was invalid' }] })
}

/** ArkType's errors are an array with more properties. */
function isList(value: unknown): boolean {
  return Array.isArray(value)
}

/** The part of Hono's context that is read. */
interface LimitedContext {
  readonly res: { readonly headers: { get(name: string): string | null } }
}

/**
 * The option `handler` of hono-rate-limiter: `rateLimiter({ …, handler: throwRateLimited })`.
 *
 * @throws RateLimitExceeded with the wait that the limiter has set as Retry-After.
 */
export function throwRateLimited(context: LimitedContext): never {
  throw createRateLimitError(context.res.headers.get('retry-after') ?? undefined)
}

export { recognizeConflict } from '@faultline/core'
