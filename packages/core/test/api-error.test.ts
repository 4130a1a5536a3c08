import createError from 'http-errors'
import { describe, expect, test, vi } from 'vitest'
import {
  ApiError,
  errorCodes,
  Conflict,
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

describe('a user’s own kind', () => {
  test('inherits what it does not say', () => {
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

  test('without a code of its own is found under its parent’s', () => {
    class Nothing extends Conflict {}
    expect(new Nothing()).toMatchObject({ code: 'conflict', status: 409 })
    expect(new Conflict()).not.toBeInstanceOf(Nothing)
  })

  test('with a status that no error can have is a 500', () => {
    class Odd extends Conflict {
      static override code = 'odd'
      static override status = 200
    }
    expect(new Odd().status).toBe(500)
  })
})

describe('what is public', () => {
  test('is the message of every kind but the internal ones', () => {
    expect(new UpstreamError({ message: 'upstream said no' }).publicMessage).toBe('upstream said no')
    expect(new InternalError({ message: 'secret' }).publicMessage).toBe('Internal server error')
    expect(new FailedRequest({ message: 'secret' }).publicMessage).toBe(FailedRequest.message)
    expect(new DatabaseDown().publicMessage).toBe('Internal server error')
  })

  test('is an internal message, too, where the thrower exposes it', () => {
    const error = new InternalError({ message: 'Try the other region', expose: true })
    expect(error.publicMessage).toBe('Try the other region')
    expect(error.expose).toBe(true)
  })

  test('is what JSON gives: neither cause nor stack, nor an internal message', () => {
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

describe('a stack', () => {
  test('is captured for a 5xx and not for a 4xx', () => {
    expect(new InternalError().stack).toContain('api-error.test.ts')
    expect(new Conflict().stack).not.toContain('api-error.test.ts')
  })

  test('is captured or not as the option says', () => {
    expect(new InternalError({ captureStack: false }).stack).not.toContain('api-error.test.ts')
    expect(new Conflict({ captureStack: true }).stack).toContain('api-error.test.ts')
  })

  test('leaves the limit as it was', () => {
    const limit = Error.stackTraceLimit
    expect(new Conflict().stack).toBeDefined()
    expect(Error.stackTraceLimit).toBe(limit)
  })
})

describe('options', () => {
  test('keep the cause, and only a cause that was given', () => {
    expect(new Conflict({ cause: null })).toHaveProperty('cause', null)
    expect(Object.hasOwn(new Conflict(), 'cause')).toBe(false)
  })

  test('make an issue of the field at fault', () => {
    expect(new InvalidFieldValue({ field: 'messages[0].role', issue: 'must be user' }).issues).toEqual([
      { message: 'must be user', path: ['messages', 0, 'role'] },
    ])
    expect(new MissingRequiredField({ field: 'model' }).issues).toEqual([
      { message: "Required field 'model' is missing", path: ['model'] },
    ])
    expect(new InvalidTemperature().field).toBe('temperature')
  })

  test('that a caller without types left out are no failure', () => {
    const untyped = (type: unknown) => new (type as new () => ApiError)()
    expect(untyped(RateLimitExceeded).retryAfter).toBeUndefined()
    expect(untyped(ValidationFailed).issues).toEqual([])
    expect(untyped(ModelNotFound).message).toBe("Model 'unknown' not found")
  })
})

describe('what passes an error on', () => {
  test('may write to it, and changes nothing', () => {
    const error = new NotFound()
    expect(createError(403, error, { type: 'entity.verify.failed' })).toBe(error)
    expect(error).toMatchObject({ code: 'not_found', status: 404, statusCode: 404, expose: true })
  })
})

describe('two installed copies of this package', () => {
  test('know each other’s errors, by kind', async () => {
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
  test('tells by kind', () => {
    expect(isApiError(new QuotaExceeded())).toBe(true)
    expect(isApiError(new QuotaExceeded(), 'rate_limit_exceeded')).toBe(true)
    expect(isApiError(new QuotaExceeded(), 'conflict')).toBe(false)
  })

  test.each([null, undefined, 0, 'x', {}, [], new Error('x'), Object.create(ApiError.prototype), ApiError])(
    'is false for %o',
    (value) => {
      expect(isApiError(value)).toBe(false)
    },
  )

  test('is false for what throws when it is looked at', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(isApiError(proxy)).toBe(false)
    expect(proxy instanceof ApiError).toBe(false)
  })
})
