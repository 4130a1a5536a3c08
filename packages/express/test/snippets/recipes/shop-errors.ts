import {
  Conflict,
  declareDetails,
  defineErrors,
  Gone,
  InvalidFieldValue,
  NotFound,
  PaymentRequired,
  PermissionDenied,
  QuotaExceeded,
  RateLimitExceeded,
  ServiceUnavailable,
  UpstreamError,
  type ErrorUnion,
} from '@faultline/express'

export const errors = defineErrors({
  // Orders
  order_not_found: { extends: NotFound, message: "Order '{orderId}' not found" },
  order_already_paid: { extends: Conflict, message: "Order '{orderId}' is already paid" },
  order_cancelled: { extends: Conflict, message: "Order '{orderId}' was cancelled" },
  order_expired: { extends: Gone, message: "Order '{orderId}' has expired" },
  order_too_large: {
    extends: InvalidFieldValue,
    field: 'items',
    message: 'An order has at most {max} items',
  },
  // Products
  product_not_found: { extends: NotFound, message: "Product '{sku}' not found" },
  product_retired: { extends: Gone, message: "Product '{sku}' is no longer sold" },
  out_of_stock: {
    extends: Conflict,
    message: "Only {left} of '{sku}' left",
    details: declareDetails<{ sku: string; left: number; restockedAt?: string }>(),
    description: 'The warehouse has fewer items than the order.',
    remedy: 'Order fewer items, or wait until `details.restockedAt`.',
  },
  price_changed: {
    extends: Conflict,
    message: 'The price has changed',
    details: declareDetails<{ oldPrice: number; newPrice: number }>(),
  },
  // Payment
  out_of_credits: {
    extends: QuotaExceeded,
    status: 402,
    message: "The balance of '{project}' is used up",
    description: 'The project has no credits left.',
    remedy: 'Top up the balance of the project.',
  },
  card_declined: { extends: PaymentRequired, message: 'The card was declined' },
  card_expired: { extends: PaymentRequired, message: 'The card has expired' },
  invalid_voucher: { extends: InvalidFieldValue, field: 'voucher', message: 'The voucher is not valid' },
  voucher_used: { extends: Conflict, message: 'The voucher was already used' },
  // Delivery
  no_delivery_to: { status: 422, message: 'There is no delivery to {country}' },
  carrier_failed: { extends: UpstreamError, message: 'The carrier {carrier} cannot be reached' },
  // The shop
  too_many_carts: { extends: RateLimitExceeded, message: 'Too many carts' },
  shop_closed: { extends: ServiceUnavailable, message: 'The shop is closed' },
  not_the_owner: { extends: PermissionDenied, message: 'The order belongs to another customer' },
  terms_not_accepted: { status: 451, message: 'Accept the terms of the shop first' },
})

/** All errors of the shop. `switch (error.code)` narrows it. */
export type ShopError = ErrorUnion<typeof errors>
