import { ApiError } from './api-error.ts'

/** 401 `unauthenticated`. */
export class Unauthenticated<Details = undefined> extends ApiError<Details> {
  static override code = 'unauthenticated'
  static override status = 401
  static override message = 'Authentication failed'
}

/** 401 `missing_api_key`. */
export class MissingApiKey<Details = undefined> extends Unauthenticated<Details> {
  static override code = 'missing_api_key'
  static override message = 'API key is required'
}

/** 401 `invalid_api_key`. */
export class InvalidApiKey<Details = undefined> extends Unauthenticated<Details> {
  static override code = 'invalid_api_key'
  static override message = 'The provided API key is invalid'
}

/** 401 `expired_api_key`. */
export class ExpiredApiKey<Details = undefined> extends InvalidApiKey<Details> {
  static override code = 'expired_api_key'
  static override message = 'The API key has expired'
}

/** 401 `revoked_api_key`. */
export class RevokedApiKey<Details = undefined> extends InvalidApiKey<Details> {
  static override code = 'revoked_api_key'
  static override message = 'The API key has been revoked'
}

/** 402 `payment_required`. */
export class PaymentRequired<Details = undefined> extends ApiError<Details> {
  static override code = 'payment_required'
  static override status = 402
  static override message = 'Payment is required'
}

/** 403 `permission_denied`. */
export class PermissionDenied<Details = undefined> extends ApiError<Details> {
  static override code = 'permission_denied'
  static override status = 403
  static override message = 'Insufficient permissions for this operation'
}

/** 403 `account_suspended`. */
export class AccountSuspended<Details = undefined> extends PermissionDenied<Details> {
  static override code = 'account_suspended'
  static override message = 'Account has been suspended'
}
