import { describe, expectTypeOf, test } from 'vitest'
import {
  Conflict,
  defineEnvelope,
  isApiError,
  MethodNotAllowed,
  ModelNotFound,
  QuotaExceeded,
  RateLimitExceeded,
  ResourceNotFound,
  ServiceUnavailable,
  ValidationFailed,
  InvalidTemperature,
  MissingRequiredField,
  type ApiError,
  type EnvelopeId,
  type ErrorCode,
  type Issue,
  type OptionalOptions,
} from '../src/index.ts'

// The type checker runs these tests: an unused @ts-expect-error is an error.
describe('types', () => {
  test('ErrorCode and EnvelopeId are unions of literals', () => {
    expectTypeOf<'rate_limit_exceeded'>().toExtend<ErrorCode>()
    expectTypeOf<'no_such_code'>().not.toExtend<ErrorCode>()
    expectTypeOf<EnvelopeId>().toExtend<string>()
    expectTypeOf<'ai-api:strict'>().toExtend<EnvelopeId>()
    expectTypeOf<'openai' | 'anthropic:strict' | 'azure-openai' | 'openai-responses'>().toExtend<EnvelopeId>()
    expectTypeOf<'ai-apu'>().not.toExtend<EnvelopeId>()
  })

  test('constructors require the options that the specification requires', () => {
    // @ts-expect-error retryAfter is missing
    void new RateLimitExceeded({})
    // @ts-expect-error options are missing
    void new ServiceUnavailable()
    // @ts-expect-error model is missing
    void new ModelNotFound({ available: [] })
    // @ts-expect-error allow is missing
    void new MethodNotAllowed({})
    // @ts-expect-error issues are missing
    void new ValidationFailed({})
    // @ts-expect-error field is missing
    void new MissingRequiredField({})
    // @ts-expect-error there is no such option
    void new Conflict({ mesage: 'x' })
    void new QuotaExceeded()
    void new InvalidTemperature()
    void new RateLimitExceeded({ retryAfter: new Date() })
  })

  test('options and details keep their types', () => {
    const error = new ModelNotFound({ model: 'gpt-9', details: { tried: ['a'] } })
    expectTypeOf(error.model).toBeString()
    expectTypeOf(error.details).toEqualTypeOf<{ tried: string[] }>()
    expectTypeOf(new Conflict().details).toEqualTypeOf<undefined>()
    expectTypeOf(new ValidationFailed({ issues: [] }).issues).toEqualTypeOf<readonly Issue[]>()
  })

  test('a class with details requires them', () => {
    class OutOfStock extends Conflict<{ sku: string; left: number }> {}
    class Maybe extends Conflict<{ sku: string } | undefined> {}
    class Slow extends RateLimitExceeded<{ sku: string }> {}
    class NoModel extends ModelNotFound<{ sku: string }> {}
    class NoResource extends ResourceNotFound<{ sku: string }> {}
    class NoQuota<Details = undefined> extends QuotaExceeded<Details> {}
    // @ts-expect-error details are missing
    void new OutOfStock()
    // @ts-expect-error details are missing
    void new OutOfStock({ message: 'x' })
    // @ts-expect-error left is missing
    void new OutOfStock({ details: { sku: 'a' } })
    // @ts-expect-error details are missing
    void new Slow({ retryAfter: 3 })
    // @ts-expect-error details are missing
    void new NoModel({ model: 'm' })
    // @ts-expect-error details are missing
    void new NoResource({ resource: 'r' })
    // @ts-expect-error details are missing
    void new NoQuota<{ sku: string }>()
    void new Maybe()
    void new NoQuota()
    const details = { sku: 'a', left: 1 }
    expectTypeOf(new OutOfStock({ details }).details).toEqualTypeOf<{ sku: string; left: number }>()
    expectTypeOf(new NoQuota({ details }).details).toEqualTypeOf<{ sku: string; left: number }>()
    expectTypeOf(new NoResource({ resource: 'r', details }).resource).toEqualTypeOf<string | undefined>()
    expectTypeOf(new Conflict({ details }).details).toEqualTypeOf<{ sku: string; left: number }>()
  })

  test('an own constructor passes its options on', () => {
    class SoldOut extends Conflict<{ sku: string }> {
      constructor(sku: string) {
        super({ details: { sku } })
      }
    }
    class Taken extends Conflict {
      constructor(name: string) {
        super({ message: `${name} is taken` })
      }
    }
    class Generic<Details = undefined> extends Conflict<Details> {
      constructor(...args: OptionalOptions<Details>) {
        super(...args)
      }
    }
    expectTypeOf(new SoldOut('a').details.sku).toBeString()
    expectTypeOf(new Taken('a').details).toEqualTypeOf<undefined>()
    expectTypeOf(new Generic({ details: 7 }).details).toEqualTypeOf<number>()
  })

  test('isApiError and instanceof narrow to the class', () => {
    const caught = new ModelNotFound({ model: 'gpt-9' }) as unknown
    if (isApiError(caught)) expectTypeOf(caught).toEqualTypeOf<ApiError>()
    if (isApiError(caught, 'model_not_found')) expectTypeOf(caught.model).toBeString()
    if (caught instanceof ModelNotFound) expectTypeOf(caught.model).toBeString()
  })

  test('a mapping without a default, or to a code that is not listed, does not compile', () => {
    const rest = {
      id: 'a',
      codes: { E: { status: 500 } },
      renderBody: () => ({}),
      parseBody: () => undefined,
    } as const
    const define = (): void => {
      // @ts-expect-error default is missing
      defineEnvelope({ ...rest, mapping: { conflict: 'E' } })
      // @ts-expect-error F is not listed
      defineEnvelope({ ...rest, mapping: { default: 'E', conflict: 'F' } })
      defineEnvelope({ ...rest, mapping: { default: 'E', conflict: 'E' } })
      // @ts-expect-error unknown client hint
      defineEnvelope({ ...rest, mapping: { default: 'E' }, clientHints: { retries: 3 } })
    }
    expectTypeOf(define).toBeFunction()
  })
})
