import type { ErrorHook } from '@faultline/core'
import { expect, test, vi } from 'vitest'

test('the quick start of the README prints what its comments state', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  await import('./snippets/quick-start.ts')
  const body = { error: { type: 'not_found', code: 'unknown_model', message: "Model 'gpt-9' not found" } }
  expect(log.mock.calls).toEqual([[404, body], [true]])
})

test('the error class of the README has its own code and status', async () => {
  const { OutOfCredits, describe } = await import('./snippets/own-error.ts')
  expect(describe(new OutOfCredits())).toBe('out_of_credits (402): Quota exceeded')
  expect(describe(new Error('x'))).toBe('another error')
})

test('the table of errors of the README has classes with a parameter and a status', async () => {
  const { errors, findOrder } = await import('./snippets/defined-errors.ts')
  expect(() => findOrder('7')).toThrow("Order '7' not found")
  expect(new errors.OutOfCredits()).toMatchObject({ status: 402, message: 'Quota exceeded' })
})

test('the envelope of the README renders and parses its own bodies', async () => {
  const { acme } = await import('./snippets/own-envelope.ts')
  const { RateLimitExceeded } = await import('@faultline/core')
  const rendered = acme.render(new RateLimitExceeded({ retryAfter: 3 }))
  expect(rendered).toMatchObject({ status: 429, body: { fault: 'E_LIMIT', text: 'Slow down' } })
  expect(acme.parse(rendered)).toBeInstanceOf(RateLimitExceeded)
})

test('the recognizers of the page about recognized errors run before and after the built-in ones', async () => {
  const { recognizers } = await import('./snippets/own-recognizers.ts')
  const { createResponder } = await import('@faultline/core')
  const onError = vi.fn<ErrorHook>()
  const responder = createResponder({ envelope: 'ai-api', recognizers, onError })
  const request = { method: 'GET', url: '/', header: () => undefined, raw: undefined }
  const exception = {
    getStatus: () => 409,
    getResponse: () => ({ message: 'Taken', code: 'NAME_TAKEN' }),
    status: 409,
  }
  expect(responder.respond(exception, request).status).toBe(409)
  expect(onError.mock.calls[0]?.[0]).toMatchObject({ details: { code: 'NAME_TAKEN' } })
  expect(responder.respond(new Error('x'), request).status).toBe(503)
  expect(responder.respond(new SyntaxError('x'), request).status).toBe(503)
  expect(responder.respond(Object.assign(new Error('x'), { status: 404 }), request).status).toBe(404)
})

test('the responder of the README recognizes a Prisma error', async () => {
  const { toResponse } = await import('./snippets/responder.ts')
  const thrown = Object.assign(new Error('No record was found'), { code: 'P2025' })
  const response = toResponse(thrown, new Request('http://localhost/v1/models'))
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ success: false, error: { code: 'RESOURCE_NOT_FOUND' } })
})

test('the responder for small bundles recognizes errors of libraries, and logs', async () => {
  const log = vi.spyOn(console, 'error').mockReturnValue()
  const { responder } = await import('./snippets/slim.ts')
  const request = { method: 'GET', url: '/', header: () => undefined, raw: undefined }
  const { status } = responder.respond(Object.assign(new Error('x'), { status: 404, expose: true }), request)
  responder.respond(new Error('x'), request)
  expect([status, log.mock.calls.length]).toEqual([404, 1])
})
