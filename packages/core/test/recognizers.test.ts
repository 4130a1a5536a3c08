import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  ApiError,
  Conflict,
  createResponder,
  NotFound,
  recognizeClass,
  type ApiRequest,
  type ResponderOptions,
} from '../src/index.ts'
import { createResponder as createSlimResponder } from '../src/slim.ts'
import { openai } from '../src/envelopes/index.ts'

const request: ApiRequest = { method: 'GET', url: '/', header: () => undefined, raw: null }

afterEach(() => {
  vi.restoreAllMocks()
})

function getStatus(recognizers: ResponderOptions['recognizers'], thrown: unknown): number {
  const responder = createResponder({ envelope: 'ai-api', onError() {}, recognizers })
  return responder.respond(thrown, { ...request }).status
}

class OrderError extends Error {
  readonly text: string
  constructor(text: string) {
    super(`internal: ${text}`)
    this.text = text
  }
}
class OrderLocked extends OrderError {}

const badJson = Object.assign(new SyntaxError('x'), { type: 'entity.parse.failed', status: 400 })
const everyError = recognizeClass(Error, (cause) => new Conflict({ cause }))

describe('recognizers', () => {
  test('of `after` are called for values that the built-in ones do not know', () => {
    expect(getStatus({ after: [everyError] }, badJson)).toBe(400)
    expect(getStatus({ after: [everyError] }, new OrderError('x'))).toBe(409)
    expect(getStatus({ after: [everyError] }, 'not an error')).toBe(500)
  })

  test('of `before`, and of an array, are called first', () => {
    expect(getStatus({ before: [everyError] }, badJson)).toBe(409)
    expect(getStatus([everyError], badJson)).toBe(409)
    const before = [recognizeClass(OrderError, () => new NotFound())]
    expect(getStatus({ before, after: [everyError] }, new OrderError('x'))).toBe(404)
    expect(getStatus({ before, after: [everyError] }, new RangeError('x'))).toBe(409)
  })

  test('have the same order in the slim entry', () => {
    const after = [everyError]
    const responder = createSlimResponder({ envelope: openai, onError() {}, recognizers: { after } })
    expect(responder.respond(new Error('x'), { ...request }).status).toBe(409)
  })

  test.each([
    ['a promise', Promise.resolve(new Conflict())],
    ['a status', 409],
    ['null', null],
    ['an object', { status: 409 }],
  ])('that return %s are skipped, which is reported once', (_, value) => {
    const log = vi.spyOn(console, 'error').mockReturnValue()
    const responder = createResponder({
      envelope: 'ai-api',
      onError() {},
      recognizers: [() => value as ApiError],
    })
    for (let count = 0; count < 3; count++)
      expect(responder.respond(new Error('x'), { ...request }).status).toBe(500)
    expect(log.mock.calls).toEqual([
      [expect.stringMatching(/^Faultline: A recognizer did not return an ApiError: /)],
    ])
  })

  test.each([
    [{ befor: [] }, /unknown option `recognizers\.befor`; did you mean `recognizers\.before`\?/],
    [
      { before: () => {} },
      /option `recognizers\.before` must be an array of functions, not function before$/,
    ],
    [{ after: [1] }, /option `recognizers\.after`: item 0 must be a function, not 1$/],
    ['all', /option `recognizers` must be an array of functions, or `\{ before, after \}`, not "all"$/],
  ])('%o are refused', (recognizers, message) => {
    expect(() => createResponder({ envelope: 'ai-api', recognizers: recognizers as never })).toThrow(message)
  })
})

describe('recognizeClass', () => {
  const recognize = recognizeClass(OrderError, (error) => new Conflict({ message: error.text, cause: error }))

  test('converts instances of the class and of its subclasses', () => {
    const thrown = new OrderLocked('Order 7 is locked')
    expect(recognize(thrown)).toMatchObject({ status: 409, message: 'Order 7 is locked', cause: thrown })
    expect(recognize(new OrderError('x'))).toBeInstanceOf(Conflict)
  })

  test.each([
    ['another error', new Error('x')],
    ['a look-alike', { name: 'OrderError', text: 'x' }],
    ['null', null],
    ['a string', 'x'],
    [
      'a hostile proxy',
      new Proxy(
        {},
        {
          getPrototypeOf() {
            throw new Error('trap')
          },
        },
      ),
    ],
  ])('returns undefined for %s', (_, thrown) => {
    expect(recognize(thrown)).toBeUndefined()
  })

  test('returns an internal error with both causes if the conversion fails', () => {
    const failing = recognizeClass(OrderError, (error) => new Conflict({ message: error.text.trim() }))
    const thrown = Object.assign(new OrderError('x'), { text: undefined })
    const error = failing(thrown)
    expect(error).toMatchObject({ code: 'internal_error', status: 500 })
    expect(error?.cause).toMatchObject({ errors: [thrown, expect.any(TypeError)] })
  })

  test('accepts abstract classes, and passes an instance on if the conversion returns undefined', () => {
    abstract class Base extends Error {
      abstract readonly kind: string
    }
    class Missing extends Base {
      readonly kind = 'missing'
    }
    class Other extends Base {
      readonly kind = 'other'
    }
    const recognizer = recognizeClass(Base, ({ kind }) => (kind === 'missing' ? new NotFound() : undefined))
    expect(recognizer(new Missing())).toBeInstanceOf(NotFound)
    expect(recognizer(new Other())).toBeUndefined()
  })

  test('checks its arguments', () => {
    expect(() => recognizeClass('OrderError' as never, () => undefined)).toThrow(
      'recognizeClass: the class must be a function, not "OrderError"',
    )
    expect(() => recognizeClass(OrderError, undefined as never)).toThrow(
      'recognizeClass: the conversion must be a function, not undefined',
    )
  })
})
