import { isApiError, isOneOf, matchError } from '@faultline/express'
import { errors, type ShopError } from './shop-errors.ts'

/** One handler per code: the compiler reports a missing one. */
export function describeStock(error: ShopError & { code: 'out_of_stock' | 'price_changed' }): string {
  return matchError(error, {
    out_of_stock: ({ details }) => `${details.left} left`,
    price_changed: ({ details }) => `now ${details.newPrice}`,
  })
}

/** Handlers for some codes, and `_` for every other value. */
export function toAction(error: unknown): string {
  return matchError(error, {
    rate_limit_exceeded: ({ retryAfter }) => `retry after ${String(retryAfter)} s`,
    conflict: ({ message }) => `show ${message}`,
    _: () => 'report',
  })
}

export function getProject(error: unknown): string | number | undefined {
  return isApiError(error, errors.OutOfCredits) ? error.details.project : undefined
}

export function isAboutCards(error: unknown): boolean {
  if (!isOneOf(error, [errors.CardDeclined, errors.CardExpired])) return false
  switch (error.code) {
    case 'card_declined':
    case 'card_expired':
      return true
    default: {
      // Does not compile if a code has no case.
      const unhandled: never = error
      return unhandled
    }
  }
}
