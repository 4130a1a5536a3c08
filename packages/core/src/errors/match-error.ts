import { errorCodes, type ApiError } from './api-error.ts'
import type { ErrorCode } from './codes.ts'
import type { errorClasses } from './error-classes.ts'

/** The error that a handler receives: of the class with that code, with its literal code in a union. */
type ErrorForCode<Union, Code> = Code extends '_' ? Union : Extract<Union, { readonly code: Code }>

/** The error of a code of the taxonomy; ApiError for the code of an own class. */
type ErrorForAnyCode<Code> = Code extends '_'
  ? unknown
  : Code extends ErrorCode
    ? InstanceType<(typeof errorClasses)[Code]>
    : ApiError

/** A union of errors with literal codes; never for errors with any code. */
type LiteralUnion<Union extends ApiError> = string extends Union['code'] ? never : Union

/** One result per code of the union, or some of them and `_`. */
type CompleteResults<Union extends ApiError> =
  | { readonly [Code in Union['code']]: unknown }
  | ({ readonly [Code in Union['code']]?: unknown } & { readonly _: unknown })

/**
 * Calls the handler of an error's code, otherwise that of the nearest ancestor class, otherwise `_`, and returns its result.
 * For an `ErrorUnion`, the compiler requires a handler per code, or `_`. For any other value it requires `_`.
 *
 *     const text = matchError(error, {
 *       rate_limit_exceeded: ({ retryAfter }) => `Retry after ${retryAfter} s`,
 *       model_not_found: ({ model }) => `There is no ${model}`,
 *       _: () => 'Failed',
 *     })
 *
 * @throws The value itself if it has no handler.
 */
export function matchError<Union extends ApiError, Results extends CompleteResults<Union>>(
  error: LiteralUnion<Union> & Union,
  handlers: {
    readonly [Code in keyof Results]: Code extends Union['code'] | '_'
      ? (error: ErrorForCode<Union, Code>) => Results[Code]
      : never
  },
): Results[keyof Results]
export function matchError<Results extends { readonly _: unknown }>(
  error: unknown,
  handlers: { readonly [Code in keyof Results]: (error: ErrorForAnyCode<Code>) => Results[Code] },
): Results[keyof Results]
export function matchError(
  error: unknown,
  handlers: { readonly [code: string]: (error: never) => unknown },
): unknown {
  for (const code of [...(errorCodes(error) ?? []), '_']) {
    const handler: unknown = Object.hasOwn(handlers, code) ? handlers[code] : undefined
    if (typeof handler === 'function') return Reflect.apply(handler, undefined, [error])
  }
  throw error
}
