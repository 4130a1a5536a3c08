import { afterEach, describe, expect, test, vi } from 'vitest'
import { aiApi, openai } from '../src/envelopes/index.ts'
import {
  createResponder as createFullResponder,
  RateLimitExceeded,
  toApiError,
  type ApiRequest,
  type Envelope,
  type ErrorHook,
  defineEnvelope,
} from '../src/index.ts'
import { createResponder, logToConsole, recognizeError, requireResponder } from '../src/slim.ts'

function createRequest(): ApiRequest {
  return { method: 'GET', url: '/v1/models', header: () => undefined, raw: undefined, id: 'req_1' }
}

const onError = vi.fn<ErrorHook>()

afterEach(() => {
  vi.restoreAllMocks()
  onError.mockReset()
})

describe('the responder', () => {
  test('sends what the responder of the full entry sends', () => {
    const error = new RateLimitExceeded({ retryAfter: 30 })
    const slim = createResponder({ envelope: openai, onError }).respond(error, createRequest())
    const full = createFullResponder({ envelope: 'openai', onError }).respond(error, createRequest())
    expect(slim).toEqual(full)
    expect(onError).toHaveBeenCalledTimes(2)
  })

  test('selects the envelope with a function of the request', () => {
    const responder = createResponder({ envelope: () => aiApi, onError })
    expect(
      JSON.parse(responder.respond(new RateLimitExceeded({ retryAfter: 1 }), createRequest()).body),
    ).toMatchObject({
      success: false,
    })
  })

  test('recognizes errors of libraries if it receives the recognizer', () => {
    const thrown = Object.assign(new Error('Not a teapot'), { status: 418, expose: true })
    const recognizing = createResponder({ envelope: openai, onError, recognizers: [recognizeError] })
    const other = createResponder({ envelope: openai, onError })
    expect(recognizing.respond(thrown, createRequest()).status).toBe(toApiError(thrown).status)
    expect(other.respond(thrown, createRequest()).status).toBe(500)
  })

  test('replaces a foreign body without its text', () => {
    const responder = createResponder({ envelope: openai, onError })
    const foreign = { status: 403, contentType: 'text/plain', body: 'Invalid CSRF token' }
    const response = responder.replaceResponse(foreign, createRequest())
    expect(response?.status).toBe(403)
    expect(response?.body).not.toContain('CSRF')
  })

  test('logs with the hook that it receives', () => {
    const log = vi.spyOn(console, 'error').mockReturnValue()
    createResponder({ envelope: openai, onError: logToConsole }).respond(new Error('secret'), createRequest())
    expect(log).toHaveBeenCalledOnce()
    expect(log.mock.calls[0]?.[0]).toContain('GET /v1/models (req_1) failed with 500 internal_error')
  })
})

describe('a failure', () => {
  test('of the function `envelope` is answered with code and message, and reported without details', () => {
    const log = vi.spyOn(console, 'error').mockReturnValue()
    const responder = createResponder({
      envelope: (): Envelope => {
        throw new TypeError('sk-secret')
      },
      onError,
    })
    const { status, body } = responder.respond(new RateLimitExceeded({ retryAfter: 1 }), createRequest())
    expect(status).toBe(429)
    expect(JSON.parse(body)).toEqual({
      error: { code: 'rate_limit_exceeded', message: 'Rate limit exceeded', request_id: 'req_1' },
    })
    expect(log.mock.calls).toEqual([
      ['Faultline: The `envelope` function failed; using minimal: an instance of TypeError'],
    ])
  })

  test('of an envelope is answered with an internal error', () => {
    const broken = defineEnvelope({
      id: 'broken',
      codes: { failed: { status: 500 } },
      mapping: { default: 'failed' },
      renderBody: () => {
        throw new Error('broken')
      },
      parseBody: () => undefined,
    })
    const response = createResponder({ envelope: broken, onError }).respond(new Error('x'), createRequest())
    expect([response.status, response.error.code]).toEqual([500, 'internal_error'])
  })
})

describe('a TypeError names', () => {
  // Callers without types can pass anything.
  const create = (options: unknown) => () =>
    createResponder(options as { envelope: Envelope; onError: () => void })

  test('the full entry for an id', () => {
    expect(create({ envelope: 'openai', onError })).toThrow(
      'option `envelope` must be an Envelope, not "openai"; ids need createResponder of @faultline/core',
    )
  })

  test('the missing envelope', () => {
    expect(create(undefined)).toThrow('option `envelope` must be an Envelope, not undefined')
    expect(create({ onError })).toThrow(TypeError)
  })

  test('the missing hook', () => {
    expect(create({ envelope: openai })).toThrow('option `onError` must be a function')
    expect(create({ envelope: openai, onError: ['x'] })).toThrow('not ["x"]')
    expect(create({ envelope: openai, onError: [] })).not.toThrow()
  })

  test('the required responder', () => {
    const responder = createResponder({ envelope: openai, onError })
    expect(requireResponder(responder)).toBe(responder)
    expect(() => requireResponder({ envelope: openai } as never)).toThrow(
      'a slim entry requires a responder, not an object; create it with createResponder of @faultline/core/slim',
    )
  })
})
