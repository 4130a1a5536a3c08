import { describe, expectTypeOf, test } from 'vitest'
import {
  Conflict,
  defineEnvelope,
  isApiError,
  MethodNotAllowed,
  ModelNotFound,
  QuotaExceeded,
  RateLimitExceeded,
  ServiceUnavailable,
  ValidationFailed,
  InvalidTemperature,
  MissingRequiredField,
  type ApiError,
  type EnvelopeId,
  type ErrorCode,
  type Issue,
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
