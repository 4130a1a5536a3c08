import { defineErrors, NotFound, QuotaExceeded } from '@faultline/core'

export const errors = defineErrors({
  order_not_found: { extends: NotFound, message: "Order '{orderId}' not found" },
  out_of_credits: { extends: QuotaExceeded, status: 402 },
})

export function findOrder(orderId: string): never {
  throw new errors.OrderNotFound({ orderId })
}
