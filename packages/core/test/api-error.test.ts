import { inspect } from 'node:util'
import createError from 'http-errors'
import { describe, expect, test, vi } from 'vitest'
import {
  ApiError,
  errorClasses,
  errorCodes,
  ClientClosedRequest,
  Conflict,
  createError as createCoreError,
  createResponder,
  defineCatalog,
  FailedRequest,
  InternalError,
  InvalidFieldValue,
  InvalidTemperature,
  isApiError,
  MissingRequiredField,
  ModelNotFound,
  NotFound,
  QuotaExceeded,
  RateLimitExceeded,
  UpstreamError,
  ValidationFailed,
} from '../src/index.ts'

class OutOfCredits extends QuotaExceeded {
  static override code = 'out_of_credits'
  static override status = 402
}

class DatabaseDown extends InternalError {
  static override code = 'database_down'
  static override message = 'Postgres at 10.0.0.5 is down'
}

describe('a subclass', () => {
  test('inherits the statics that it does not declare', () => {
    const error = new OutOfCredits({ message: 'Top up to continue.' })
    expect(error).toMatchObject({
      code: 'out_of_credits',
      status: 402,
      retryable: false,
      message: 'Top up to continue.',
    })
    expect(error.name).toBe('OutOfCredits')
    expect(error).toBeInstanceOf(QuotaExceeded)
    expect(error).toBeInstanceOf(RateLimitExceeded)
    expect(errorCodes(error)).toEqual(['out_of_credits', 'quota_exceeded', 'rate_limit_exceeded'])
  })

  test('of Conflict without its own message has a message that fits every conflict', () => {
    class OutOfStock extends Conflict {
      static override code = 'out_of_stock'
    }
    class SoldOut extends OutOfStock {
      static override code = 'sold_out'
      static override message = '{sku} is sold out'
    }
    const message = 'The request conflicts with the current state of the resource'
    expect([new OutOfStock().message, new SoldOut().message]).toEqual([message, message])
    expect(new Conflict().message).toBe('The resource already exists')
  })

  test('without its own code has the code of its parent', () => {
    class Unchanged extends Conflict {}
    expect(new Unchanged()).toMatchObject({ code: 'conflict', status: 409, message: Conflict.message })
    expect(new Conflict()).not.toBeInstanceOf(Unchanged)
  })

  test('with an invalid status has status 500', () => {
    class Odd extends Conflict {
      static override code = 'odd'
      static override status = 200
    }
    expect(new Odd().status).toBe(500)
  })
})

describe('a parameter of the default message', () => {
  class OrderNotFound<Details = undefined> extends NotFound<Details> {
    static override code = 'order_not_found'
    static override message: string = "Order '{orderId}' of {shop} not found"
  }
  class InvoiceNotFound<Details = undefined> extends OrderNotFound<Details> {
    static override code = 'invoice_not_found'
    static override message = 'Invoice of {orderId} not found'
  }

  test('is the option of that name, otherwise the member of `details`', () => {
    const options = { orderId: 7, details: { orderId: 'other', shop: 'Acme' } }
    expect(new OrderNotFound(options).message).toBe("Order '7' of Acme not found")
    expect(new InvoiceNotFound({ details: { orderId: 0 } }).message).toBe('Invoice of 0 not found')
    expect(new InvalidTemperature().message).toBe('Temperature must be between 0 and 2')
  })

  test('without a value selects the message of the nearest ancestor with all values', () => {
    expect(new OrderNotFound({ details: { orderId: 7 } }).message).toBe('Not found')
    expect(new InvoiceNotFound({ details: { id: 7 } }).message).toBe('Not found')
    expect(new InvoiceNotFound({ details: { orderId: null, shop: {} } }).message).toBe('Not found')
    class Own extends ApiError {
      static override message = '{a}'
    }
    expect(new Own().message).toBe('Request failed')
  })

  test('has no value if reading it throws', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const throwing = {
      get orderId(): never {
        throw new Error('no')
      },
    }
    for (const details of [proxy, throwing])
      expect(new InvoiceNotFound({ details }).message).toBe('Not found')
  })

  test('may be the field of the class', () => {
    class NoSeed extends InvalidFieldValue {
      static override code = 'no_seed'
      static override field = 'seed'
      static override message = 'Send {field}'
    }
    const create = (options?: object): ApiError => Reflect.construct(NoSeed, [options])
    expect(create().message).toBe('Send seed')
    expect(create({ field: 'seeds[0]' }).message).toBe('Send seeds[0]')
  })
})

