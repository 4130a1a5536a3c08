import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  ApiError,
  Conflict,
  declareDetails,
  defineCatalog,
  defineErrors,
  InvalidFieldValue,
  isApiError,
  isOneOf,
  matchError,
  ModelNotFound,
  NotFound,
  QuotaExceeded,
  RateLimitExceeded,
  ResourceNotFound,
  type ApiErrorClass,
  type ErrorUnion,
} from '../src/index.ts'

const errors = defineErrors({
  order_not_found: { extends: NotFound, message: "Order '{orderId}' not found" },
  out_of_credits: {
    extends: QuotaExceeded,
    status: 402,
    message: "The balance of '{project}' is used up",
    description: 'The project has no credits left.',
    remedy: 'Top up the balance.',
  },
  out_of_stock: {
    extends: Conflict,
    message: 'Only {left} of {sku} left',
    details: declareDetails<{ sku: string; left: number }>(),
  },
  no_such_model: { extends: ModelNotFound, message: "There is no '{model}' in {region}" },
  shop_limit: { extends: RateLimitExceeded },
  lost: { extends: ResourceNotFound, message: '{resource} is lost' },
  shop_closed: {},
  shop_moved: 410,
})

declare enum LegacyEnum {
  OrderLost = 'order_lost',
  ShopBusy = 'shop_busy',
}
const LegacyCode = { OrderLost: 'order_lost', ShopBusy: 'shop_busy' } as const
type LegacyCode = (typeof LegacyCode)[keyof typeof LegacyCode]

// The type checker runs these tests: an unused @ts-expect-error is an error.
describe('types of defineErrors', () => {
  test('classes have literal codes, and options by parameter', () => {
    expectTypeOf(errors.OrderNotFound.code).toEqualTypeOf<'order_not_found'>()
    const error = new errors.OrderNotFound({ orderId: 7 })
    expectTypeOf(error.code).toEqualTypeOf<'order_not_found'>()
    expectTypeOf(error.details.orderId).toEqualTypeOf<string | number>()
    expectTypeOf(error).toExtend<Error>()
    expectTypeOf(error).toExtend<ApiError>()
    // @ts-expect-error orderId is missing
    void new errors.OrderNotFound({})
    // @ts-expect-error options are missing
    void new errors.OrderNotFound()
    // @ts-expect-error there is no such option
    void new errors.OrderNotFound({ orderId: 7, order: 8 })
    // @ts-expect-error an object is not a parameter
    void new errors.OrderNotFound({ orderId: {} })
    void new errors.OrderNotFound({ orderId: 'a', message: 'x', cause: new Error('x') })
    expect(error.details).toEqual({ orderId: 7 })
  })

  test('declared details are required, and their members are not options', () => {
    const error = new errors.OutOfStock({ details: { sku: 'a', left: 2 } })
    expectTypeOf(error.details).toEqualTypeOf<{ sku: string; left: number }>()
    // @ts-expect-error details are missing
    void new errors.OutOfStock()
    // @ts-expect-error left is missing
    void new errors.OutOfStock({ details: { sku: 'a' } })
    // @ts-expect-error details are not declared
    void new errors.ShopClosed({ details: {} })
    expect(error.message).toBe('Only 2 of a left')
  })

  test('options of the parent class stay as they are', () => {
    const error = new errors.NoSuchModel({ model: 'm', region: 'eu' })
    expectTypeOf(error.model).toBeString()
    expectTypeOf(error.details).toEqualTypeOf<{ readonly region: string | number }>()
    // @ts-expect-error model is missing
    void new errors.NoSuchModel({ region: 'eu' })
    // @ts-expect-error retryAfter is missing
    void new errors.ShopLimit({})
    // @ts-expect-error the message has the option
    void new errors.Lost({})
    expectTypeOf(new errors.Lost({ resource: 'r' }).details).toEqualTypeOf<undefined>()
    expectTypeOf(new errors.ShopClosed().details).toEqualTypeOf<undefined>()
    expectTypeOf(new errors.ShopMoved().code).toEqualTypeOf<'shop_moved'>()
    expect(new errors.ShopLimit({ retryAfter: 1 }).retryAfter).toBe(1)
  })

  test('the classes are error classes', () => {
    expectTypeOf(Object.values(errors)).toExtend<ApiErrorClass[]>()
    expect(defineCatalog(...Object.values(errors)).has('shop_closed')).toBe(true)
  })

  test('a wrong table does not compile', () => {
    // @ts-expect-error a code of the taxonomy
    expect(() => defineErrors({ not_found: {} })).toThrow(TypeError)
    // @ts-expect-error an unknown member
    expect(() => defineErrors({ a: { extens: NotFound } })).toThrow(TypeError)
    // @ts-expect-error an unknown member in addition to a known one
    expect(() => defineErrors({ a: { extends: NotFound, mesage: 'x' } })).toThrow(TypeError)
    // @ts-expect-error not a class
    expect(() => defineErrors({ a: { extends: 'not_found' } })).toThrow(TypeError)
    // @ts-expect-error an option of all errors
    expect(() => defineErrors({ a: { message: 'Wrong {headers}' } })).toThrow(TypeError)
    // @ts-expect-error the parent has no option field
    expect(() => defineErrors({ a: { extends: NotFound, message: 'No {field}' } })).toThrow(TypeError)
    const { Wrong } = defineErrors({ wrong: { extends: InvalidFieldValue, message: 'No {field}' } })
    expectTypeOf(new Wrong({ field: 'n' }).field).toBeString()
    // @ts-expect-error a class with a literal code cannot have subclasses
    defineErrors({ a: { extends: errors.ShopClosed } })
  })

  test('an enumeration of codes keeps its literals', () => {
    const legacy = defineErrors({
      [LegacyCode.OrderLost]: { extends: NotFound },
      [LegacyCode.ShopBusy]: 503,
    } satisfies Record<LegacyCode, object | number>)
    expectTypeOf(legacy.OrderLost.code).toEqualTypeOf<'order_lost'>()
    const statuses: Record<LegacyCode, number> = { order_lost: 404, shop_busy: 503 }
    const fromStatuses = defineErrors(statuses)
    expectTypeOf(new fromStatuses.ShopBusy().code).toEqualTypeOf<'shop_busy'>()
    expect(new fromStatuses.ShopBusy().status).toBe(503)
    const fromEnum = (table: Record<LegacyEnum, number>) => defineErrors(table)
    expectTypeOf<ReturnType<typeof fromEnum>['OrderLost']['code']>().toEqualTypeOf<'order_lost'>()
  })
})

