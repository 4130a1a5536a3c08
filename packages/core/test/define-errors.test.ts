import { describe, expect, test } from 'vitest'
import {
  ApiError,
  ClientClosedRequest,
  Conflict,
  createResponder,
  declareDetails,
  defineErrors,
  errorCodes,
  InternalError,
  InvalidFieldValue,
  InvalidTemperature,
  isApiError,
  isOneOf,
  matchError,
  ModelNotFound,
  NotFound,
  QuotaExceeded,
  RateLimitExceeded,
  type ErrorTable,
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
    retryable: true,
    message: 'Only {left} of {sku} left in {city}',
    details: declareDetails<{ sku: string; left: number }>(),
  },
  no_model_in_region: { extends: ModelNotFound, message: "There is no '{model}' in {region}" },
  wrong_voice: { extends: InvalidFieldValue, message: '{field} must be {voice}', field: 'voice' },
  ledger_failed: { extends: InternalError, message: 'Ledger {host} failed' },
  shop_closed: {},
  shop_moved: 410,
})

/** Calls a constructor as a program without types can. */
function create(errorClass: unknown, ...args: readonly unknown[]): ApiError {
  return Reflect.construct(errorClass as new () => ApiError, args)
}

describe('a class of defineErrors', () => {
  test('has the name, the code and the members of its definition, and inherits the others', () => {
    const error = new errors.OutOfCredits({ project: 'p1' })
    expect(error).toMatchObject({
      name: 'OutOfCredits',
      code: 'out_of_credits',
      status: 402,
      retryable: false,
      message: "The balance of 'p1' is used up",
      details: { project: 'p1' },
    })
    expect(errorCodes(error)).toEqual(['out_of_credits', 'quota_exceeded', 'rate_limit_exceeded'])
    expect(error).toBeInstanceOf(QuotaExceeded)
    expect(error).toBeInstanceOf(errors.OutOfCredits)
    const { name, description, remedy } = errors.OutOfCredits
    expect([name, description, remedy]).toEqual([
      'OutOfCredits',
      'The project has no credits left.',
      'Top up the balance.',
    ])
    expect(Object.keys(errors)).toEqual([
      'OrderNotFound',
      'OutOfCredits',
      'OutOfStock',
      'NoModelInRegion',
      'WrongVoice',
      'LedgerFailed',
      'ShopClosed',
      'ShopMoved',
    ])
  })

  test('without `extends` extends ApiError, with status 400 unless it has another', () => {
    const closed = new errors.ShopClosed()
    expect(closed).toMatchObject({ status: 400, message: 'Request failed', retryable: false })
    expect(closed.details).toBeUndefined()
    expect(errorCodes(closed)).toEqual(['shop_closed'])
    expect(new errors.ShopMoved()).toMatchObject({ status: 410, code: 'shop_moved' })
    const { Own } = defineErrors({ own: { status: undefined, message: undefined, extends: undefined } })
    expect(new Own()).toMatchObject({ status: 400, message: 'Request failed' })
  })

  test('keeps parameters in `details`, unless the parent class reads the option', () => {
    const error = new errors.NoModelInRegion({ model: 'm', region: 'eu', available: ['n'] })
    expect(error).toMatchObject({ model: 'm', available: ['n'], message: "There is no 'm' in eu" })
    expect(error.details).toEqual({ region: 'eu' })
    const field = new errors.WrongVoice({ field: 'voice.id', voice: 'a', issue: 'is b' })
    expect(field.issues).toEqual([{ message: 'is b', path: ['voice', 'id'] }])
    expect([field.message, field.details]).toEqual(['voice.id must be a', { voice: 'a' }])
    const stock = new errors.OutOfStock({ details: { sku: 's', left: 0 }, city: 'Bonn' })
    expect(stock.message).toBe('Only 0 of s left in Bonn')
    expect(stock.details).toEqual({ sku: 's', left: 0, city: 'Bonn' })
    expect(stock.retryable).toBe(true)
  })

  test('accepts the options of every class', () => {
    const cause = new Error('x')
    const error = new errors.OrderNotFound({
      orderId: 7,
      message: 'Lost',
      cause,
      retryAfter: 3,
      origin: 'shop',
    })
    expect(error).toMatchObject({
      message: 'Lost',
      cause,
      retryAfter: 3,
      origin: 'shop',
      hasOwnMessage: true,
    })
    expect(error.toJSON()).toMatchObject({ code: 'order_not_found', details: { orderId: 7 } })
  })

  test('does not send the message of an internal error', () => {
    expect(new errors.LedgerFailed({ host: '10.0.0.5' }).publicMessage).toBe('Internal server error')
  })

  test('can be created without its parameters in JavaScript', () => {
    expect(create(errors.OrderNotFound)).toMatchObject({ message: 'Not found', code: 'order_not_found' })
    expect(create(errors.OrderNotFound, 'Lost').message).toBe('Lost')
    expect(create(errors.OrderNotFound, { orderId: {} }).message).toBe('Not found')
    expect(create(errors.OrderNotFound, { details: { orderId: 7 } }).details).toEqual({ orderId: 7 })
    expect(create(errors.OrderNotFound, { details: 'x', orderId: 7 }).details).toBe('x')
    const throwing = {
      get sku(): never {
        throw new Error('no')
      },
    }
    expect(create(errors.OutOfStock, { details: throwing, city: 'Bonn' }).details).toBe(throwing)
  })

  test('is an error class of a responder', () => {
    const options = { envelope: 'ai-api', errorClasses: Object.values(errors), onError: () => {} } as const
    const request = { method: 'GET', url: '/', header: () => undefined, raw: undefined }
    const { status, body } = createResponder(options).respond(
      new errors.OrderNotFound({ orderId: 7 }),
      request,
    )
    expect(status).toBe(404)
    expect(JSON.parse(body)).toMatchObject({
      error: { code: 'ORDER_NOT_FOUND', message: "Order '7' not found" },
    })
    const twice = [...Object.values(errors), ...Object.values(defineErrors({ shop_closed: {} }))]
    expect(() => createResponder({ ...options, errorClasses: twice })).toThrow(
      'faultline: classes ShopClosed and ShopClosed have the same code "shop_closed"',
    )
  })
})