describe('a class with a wrong static member', () => {
  const wrongStatics = [
    ['code', 42],
    ['code', null],
    ['status', '404'],
    ['status', 200],
    ['message', null],
    ['code', 'NotSnake'],
    ['retryable', 'yes'],
    ['field', 7],
    ['description', 7],
    ['remedy', []],
  ] as const

  function breakClass(member: string, value: unknown): typeof NotFound {
    const Broken = class Broken extends NotFound {}
    Object.defineProperty(Broken, 'code', { value: 'broken', configurable: true })
    return Object.defineProperty(Broken, member, { value })
  }

  test.each(wrongStatics)(
    '%s %j is rejected by defineCatalog, and its constructor does not throw',
    (...wrong) => {
      const log = vi.spyOn(console, 'error').mockReturnValue()
      const Broken = breakClass(...wrong)
      for (const error of [new Broken(), new Broken({ message: 'x' })]) {
        const { code, status, message, retryable } = error
        expect([typeof code, typeof message, typeof retryable]).toEqual(['string', 'string', 'boolean'])
        expect(status).toBeGreaterThanOrEqual(400)
      }
      log.mockRestore()
      expect(() => defineCatalog(Broken)).toThrow(`faultline: class Broken has the ${wrong[0]} `)
    },
  )

  test.each(wrongStatics.slice(0, 5))('%s %j is reported to the console once', (...wrong) => {
    const log = vi.spyOn(console, 'error').mockReturnValue()
    const Broken = breakClass(...wrong)
    expect([new Broken().message, new Broken().message]).toEqual(['Not found', 'Not found'])
    expect(log.mock.calls).toEqual([
      ['faultline: class Broken has an invalid code, status or message; see defineCatalog(Broken)'],
    ])
    log.mockRestore()
  })
})

describe('the public message', () => {
  test('is the message, except for internal errors', () => {
    expect(new UpstreamError({ message: 'upstream said no' }).publicMessage).toBe('upstream said no')
    expect(new InternalError({ message: 'secret' }).publicMessage).toBe('Internal server error')
    expect(new FailedRequest({ message: 'secret' }).publicMessage).toBe(FailedRequest.message)
    expect(new DatabaseDown().publicMessage).toBe('Internal server error')
  })

  test('is the message of an internal error with the option `expose`', () => {
    const error = new InternalError({ message: 'Try the other region', expose: true })
    expect(error.publicMessage).toBe('Try the other region')
    expect(error.expose).toBe(true)
  })

  test('is in the JSON, without cause and stack', () => {
    const error = new ModelNotFound({
      model: 'gpt-9',
      available: ['echo'],
      cause: new Error('secret'),
      details: { a: 1 },
    })
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'ModelNotFound',
      code: 'model_not_found',
      status: 404,
      retryable: false,
      message: "Model 'gpt-9' not found",
      model: 'gpt-9',
      available: ['echo'],
      details: { a: 1 },
    })
    const internal = JSON.stringify(
      new InternalError({ message: 'secret', details: 'secret', cause: 'secret', captureStack: true }),
    )
    expect(internal).not.toContain('secret')
  })
})

describe('the stack trace', () => {
  test('is captured for status 500 and above only', () => {
    expect(new InternalError().stack).toContain('api-error.test.ts')
    expect(new Conflict().stack).not.toContain('api-error.test.ts')
  })

  test('is captured as the option `captureStack` specifies', () => {
    expect(new InternalError({ captureStack: false }).stack).not.toContain('api-error.test.ts')
    expect(new Conflict({ captureStack: true }).stack).toContain('api-error.test.ts')
  })

  test('does not change Error.stackTraceLimit', () => {
    const limit = Error.stackTraceLimit
    expect(new Conflict().stack).toBeDefined()
    expect(Error.stackTraceLimit).toBe(limit)
  })
})

describe('options', () => {
  test('set the cause, also to null, only if it was passed', () => {
    expect(new Conflict({ cause: null })).toHaveProperty('cause', null)
    expect(Object.hasOwn(new Conflict(), 'cause')).toBe(false)
  })

  test('add an issue for the invalid field', () => {
    expect(new InvalidFieldValue({ field: 'messages[0].role', issue: 'must be user' }).issues).toEqual([
      { message: 'must be user', path: ['messages', 0, 'role'] },
    ])
    expect(new MissingRequiredField({ field: 'model' }).issues).toEqual([
      { message: "Required field 'model' is missing", path: ['model'] },
    ])
    expect(new InvalidTemperature().field).toBe('temperature')
  })

  test('may be missing in JavaScript', () => {
    const createWithoutOptions = (type: unknown) => new (type as new () => ApiError)()
    expect(createWithoutOptions(RateLimitExceeded).retryAfter).toBeUndefined()
    expect(createWithoutOptions(ValidationFailed).issues).toEqual([])
    expect(createWithoutOptions(ModelNotFound).message).toBe('Not found')
  })
})