describe('types of unions', () => {
  type ChatError = ErrorUnion<[typeof RateLimitExceeded, typeof ModelNotFound, typeof errors.OutOfCredits]>

  function describeError(error: ChatError): string {
    switch (error.code) {
      case 'rate_limit_exceeded':
        return `wait ${String(error.retryAfter)}`
      case 'model_not_found':
        return error.model
      case 'out_of_credits':
        return String(error.details.project)
      default: {
        const unhandled: never = error
        return unhandled
      }
    }
  }

  test('an exhaustive switch narrows by literal code', () => {
    expectTypeOf<ChatError['code']>().toEqualTypeOf<
      'rate_limit_exceeded' | 'model_not_found' | 'out_of_credits'
    >()
    const thrown: unknown = new errors.OutOfCredits({ project: 'p' })
    const classes = [RateLimitExceeded, ModelNotFound, errors.OutOfCredits] as const
    expect(isOneOf(thrown, classes) && describeError(thrown)).toBe('p')
    expectTypeOf<ErrorUnion<typeof errors>['code']>().toEqualTypeOf<
      | 'order_not_found'
      | 'out_of_credits'
      | 'out_of_stock'
      | 'no_such_model'
      | 'shop_limit'
      | 'lost'
      | 'shop_closed'
      | 'shop_moved'
    >()
    class Own extends Conflict {
      static override readonly code = 'own_code'
    }
    class Open extends Conflict {
      static override code = 'open_code'
    }
    expectTypeOf<ErrorUnion<[typeof Own]>['code']>().toEqualTypeOf<'own_code'>()
    expectTypeOf<ErrorUnion<[typeof Open]>['code']>().toBeString()
  })

  test('isApiError narrows by own code and by class', () => {
    const thrown: unknown = new errors.OutOfCredits({ project: 'p' })
    expect(isApiError(thrown, errors.OutOfCredits) && thrown.details.project).toBe('p')
    expect(isApiError(thrown, 'out_of_credits') && thrown.status).toBe(402)
    if (isApiError(thrown, 'model_not_found')) expectTypeOf(thrown.model).toBeString()
    if (isApiError(thrown, ModelNotFound)) expectTypeOf(thrown.model).toBeString()
    if (thrown instanceof errors.OutOfCredits) expectTypeOf(thrown.code).toEqualTypeOf<'out_of_credits'>()
  })

  test('matchError requires a handler per code of a union, or _', () => {
    const match = (error: ChatError): string | number =>
      matchError(error, {
        rate_limit_exceeded: ({ retryAfter }) => String(retryAfter),
        model_not_found: ({ model }) => model,
        out_of_credits: ({ details }) => details.project,
      })
    const matchSome = (error: ChatError): string =>
      matchError(error, {
        model_not_found: ({ model }) => model,
        _: ({ code }) => code,
      })
    const wrong = (error: ChatError): void => {
      // @ts-expect-error out_of_credits is missing
      matchError(error, { rate_limit_exceeded: () => 1, model_not_found: () => 2 })
      const handlers = { rate_limit_exceeded: () => 1, model_not_found: () => 2, out_of_credits: () => 3 }
      // @ts-expect-error the union has no such code
      matchError(error, { ...handlers, conflict: () => 4 })
    }
    expectTypeOf(wrong).toBeFunction()
    const error = new errors.OutOfCredits({ project: 'p' })
    expect([match(error), matchSome(error)]).toEqual(['p', 'out_of_credits'])
  })

  test('matchError requires _ for any other value', () => {
    const match = (error: unknown): string | number =>
      matchError(error, {
        model_not_found: ({ model }) => model,
        quota_exceeded: ({ status }) => status,
        own_code: ({ message }) => message,
        _: (other) => typeof other,
      })
    // @ts-expect-error _ is missing
    const wrong = (error: unknown): unknown => matchError(error, { not_found: () => 1 })
    expectTypeOf(wrong).toBeFunction()
    expect(match(new errors.OutOfCredits({ project: 'p' }))).toBe(402)
    expect(match(7)).toBe('number')
  })
})
