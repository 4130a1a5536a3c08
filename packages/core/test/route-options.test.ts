import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  Conflict,
  createResponder,
  createRoute,
  enterApp,
  enterRoute,
  envelopes,
  getRoute,
  leaveApp,
  type ApiRequest,
  type EnvelopeId,
  type RouteOptions,
} from '../src/index.ts'
import { createResponder as createSlimResponder } from '../src/slim.ts'

const hooks: string[] = []

/** A request whose exchange enters routes. */
function createRequest(...routes: readonly RouteOptions[]): ApiRequest & { exchange: object } {
  const exchange = {}
  for (const options of routes) enterRoute(exchange, createRoute(options, 'test'))
  return { method: 'GET', url: '/', raw: undefined, exchange, header: () => undefined }
}

const responder = createResponder({ envelope: 'ai-api', onError: () => void hooks.push('app') })

test('a request without a route has the options of the app', () => {
  expect(responder.respond(new Conflict(), createRequest()).envelope).toBe(envelopes['ai-api'])
})

test('of several routes the innermost that gives an option decides, and the app decides the others', () => {
  const request = createRequest({ envelope: 'openai', defaultRetryAfter: 9 }, { envelope: 'anthropic' })
  hooks.length = 0
  expect(responder.respond(new Conflict(), request).envelope).toBe(envelopes.anthropic)
  expect(hooks).toEqual(['app'])
})

test('for any list of routes, each option has the value of the last route that gives it', () => {
  const ids = Object.keys(envelopes) as EnvelopeId[]
  const options = fc.record(
    { envelope: fc.constantFrom(...ids), serviceName: fc.string({ minLength: 1 }) },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.array(options, { maxLength: 5 }), (routes) => {
      const { exchange } = createRequest(...routes)
      const id = routes.findLast(({ envelope }) => envelope !== undefined)?.envelope
      const { envelope, serviceName } = getRoute<unknown>(exchange)?.options ?? {}
      expect(envelope).toBe(
        id === undefined
          ? undefined
          : createResponder({ envelope: id, onError: () => {} }).respond(new Conflict(), createRequest())
              .envelope,
      )
      expect(serviceName).toBe(routes.findLast((route) => route.serviceName !== undefined)?.serviceName)
    }),
  )
})

test('an option that is undefined is not given', () => {
  const request = createRequest({ serviceName: undefined, onError: undefined })
  hooks.length = 0
  expect(responder.respond(new Conflict(), request).envelope).toBe(envelopes['ai-api'])
  expect(hooks).toEqual(['app'])
})

test('requests with the same routes have the same route, so that its responder is created once', () => {
  const [outer, inner]: RouteOptions[] = [{ envelope: 'openai' }, { serviceName: 'search' }]
  const first = getRoute(createRequest(outer!, inner!).exchange)
  expect(first?.outer).toBeDefined()
  expect(getRoute(createRequest(outer!, inner!).exchange)).toBe(first)
})

test('the options of outer routes do not apply in a mounted app, and apply again outside', () => {
  const request = createRequest({ envelope: 'openai' })
  enterApp(request.exchange)
  expect(responder.respond(new Conflict(), request).envelope).toBe(envelopes['ai-api'])
  enterRoute(request.exchange, createRoute({ envelope: 'anthropic' }, 'test'))
  expect(responder.respond(new Conflict(), request).envelope).toBe(envelopes.anthropic)
  leaveApp(request.exchange)
  expect(responder.respond(new Conflict(), request).envelope).toBe(envelopes.openai)
})

test('the options of a route apply to recognizers, event streams, reports and replaced bodies', () => {
  hooks.length = 0
  const thrown = new Error('planted')
  const request = createRequest({
    envelope: 'openai',
    replaceBodies: 'all',
    recognizers: [(value) => (value === thrown ? new Conflict() : undefined)],
    onError: (error) => void hooks.push(error.code),
  })
  expect(responder.respond(thrown, request).status).toBe(409)
  expect(responder.errorEvents(new Error('planted'), request)).toContain('"param":null')
  responder.report(new Error('planted'), request)
  responder.reportClientClosed(new Error('planted'), request)
  expect(hooks).toEqual(['conflict', 'internal_error', 'internal_error', 'client_closed_request'])
  expect(responder.getMaxHeldBytes(request)).toBeGreaterThan(responder.getMaxHeldBytes(createRequest()))
  const foreign = { status: 403, contentType: 'application/json', body: '{}' }
  expect(responder.replaceResponse(foreign, request)?.envelope).toBe(envelopes.openai)
  expect(responder.replaceResponse(foreign, createRequest())).toBeUndefined()
})

test('a slim responder accepts a route with the id of an envelope', () => {
  const slim = createSlimResponder({ envelope: envelopes['ai-api'], onError: () => {} })
  expect(slim.respond(new Conflict(), createRequest({ envelope: 'openai' })).envelope).toBe(envelopes.openai)
})

describe('invalid options of a route are refused', () => {
  test.each<[object | null, string | RegExp]>([
    [null, 'place: options must be an object, not null'],
    [
      { envelop: 'openai' },
      /^place: unknown option `envelop`; did you mean `envelope`\? Known options: (?!.*trustRequestId)/,
    ],
    [{ envelope: 'opena' }, /^place: unknown envelope "opena"; did you mean "openai"\?/],
    [{ serviceName: 1 }, /^place: option `serviceName` must be a non-empty string/],
    [{ errorsByField: { a: Error } }, /^place: option `errorsByField`: `a` must be a class/],
    [
      { requestIdHeader: 'x-id' },
      /^place: option `requestIdHeader` cannot be set for a route, because .*; set it in the options of the app$/,
    ],
    [{ trustRequestId: true }, /^place: option `trustRequestId` cannot be set/],
    [{ errorClasses: [] }, /^place: option `errorClasses` cannot be set/],
    [{ dropCookies: true }, /^place: option `dropCookies` cannot be set/],
  ])('%j', (options, message) => {
    expect(() => createRoute(options as RouteOptions, 'place')).toThrow(message)
  })
})