describe('a wrong table is rejected with the code, the problem and the remedy', () => {
  test.each([
    [null, 'the table must be an object of definitions by code, not null'],
    [{ OrderNotFound: {} }, 'OrderNotFound is not snake_case; write order_not_found'],
    [{ ORDER_NOT_FOUND: {} }, 'ORDER_NOT_FOUND is not snake_case; write order_not_found'],
    [{ '7': {} }, '7 is not snake_case, for example out_of_credits'],
    [
      { not_found: {} },
      'not_found is the code of NotFound; choose another code, or throw NotFound with a message',
    ],
    [{ [ClientClosedRequest.code]: {} }, 'client_closed_request is reserved; choose another code'],
    [{ [ApiError.code]: {} }, 'api_error is reserved; choose another code'],
    [{ order_1: {}, order1: {} }, '"order_1" and "order1" both have the class name Order1; rename one'],
    [{ a: 'x' }, 'a must be a status or an object with members such as extends, not "x"'],
    [{ a: [] }, 'a must be a status or an object with members such as extends, not []'],
    [
      { a: { mesage: 'x' } },
      'a has the unknown member mesage; did you mean message? Known members: extends, status',
    ],
    [{ a: { httpCode: 1 } }, 'a has the unknown member httpCode; known members: extends, status'],
    [
      { a: { extends: 'NotFound' } },
      'a has the extends "NotFound"; it must be a class that extends ApiError; import the class NotFound',
    ],
    [{ a: { extends: Error } }, 'a has the extends function Error; it must be a class that extends ApiError'],
    [{ a: { extends: null } }, 'a has the extends null; it must be a class that extends ApiError'],
    [{ a: { status: 200 } }, 'a has the status 200; it must be an integer from 400 to 599'],
    [{ a: 99 }, 'a has the status 99; it must be an integer from 400 to 599'],
    [{ a: { retryable: 'yes' } }, 'a has the retryable "yes"; it must be true or false'],
    [{ a: { message: null } }, 'a has the message null; it must be a string'],
    [{ a: { remedy: 7 } }, 'a has the remedy 7; it must be a string'],
    [{ a: { details: 'sku' } }, 'a has the details "sku"; write details: declareDetails<{ name: string }>()'],
    [
      { a: { message: 'No {order id}' } },
      'a has the parameter {order id} in its message; a name consists of letters',
    ],
    [
      { a: { message: 'No {headers}' } },
      'a has the parameter {headers} in its message, which is an option of all errors',
    ],
    [
      { a: { extends: NotFound, message: 'No {field}' } },
      'a has the parameter {field} in its message, which is an option',
    ],
  ])('%o', (table, message) => {
    expect(() => defineErrors(table as unknown as ErrorTable)).toThrow(TypeError)
    expect(() => defineErrors(table as unknown as ErrorTable)).toThrow(`defineErrors: ${message}`)
  })
})

describe('matchError', () => {
  const handlers = {
    rate_limit_exceeded: () => 'limit',
    out_of_credits: () => 'credits',
    _: (other: unknown) => other,
  }

  test('calls the handler of the code, otherwise of the nearest ancestor, otherwise _', () => {
    expect(matchError(new errors.OutOfCredits({ project: 'p' }) as unknown, handlers)).toBe('credits')
    expect(matchError(new QuotaExceeded() as unknown, handlers)).toBe('limit')
    const error = new Error('x')
    for (const other of [error, null, undefined, 'limit', new NotFound()])
      expect(matchError(other as unknown, handlers)).toBe(other)
  })

  test('throws a value without a handler', () => {
    const error: unknown = new NotFound()
    const some = { conflict: () => 1 } as unknown as { _: () => number }
    expect(() => matchError(error, some)).toThrow(error)
  })
})

describe('isOneOf and isApiError', () => {
  test('isOneOf compares the own code, isApiError with a class includes subclasses', () => {
    const thrown = new errors.OutOfCredits({ project: 'p' })
    expect(isOneOf(thrown, errors)).toBe(true)
    expect(isOneOf(thrown, [errors.OutOfCredits])).toBe(true)
    expect(isOneOf(thrown, [QuotaExceeded, RateLimitExceeded])).toBe(false)
    expect(isOneOf(new InvalidTemperature(), [InvalidFieldValue])).toBe(false)
    expect(isOneOf(null, [NotFound])).toBe(false)
    expect(isApiError(thrown, QuotaExceeded)).toBe(true)
    expect(isApiError(thrown, ApiError)).toBe(true)
    expect(isApiError(thrown, errors.OrderNotFound)).toBe(false)
    expect(isApiError(new Error('x'), NotFound)).toBe(false)
    expect(isApiError(thrown, 'out_of_credits')).toBe(true)
  })
})
