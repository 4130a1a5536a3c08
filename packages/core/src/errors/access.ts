import { ApiError } from './api-error.ts'
import type { OpenCode } from './codes.ts'

/**
 * Error for a caller whose identity is missing or cannot be verified. Sends 401 `unauthenticated`.
 *
 * @example throw new Unauthenticated({ message: 'The session has expired' })
 */
export class Unauthenticated<Details = undefined> extends ApiError<Details> {
  static override code: OpenCode<'unauthenticated'> = 'unauthenticated'
  static override status = 401
  static override message = 'Authentication failed'
}

/**
 * Error for a request without an API key. Sends 401 `missing_api_key`.
 *
 * @example throw new MissingApiKey()
 */
export class MissingApiKey<Details = undefined> extends Unauthenticated<Details> {
  static override code: OpenCode<'missing_api_key'> = 'missing_api_key'
  static override message = 'API key is required'
}

/**
 * Error for an API key that does not exist or is malformed. Sends 401 `invalid_api_key`.
 *
 * @example throw new InvalidApiKey()
 */
export class InvalidApiKey<Details = undefined> extends Unauthenticated<Details> {
  static override code: OpenCode<'invalid_api_key'> = 'invalid_api_key'
  static override message = 'The provided API key is invalid'
}

/**
 * Error for an API key whose validity has ended. Sends 401 `expired_api_key`.
 *
 * @example throw new ExpiredApiKey()
 */
export class ExpiredApiKey<Details = undefined> extends InvalidApiKey<Details> {
  static override code: OpenCode<'expired_api_key'> = 'expired_api_key'
  static override message = 'The API key has expired'
}

/**
 * Error for an API key that its owner or the service has revoked. Sends 401 `revoked_api_key`.
 *
 * @example throw new RevokedApiKey()
 */
export class RevokedApiKey<Details = undefined> extends InvalidApiKey<Details> {
  static override code: OpenCode<'revoked_api_key'> = 'revoked_api_key'
  static override message = 'The API key has been revoked'
}

/**
 * Error for a request that needs a payment or a paid plan. Sends 402 `payment_required`.
 *
 * @example throw new PaymentRequired({ message: 'Batches need a paid plan' })
 */
export class PaymentRequired<Details = undefined> extends ApiError<Details> {
  static override code: OpenCode<'payment_required'> = 'payment_required'
  static override status = 402
  static override message = 'Payment is required'
}

/**
 * Error for an authenticated caller without the permission for the operation. Sends 403 `permission_denied`.
 *
 * @example throw new PermissionDenied({ message: 'The key may only list models' })
 */
export class PermissionDenied<Details = undefined> extends ApiError<Details> {
  static override code: OpenCode<'permission_denied'> = 'permission_denied'
  static override status = 403
  static override message = 'Insufficient permissions for this operation'
}

/**
 * Error for an account that the service has suspended. Sends 403 `account_suspended`.
 *
 * @example throw new AccountSuspended()
 */
export class AccountSuspended<Details = undefined> extends PermissionDenied<Details> {
  static override code: OpenCode<'account_suspended'> = 'account_suspended'
  static override message = 'Account has been suspended'
}