describe('an assignment to an error', () => {
  test('by http-errors is ignored', () => {
    const error = new NotFound()
    expect(createError(403, error, { type: 'entity.verify.failed' })).toBe(error)
    expect(error).toMatchObject({ code: 'not_found', status: 404, statusCode: 404, expose: true })
  })
})

describe('a printed error', () => {
  test('shows code, status and its own properties', () => {
    const error = new RateLimitExceeded({ retryAfter: 30, cause: new NotFound() })
    expect(inspect(error, { breakLength: Infinity })).toBe(
      "[RateLimitExceeded: Rate limit exceeded] { code: 'rate_limit_exceeded', status: 429, retryAfter: 30, [cause]: [NotFound: Not found] { code: 'not_found', status: 404 } }",
    )
  })

  test('begins with its name and its stack trace', () => {
    const [first, second] = inspect(new DatabaseDown()).split('\n')
    expect(first).toBe('DatabaseDown: Postgres at 10.0.0.5 is down')
    expect(second).toContain('api-error.test.ts')
  })

  test('is nested as deeply as the option `depth` allows', () => {
    const nested = new NotFound({ details: { cause: new NotFound({ details: { list: [] } }) } })
    expect(inspect(nested, { depth: 1, breakLength: Infinity })).toBe(
      "[NotFound: Not found] { code: 'not_found', status: 404, details: { cause: [NotFound] } }",
    )
  })

  test('may refer to itself', () => {
    const details: { error?: unknown } = {}
    details.error = new NotFound({ details })
    expect(inspect(details.error, { depth: null, breakLength: Infinity })).toBe(
      "[NotFound: Not found] { code: 'not_found', status: 404, details: { error: [Circular] } }",
    )
  })

  test('shows code and status of a parsed error', () => {
    const error = createCoreError('unheard_of', {}, { status: 418 })
    expect(inspect(error)).toMatch(/code: 'unheard_of',\s+status: 418/)
  })

  test('passes code and status to loggers that copy properties with for...in', () => {
    const copied: Record<string, unknown> = {}
    const error = new NotFound()
    for (const key in error) copied[key] = error[key as keyof NotFound]
    expect(copied).toMatchObject({ code: 'not_found', status: 404, retryable: false })
  })
})

describe('two installed copies of this package', () => {
  test('recognize the errors of each other by class', async () => {
    vi.resetModules()
    const copy = await import('../src/index.ts')
    expect(copy.ApiError).not.toBe(ApiError)
    const theirs = new copy.QuotaExceeded()
    expect(theirs).toBeInstanceOf(ApiError)
    expect(theirs).toBeInstanceOf(RateLimitExceeded)
    expect(theirs).not.toBeInstanceOf(Conflict)
    expect(isApiError(theirs, 'rate_limit_exceeded')).toBe(true)
    expect(new OutOfCredits()).toBeInstanceOf(copy.QuotaExceeded)
  })
})

describe('isApiError', () => {
  test('returns true for a class and its ancestors', () => {
    expect(isApiError(new QuotaExceeded())).toBe(true)
    expect(isApiError(new QuotaExceeded(), 'rate_limit_exceeded')).toBe(true)
    expect(isApiError(new QuotaExceeded(), 'conflict')).toBe(false)
  })

  test.each([null, undefined, 0, 'x', {}, [], new Error('x'), Object.create(ApiError.prototype), ApiError])(
    'returns false for %o',
    (value) => {
      expect(isApiError(value)).toBe(false)
    },
  )

  test('returns false for a revoked Proxy', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(isApiError(proxy)).toBe(false)
    expect(proxy instanceof ApiError).toBe(false)
  })
})

describe('options that are not an object', () => {
  const classes = [...Object.values(errorClasses), ClientClosedRequest]

  test.each(classes.map((errorClass) => [errorClass.name, errorClass] as const))(
    'do not make the constructor of %s throw; a string is the message',
    (_, errorClass) => {
      const create = (options: unknown): ApiError => Reflect.construct(errorClass, [options])
      expect(create('slow down')).toMatchObject({ message: 'slow down', status: errorClass.status })
      for (const options of [undefined, null, 42, true, 42n, Symbol('x'), () => {}, [], [1]]) {
        const error = create(options)
        expect(error).toMatchObject({ code: errorClass.code, status: errorClass.status })
        expect(error.message).toBe(create({}).message)
        expect(() => [error.toJSON(), error.publicMessage, inspect(error)]).not.toThrow()
      }
    },
  )

  test('do not change the response of a handler in JavaScript', () => {
    const responder = createResponder({ envelope: 'openai', onError: () => {} })
    const request = { method: 'GET', url: '/', header: () => undefined, raw: undefined }
    const thrown: unknown = Reflect.construct(RateLimitExceeded, ['slow down'])
    expect(responder.respond(thrown, request)).toMatchObject({
      status: 429,
      body: expect.stringContaining('"message":"slow down"'),
    })
  })
})
