import type { ApiErrorClass } from './api-error.ts'

/** Error classes as a list, or as an object such as the result of `defineErrors`. */
export type ErrorClassList = readonly ApiErrorClass[] | Readonly<Record<string, ApiErrorClass>>

/**
 * Union of the errors of some classes, whose `code` is a literal: `switch (error.code)` narrows it, and can be exhaustive.
 *
 *     type ChatError = ErrorUnion<[typeof RateLimitExceeded, typeof ModelNotFound]>
 *     type ShopError = ErrorUnion<typeof errors>
 *
 * An own class needs a literal code: `static override readonly code = 'out_of_credits'`. Subclasses of these classes, with
 * their own codes, are not members of the union.
 */
export type ErrorUnion<Classes extends ErrorClassList> = Classes extends readonly ApiErrorClass[]
  ? WithLiteralCode<Classes[number]>
  : WithLiteralCode<Classes[keyof Classes]>

type WithLiteralCode<Class> = Class extends ApiErrorClass
  ? InstanceType<Class> & { readonly code: LiteralCodeOr<Class['code'], string> }
  : never

/** The literal code of a class; `Otherwise` for a class whose code is any string. */
type LiteralCodeOr<Code extends string, Otherwise> = [LiteralCode<Code>] extends [never]
  ? Otherwise
  : LiteralCode<Code>

type LiteralCode<Code extends string> = Code extends string ? (string extends Code ? never : Code) : never
