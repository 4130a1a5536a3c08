import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import {
  createResponder,
  InvalidFieldValue,
  InvalidTemperature,
  ValidationFailed,
  type ApiError,
  type ApiRequest,
  type ErrorsByField,
} from '../src/index.ts'

class InvalidRole extends InvalidFieldValue {
  static override code = 'invalid_role'
}

const ChatRequest = z.object({
  model: z.string(),
  temperature: z.number().max(2).optional(),
  messages: z.array(z.object({ role: z.enum(['user', 'system']) })).optional(),
  seed: z.number().optional(),
})

const request: ApiRequest = { method: 'POST', url: '/v1/chat', header: () => undefined, raw: null }

function createError(thrown: unknown, errorsByField: ErrorsByField): ApiError {
  const responder = createResponder({ envelope: 'ai-api', onError: () => {}, errorsByField })
  return responder.respond(thrown, { ...request }).error
}

const parseInvalid = (body: object): z.ZodError => ChatRequest.safeParse({ model: 'm', ...body }).error!

describe('errorsByField', () => {
  const errorsByField = { temperature: InvalidTemperature, 'messages[].role': InvalidRole }

  test('sends the error of the field for a single problem, with the words of the validator as its issue', () => {
    const cause = parseInvalid({ temperature: 3 })
    const error = createError(cause, errorsByField)
    expect(error).toBeInstanceOf(InvalidTemperature)
    expect(error).toMatchObject({
      code: 'invalid_temperature',
      message: 'Temperature must be between 0 and 2',
      field: 'temperature',
      issues: [{ message: 'Too big: expected number to be <=2', path: ['temperature'], code: 'too_big' }],
    })
    expect(error.cause).toBe(cause)
  })

  test('matches each index of a list by []', () => {
    const error = createError(parseInvalid({ messages: [{ role: 'user' }, { role: 'x' }] }), errorsByField)
    expect(error).toMatchObject({ code: 'invalid_role', field: 'messages[1].role' })
  })

  test('uses the class under * for any other field', () => {
    const cause = parseInvalid({ seed: 'x' })
    expect(createError(cause, errorsByField).code).toBe('validation_failed')
    expect(createError(cause, { ...errorsByField, '*': InvalidFieldValue })).toMatchObject({
      code: 'invalid_field_value',
      message: "Field 'seed' is invalid",
    })
  })

  test('leaves missing fields, several problems, and errors that the application throws', () => {
    const all = { ...errorsByField, '*': InvalidFieldValue }
    expect(createError(parseInvalid({ model: undefined }), all).code).toBe('missing_required_field')
    const several = createError(parseInvalid({ temperature: 3, seed: 'x' }), all)
    expect(several).toMatchObject({ code: 'validation_failed', issues: [{}, {}] })
    const own = new ValidationFailed({ issues: [{ message: 'Too hot', path: ['temperature'] }] })
    expect(createError(own, all)).toBe(own)
  })

  test('counts several problems of one field as one', () => {
    const cause = z.object({ seed: z.string().min(3).regex(/^\d+$/) }).safeParse({ seed: 'x' }).error!
    expect(cause.issues).toHaveLength(2)
    const error = createError(cause, { '*': InvalidFieldValue })
    expect(error).toMatchObject({ code: 'invalid_field_value', field: 'seed', issues: [{}, {}] })
  })

  test('does not read names of Object.prototype as fields', () => {
    const cause = z.object({ constructor: z.number() }).safeParse({ constructor: 'x' }).error!
    expect(createError(cause, errorsByField).code).toBe('validation_failed')
  })

  test('sends the original error and reports the failure if a class fails', () => {
    const warn = vi.spyOn(console, 'error').mockImplementation(() => {})
    class Failing extends InvalidFieldValue {
      static override code = 'failing'
      constructor() {
        super({ field: 'temperature' })
        throw new Error('The class is faulty')
      }
    }
    expect(createError(parseInvalid({ temperature: 3 }), { temperature: Failing }).code).toBe(
      'validation_failed',
    )
    expect(warn.mock.calls[0]?.[0]).toMatch(
      /^Faultline: A class of `errorsByField` failed: Error: The class is faulty/,
    )
    warn.mockRestore()
  })

  test.each([
    [
      null,
      'faultline: option `errorsByField` must be an object that maps fields to classes that extend ApiError, not null',
    ],
    [[InvalidTemperature], /must be an object that maps fields to classes/],
    [
      { temperature: Error },
      /`errorsByField`: `temperature` must be a class that extends ApiError, not function Error/,
    ],
  ])('refuses %s', (value, message) => {
    expect(() => createError(undefined, value as never)).toThrow(message)
  })
})
