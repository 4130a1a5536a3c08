import { Conflict, defineErrors, NotFound, type ErrorDefinition } from '@faultline/express'

// In the application: export enum LegacyCode { CartLost = 'cart_lost', CartLocked = 'cart_locked' }
const LegacyCode = { CartLost: 'cart_lost', CartLocked: 'cart_locked' } as const
type LegacyCode = (typeof LegacyCode)[keyof typeof LegacyCode]

/** A table of statuses is a table of errors. */
const statuses: Record<LegacyCode, number> = { cart_lost: 404, cart_locked: 409 }
export const errorsByStatus = defineErrors(statuses)

/** With a definition per code. The compiler reports a code that is missing. */
export const errorsByCode = defineErrors({
  [LegacyCode.CartLost]: { extends: NotFound, message: "Cart '{cartId}' not found" },
  [LegacyCode.CartLocked]: { extends: Conflict, message: 'Another session changes the cart' },
} as const satisfies Record<LegacyCode, ErrorDefinition>)
