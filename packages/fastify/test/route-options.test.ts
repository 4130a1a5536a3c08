import { defineRouteOptionsCases, type RouteOptionsApp } from '@faultline/test-kit'
import Fastify, { type FastifyInstance, type RouteHandlerMethod } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { Conflict, faultline, stream, type FaultlineOptions, type RouteOptions } from '../src/index.ts'

const fail: RouteHandlerMethod = () => {
  throw new Conflict()
}

const foreign: RouteHandlerMethod = (_request, reply) => {
  void reply.code(403).type('text/plain').send('no entry')
}

async function* failAfterOne(): AsyncGenerator<object> {
  yield { planted: 1 }
  throw new Conflict()
}

const failStream: RouteHandlerMethod = (_request, reply) => stream(reply, failAfterOne())

async function serve(options: FaultlineOptions, addRoutes: (app: FastifyInstance) => void): Promise<string> {
  const app = Fastify({ forceCloseConnections: true })
  onTestFinished(() => app.close())
  await app.register(faultline, options)
  addRoutes(app)
  return app.listen({ port: 0, host: '127.0.0.1' })
}

async function serveCases(): Promise<RouteOptionsApp> {
  const hooks: string[] = []
  const openai: RouteOptions = { envelope: 'openai' }
  const url = await serve({ envelope: 'ai-api', onError: () => void hooks.push('app') }, (app) => {
    app.get('/fail', fail).get('/foreign', foreign).get('/stream', failStream)
    app.get('/v1/fail', { config: { faultline: openai } }, fail)
    app.get('/v1/foreign', { config: { faultline: openai } }, foreign)
    app.get('/v1/stream', { config: { faultline: openai } }, failStream)
    app.get('/v1/in/fail', { config: { faultline: { envelope: 'anthropic' } } }, fail)
    const onError = (): void => void hooks.push('route')
    app.get('/v1/hook/fail', { config: { faultline: { ...openai, onError } } }, fail)
  })
  return { url, hooks }
}

// A request without a route does not have options of a route. Scopes with their own options register the plugin.
defineRouteOptionsCases('Fastify', serveCases, ['unmatched', 'mounted'])

test('failures before the handler have the options of the route', async () => {
  const url = await serve({ envelope: 'ai-api', onError: () => {} }, (app) => {
    app.addHook('onRequest', async (request) => {
      if ('x-fail' in request.headers) throw new Conflict()
    })
    const body = { type: 'object', required: ['name'] }
    app.post('/a', { config: { faultline: { envelope: 'openai' } }, schema: { body } }, fail)
  })
  const headers = { 'content-type': 'application/json' }
  const send = async (init: RequestInit): Promise<unknown> =>
    (await fetch(`${url}/a`, { method: 'POST', ...init })).json()
  const openaiBody = { error: { type: expect.any(String) as string, param: null } }
  expect(await send({ headers, body: '{' })).toMatchObject(openaiBody)
  expect(await send({ headers, body: '{}' })).toMatchObject({ error: { type: 'invalid_request_error' } })
  expect(await send({ headers: { 'x-fail': '1' } })).toMatchObject(openaiBody)
})

test('a route without its own options merges nothing, and a scope keeps its plugin’s options', async () => {
  const url = await serve({ envelope: 'ai-api', onError: () => {} }, (app) => {
    void app.register(
      async (scope) => {
        await scope.register(faultline, { envelope: 'anthropic', onError: () => {} })
        scope.get('/a', { config: { faultline: { serviceName: 'search' } } }, fail)
      },
      { prefix: '/v1' },
    )
  })
  expect(await (await fetch(`${url}/v1/a`)).json()).toMatchObject({ type: 'error' })
})

test('an invalid option is refused where the route is added, with the name of the route', async () => {
  const app = Fastify()
  await app.register(faultline, { envelope: 'ai-api' })
  const config = { faultline: { envelop: 'openai' } as RouteOptions }
  expect(() => app.get('/v1/a', { config }, fail)).toThrow(
    /^config\.faultline of GET \/v1\/a: unknown option `envelop`; did you mean `envelope`\?/,
  )
})
